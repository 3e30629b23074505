import { describe, expect, test } from 'vitest';
import { findDrift, planRevoke } from '../../src/grants/index.ts';
import {
  applied,
  awayRole,
  B,
  CLUSTER,
  grantFile,
  NOW,
  openSteps,
  planOf,
  ROLE,
  stepsOf,
  type World,
  wished,
  world,
} from './world.ts';

const CI = `arn:aws:iam::${B}:role/ci`;
const VIEW = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';
const BASE: World = { home: [], away: [awayRole('ci')] };
/** The entry of the grant as it stands, in a cluster whose RBAC was refused. */
function blind(keys: string, policies: readonly string[], groups: readonly string[] = []) {
  const entry = wished(planOf(grantFile(keys), world(BASE)), 'access-entry');
  return world({
    ...BASE,
    noRbac: true,
    entries: [
      {
        principalArn: ROLE,
        kubernetesGroups: groups,
        tags: entry?.tags ?? {},
        policies: policies.map((policyArn) => ({ policyArn, accessScope: { type: 'cluster' } })),
      },
    ],
  });
}
const GRANT = `to: "${CI}", access: view`;
const clusterSteps = (steps: readonly string[]): readonly string[] => steps.filter((step) => step.includes(CLUSTER));

describe('RBAC that nobody saw', () => {
  test('an access policy that stands stays', () => {
    const plan = planOf(grantFile(GRANT), blind(GRANT, [VIEW]));
    expect(clusterSteps(stepsOf(plan)).map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
      'done update',
      'done update',
    ]);
    expect(plan.unseen.map(({ side }) => side)).toContain(CLUSTER);
  });

  test('a group that stands stays, and its bindings are not visible', () => {
    const plan = planOf(grantFile(GRANT), blind(GRANT, [], ['causeway:f:g']));
    expect(clusterSteps(openSteps(plan)).filter((step) => !step.startsWith('not-visible'))).toEqual([]);
    expect(clusterSteps(stepsOf(plan))).toHaveLength(2);
  });

  test('where nothing stands nobody can tell, and nothing is made', () => {
    const plan = planOf(grantFile(GRANT), world({ ...BASE, noRbac: true }));
    expect(clusterSteps(stepsOf(plan)).map((step) => step.split(' ')[0])).toEqual(['not-visible', 'not-visible']);
    expect(plan.gaps.map(({ side }) => side)).toContain(CLUSTER);
  });

  test.each([`to: "${CI}", access: edit`, `to: "${CI}", access: audit`, `to: "${CI}", access: view, mechanism: entry-group`])(
    'nothing is taken away for %s, which cannot be made',
    (keys) => {
      const plan = planOf(grantFile(keys), blind(GRANT, [VIEW]));
      const taken = plan.steps.filter(({ verb, id }) => verb === 'delete' && id.includes(CLUSTER));
      expect(taken.map(({ state }) => state)).toEqual(['not-visible']);
    },
  );

  test('revoke and drift name it', () => {
    const inventory = blind(GRANT, [VIEW]);
    expect(planRevoke(grantFile(GRANT), inventory, { grant: 'g' }, { now: NOW })?.unseen.map(({ side }) => side)).toContain(
      CLUSTER,
    );
    expect(findDrift(grantFile(GRANT), inventory, { now: NOW }).gaps.map(({ side }) => side)).toContain(CLUSTER);
  });
});

describe('drift of what a permission set is given by its administrator', () => {
  const RoleName = 'AWSReservedSSO_Dev_0123456789abcdef';
  const Path = '/aws-reserved/sso.amazonaws.com/';
  const Arn = `arn:aws:iam::${B}:role${Path}${RoleName}`;
  const file = grantFile('to: { sso: { permissionSet: Dev, account: away } }, access: view');
  const seen = { home: [], away: [{ ...awayRole(RoleName), Path, Arn }] };

  test('nobody can tell whether it was made: it is pending, never gone', () => {
    const start = world(seen);
    const { drifted, pending } = findDrift(file, applied(planOf(file, start), start), { now: NOW });
    expect([drifted, pending]).toMatchObject([[], [{ code: 'not-applied', text: expect.stringContaining('is not there: ') }]]);
  });

  test('where its account was not seen it is not visible', () => {
    const start = world({ home: [] });
    const { drifted, pending, unseen } = findDrift(file, applied(planOf(file, start), start), { now: NOW });
    expect([drifted, pending, unseen.length]).toEqual([[], [], 1]);
  });
});
