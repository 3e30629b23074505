import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GrantsFile, makePlan, type Plan, planRevoke, readGrants } from '../../src/grants/index.ts';
import { AUDIT, CI } from './steps.ts';
import { DELIVERY, type LabWorld, labWorld, PLATFORM, REGION, runOn, SECURITY, told } from './world.ts';

let world: LabWorld;
beforeAll(async () => {
  world = await labWorld();
});
afterAll(() => world.lab.close());

const access = fc.constantFrom<unknown>(
  ...['view', 'audit', 'edit', 'admin', 'cluster-admin'],
  { policy: 'AmazonEKSViewPolicy' },
  { clusterRole: 'view' },
  { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }] },
);

const grants = fc
  .array(
    fc.record(
      {
        to: fc.constantFrom<unknown>(CI, AUDIT, [CI, AUDIT], `arn:aws:iam::${DELIVERY}:user/admin`),
        access,
        namespaces: fc.constantFrom<unknown>(['my-app-ns'], ['default', 'my-app-ns']),
        via: fc.constantFrom('role', 'direct'),
        mechanism: fc.constantFrom('auto', 'entry-group', 'entry-policy', 'aws-auth'),
        session: fc.constantFrom('1h', '2h'),
        require: fc.constantFrom({ externalId: 'c0ffee' }, { mfa: true }),
      },
      { requiredKeys: ['to', 'access'] },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) => all.map((grant, i) => ({ name: `g${i}`, on: 'prod', ...grant })));

function fileOf(wishes: readonly unknown[]): GrantsFile | undefined {
  const accounts = { platform: { id: PLATFORM }, delivery: { id: DELIVERY }, security: { id: SECURITY } };
  const clusters = { prod: { account: 'platform', region: REGION, name: 'prod' } };
  return readGrants(JSON.stringify({ name: 'platform-access', accounts, clusters, grants: wishes }), 'causeway.yaml').file;
}

const toDo = ({ steps }: Plan): readonly string[] => steps.filter(({ state }) => state === 'to-do').map(({ id }) => id);

test('what is applied is reached, a second plan is empty, and what is revoked leaves nothing', async () => {
  const before = await world.exported();
  let applied = 0;
  const options = { now: Date.now() };
  await fc.assert(
    fc.asyncProperty(grants, async (wishes) => {
      const file = fileOf(wishes);
      if (file === undefined) return;
      const plan = makePlan(file, await world.inventory(), options);
      if (plan.refusals.length > 0 || plan.lockOuts.length > 0) return;
      const results = await runOn(world, plan.steps);
      const open = results.filter(({ outcome }, i) => outcome !== 'done' && plan.steps[i]?.state === 'to-do');
      expect(told(open)).toEqual([]);
      expect(toDo(makePlan(file, await world.inventory(), options))).toEqual([]);
      applied++;
      for (const { name } of file.grants) {
        const gone = planRevoke(file, await world.inventory(), { grant: name }, options);
        if (gone !== undefined)
          expect(new Set(told(await runOn(world, gone.steps)))).toEqual(new Set(gone.steps.length === 0 ? [] : ['done']));
      }
      expect(await world.exported()).toEqual(before);
    }),
    { numRuns: Math.ceil(25 * Number(process.env.CAUSEWAY_RUNS ?? '1')), endOnFailure: true },
  );
  expect(applied).toBeGreaterThan(0);
});
