import { expect, test } from 'vitest';
import { type LiveAdmin, planRevoke } from '../../src/grants/index.ts';
import { role } from '../inventory/folder.ts';
import { A, applied, CLUSTER, grantFile, NOW, planOf, world } from './world.ts';

const OPS = `arn:aws:iam::${A}:role/ops`;
const file = grantFile(`to: "${OPS}", access: cluster-admin`);
const direct = grantFile(`to: "${OPS}", access: cluster-admin, via: direct`);
const awsAuth = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'aws-auth', namespace: 'kube-system' }, data: {} };

/** Who is locked out by a revoke of the only grant of cluster-admin, where the cluster said this. */
function lockedOut(admins: readonly LiveAdmin[], of = file, caller?: string): readonly string[] {
  const inventory = world({ mode: 'CONFIG_MAP', home: [role('ops', { Arn: OPS })], objects: [awsAuth] });
  const given = applied(planOf(of, inventory), inventory);
  const options = { now: NOW, admins, ...(caller === undefined ? {} : { caller }) };
  return planRevoke(of, given, { grant: 'g' }, options)?.lockOuts.map(({ who }) => who) ?? [];
}

const admin = (name: string, isMaster = true, clusterArn = CLUSTER): LiveAdmin => ({
  clusterArn,
  isMaster,
  caller: name.includes('/') ? `arn:aws:sts::${A}:assumed-role/${name}` : `arn:aws:iam::${A}:user/${name}`,
});

test.each<[string, readonly string[], readonly LiveAdmin[], typeof file?]>([
  ['nobody asked', ['administrators'], []],
  ['somebody else who is in system:masters', [], [admin('admin')]],
  ['somebody by a binding, which may be one that goes', ['administrators'], [admin('admin', false)]],
  ['somebody of another cluster', ['administrators'], [admin('admin', true, `${CLUSTER}-2`)]],
  ["a session of the grant's own role", ['administrators'], [admin('g/me')]],
  ['whoever the grant names itself', ['administrators'], [admin('ops/me')], direct],
  ['whoever it does not name', [], [admin('others/me')], direct],
])('a cluster that answered yes to %s', (_, who, admins, of) => {
  expect(lockedOut(admins, of)).toEqual(who);
});
