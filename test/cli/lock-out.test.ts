import { expect, it } from 'vitest';
import { acceptedLockOuts, lockOutHints } from '../../src/cli/apply/lock-out.ts';
import { planRevoke } from '../../src/grants/index.ts';
import { labWorld, PLATFORM, REGION } from '../apply/world.ts';
import { applied, CLUSTER, grantFile, NOW, planOf, world } from '../grants/world.ts';
import { role } from '../inventory/folder.ts';
import { personOf, write } from './apply-person.ts';

const OPS = 'arn:aws:iam::111111111111:role/ops';
const file = grantFile(`to: "${OPS}", access: cluster-admin`);
const awsAuth = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'aws-auth', namespace: 'kube-system' }, data: {} };

/** What a revoke of the only administrator comes to, with yeses to lock-outs. */
function revoked(accepted: readonly string[]) {
  const inventory = world({ mode: 'CONFIG_MAP', home: [role('ops', { Arn: OPS })], objects: [awsAuth] });
  const given = applied(planOf(file, inventory), inventory);
  const plan = planRevoke(file, given, { grant: 'g' }, { now: NOW, acceptLockOut: acceptedLockOuts(file, accepted) });
  if (plan === undefined) throw new Error('nothing to revoke');
  return plan;
}

it('a lock-out is refused with what can be done, and runs only with a yes that names the cluster', () => {
  const plan = revoked([]);
  expect(plan.lockOuts.map(({ who }) => who)).toEqual(['administrators']);
  expect(lockOutHints(plan, file).join('\n')).toContain('--accept-lock-out prod');
  for (const name of ['prod', CLUSTER]) {
    const { lockOuts, warnings } = revoked([name]);
    expect(lockOuts).toEqual([]);
    expect(warnings[0]).toMatchObject({ code: 'lock-out', text: expect.stringMatching(/^accepted: nobody could/) });
  }
});

it.each(['PROD', 'pro', '', '*', 'arn:aws:eks:eu-west-1:111111111111:cluster/Prod'])('%j names no cluster', (name) => {
  expect(() => revoked([name])).toThrow('the file has no cluster of that name or ARN');
});

it('whoever made a cluster in mode CONFIG_MAP gives the only known grant of cluster-admin, and takes it away again', async () => {
  const world = await labWorld({ mode: 'CONFIG_MAP' });
  const person = await personOf(world);
  try {
    const name = write(
      person,
      'b.json',
      JSON.stringify({
        name: 'b',
        accounts: { platform: { id: PLATFORM } },
        clusters: { prod: { account: 'platform', region: REGION, name: 'prod' } },
        grants: [{ name: 'adm', on: 'prod', to: `arn:aws:iam::${PLATFORM}:role/ops`, access: 'cluster-admin' }],
      }),
    );
    const own = person.credentials.slice(0, 2);
    await person.run('apply', name, ...own, '--yes');
    const { exit, out } = await person.run('revoke', 'adm', '-f', name, ...own, '--yes');
    expect([exit, out]).toEqual([0, expect.stringContaining('DONE: b')]);
  } finally {
    person.close();
    await world.lab.close();
  }
});
