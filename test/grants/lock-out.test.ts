import { describe, expect, test } from 'vitest';
import { type Plan, planRevoke, type Step } from '../../src/grants/index.ts';
import type { Inventory } from '../../src/inventory/index.ts';
import { role } from '../inventory/folder.ts';
import { A, applied, B, grantFile, NOW, planOf, type World, world } from './world.ts';

const OPS = `arn:aws:iam::${A}:role/ops`;
const CI = `arn:aws:iam::${B}:role/ci`;
const ANN = `arn:aws:iam::${B}:role/ann`;
const TRUSTS_HOME = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: A }, Action: 'sts:AssumeRole' }] };

const awsAuth = (mapRoles: string): unknown => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'aws-auth', namespace: 'kube-system' },
  data: { mapRoles },
});

const row = (name: string): string =>
  `- rolearn: arn:aws:iam::${A}:role/${name}\n  username: ${name}\n  groups: [system:masters]\n`;

const ops = role('ops', { Arn: OPS, AssumeRolePolicyDocument: TRUSTS_HOME });

const around = (more: World = {}): Inventory => world({ mode: 'CONFIG_MAP', home: [ops], objects: [awsAuth('')], ...more });

const lockOuts = ({ lockOuts: found }: Plan): readonly string[] => found.map(({ text }) => text);

describe('a plan that takes nothing away is never refused', () => {
  test('where a row of somebody else names a role that does not exist, and the role of the grant bears its name', () => {
    const inventory = around({ objects: [awsAuth(row('g'))] });
    const plan = planOf(grantFile(`to: "${OPS}", access: view`), inventory, { caller: OPS });
    expect(plan.steps.some(({ id }) => id.includes('role/causeway/f/g'))).toBe(true);
    expect(lockOuts(plan)).toEqual([]);
  });
});

describe('what counts', () => {
  const file = grantFile(`to: "${OPS}", access: cluster-admin`);
  const given = (inventory: Inventory): Inventory => applied(planOf(file, inventory), inventory);
  const revoked = (inventory: Inventory, mine?: ReadonlySet<string>): Plan => {
    const plan = planRevoke(file, inventory, { grant: 'g' }, { now: NOW, ...(mine === undefined ? {} : { mine }) });
    if (plan === undefined) throw new Error('nothing to revoke');
    return plan;
  };

  test('the last administrator that is known, whoever made the cluster', () => {
    expect(lockOuts(revoked(given(around())))).toEqual([expect.stringContaining('nobody could surely')]);
    const two = around({ objects: [awsAuth(row('ops'))] });
    expect(lockOuts(revoked(given(two)))).toEqual([]);
  });

  test('no step that is for others to do', () => {
    const plan = revoked(given(around()), new Set([B]));
    expect(plan.steps.every(({ state }: Step) => state === 'other-owner')).toBe(true);
    expect(lockOuts(plan)).toEqual([]);
  });

  test('a grant of view is revoked where nobody knows who made the cluster', () => {
    const view = grantFile(`to: "${OPS}", access: view`);
    const inventory = around();
    const plan = planRevoke(view, applied(planOf(view, inventory), inventory), { grant: 'g' }, { now: NOW, caller: OPS });
    expect(plan?.lockOuts.map(({ who }) => who)).toEqual(['caller']);
    expect(lockOuts(planOf(view, inventory, { caller: OPS }))).toEqual([]);
  });

  test('of those who only perhaps can, the last', () => {
    const direct = grantFile(`to: ["${CI}", "${ANN}"], access: cluster-admin, via: direct`);
    const inventory = around({ mode: 'API' });
    const both = applied(planOf(direct, inventory), inventory);
    const one = planOf(grantFile(`to: "${CI}", access: cluster-admin, via: direct`), both);
    expect(one.steps.some(({ verb }) => verb === 'delete')).toBe(true);
    expect(lockOuts(one)).toEqual([]);
    const none = planRevoke(direct, both, { grant: 'g' }, { now: NOW });
    expect(none?.lockOuts.map(({ text }) => text)).toEqual([expect.stringContaining('perhaps can')]);
  });
});
