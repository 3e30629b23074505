import { expect, test } from 'vitest';
import {
  A,
  article,
  articleFile,
  awayRole,
  B,
  CLUSTER,
  grantFile,
  openSteps,
  planOf,
  ROLE,
  stepsOf,
  wished,
  world,
} from './world.ts';

const CI = `arn:aws:iam::${B}:role/ci`;
const EDIT = `to: "${CI}", access: edit, namespaces: [web]`;

test('the article, put right by hand: what is there is used, what is missing is to do', () => {
  const plan = planOf(articleFile(), article('put-right'));
  expect(openSteps(plan)).toEqual([
    `to-do create rbac-object ${CLUSTER} RoleBinding my-app-ns/causeway:platform-access:ci-deploys-my-app`,
    `other-owner update access-entry ${CLUSTER} arn:aws:iam::${A}:role/causeway/platform-access/ci-deploys-my-app`,
  ]);
});

test('the article as it is written: a cluster in mode CONFIG_MAP gets rows of aws-auth', () => {
  const plan = planOf(articleFile(), article('as-written'));
  expect(plan.steps.every(({ state, verb }) => state === 'to-do' && verb === 'create')).toBe(true);
  expect(wished(plan, 'aws-auth-row')).toMatchObject({
    section: 'mapRoles',
    arn: `arn:aws:iam::${A}:role/ci-deploys-my-app`,
    username: 'causeway:platform-access:ci-deploys-my-app:{{SessionName}}',
    groups: ['causeway:platform-access:ci-deploys-my-app'],
  });
});

test('a grant on nothing yet: every part, each after what it needs', () => {
  const plan = planOf(grantFile(EDIT), world({ home: [], away: [awayRole('ci')] }));
  expect(stepsOf(plan)).toEqual([
    `to-do create role ${ROLE}`,
    `to-do create inline-policy ${ROLE} describe-cluster`,
    `to-do create rbac-object ${CLUSTER} RoleBinding web/causeway:f:g`,
    `to-do create access-entry ${CLUSTER} ${ROLE}`,
    `to-do create inline-policy ${CI} causeway-f-g`,
  ]);
  const ids = plan.steps.map(({ id }) => id);
  for (const { id, after } of plan.steps) for (const needed of after) expect(ids.indexOf(needed)).toBeLessThan(ids.indexOf(id));
  expect(wished(plan, 'role')?.trust).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: CI }, Action: 'sts:AssumeRole' }],
  });
});

test.each([
  ['1.32', 'view', 'AmazonEKSViewPolicy', 'view is the access policy, atom by atom, up to 1.32'],
  ['1.33', 'view', undefined, 'since 1.33 view holds more than the access policy'],
  ['1.32', 'edit', undefined, 'edit holds more than its access policy'],
  ['1.32', 'admin', undefined, 'admin holds more than its access policy'],
  ['1.33', 'cluster-admin', 'AmazonEKSClusterAdminPolicy', 'everything is everything'],
])('auto on Kubernetes %s: %s', (version, access, policy, _why) => {
  const plan = planOf(grantFile(`to: "${CI}", access: ${access}`), world({ version, home: [], away: [awayRole('ci')] }));
  expect(wished(plan, 'access-policy')?.policyArn).toBe(
    policy === undefined ? undefined : `arn:aws:eks::aws:cluster-access-policy/${policy}`,
  );
  expect(wished(plan, 'rbac-object')?.manifest.kind).toBe(policy === undefined ? 'ClusterRoleBinding' : undefined);
});

test('auto: a cluster whose view was widened gets the binding', () => {
  const wide = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'view' },
    rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get'] }],
  };
  const plan = planOf(grantFile(`to: "${CI}", access: view`), world({ home: [], away: [awayRole('ci')], objects: [wide] }));
  expect(wished(plan, 'access-policy')).toBeUndefined();
});

test.each([
  ['a role that is not there', world({ home: [], away: [] })],
  ['an account that nobody collected', world({ home: [] })],
])('%s is trusted through its account, by its name alone', (_, inventory) => {
  expect(wished(planOf(grantFile(EDIT), inventory), 'role')?.trust).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${B}:root` },
        Action: 'sts:AssumeRole',
        Condition: { ArnEquals: { 'aws:PrincipalArn': CI } },
      },
    ],
  });
});

test('an account without credentials has an owner of its own', () => {
  const plan = planOf(grantFile(EDIT), world({ home: [], away: [awayRole('ci')] }), { mine: new Set([A]) });
  expect(plan.steps.filter(({ state }) => state === 'other-owner').map(({ account }) => account)).toEqual([B]);
});

test('what the inventory lacks is not visible, and never to do', () => {
  const plan = planOf(grantFile(EDIT), world({}));
  expect(stepsOf(plan).filter((step) => step.includes(' role ') || step.includes('inline-policy'))).toEqual([
    `not-visible create role ${ROLE}`,
    `not-visible create inline-policy ${ROLE} describe-cluster`,
    `not-visible create inline-policy ${CI} causeway-f-g`,
  ]);
});

test('a foreign role of the same name, whatever its path, keeps the plan from being applied', () => {
  const foreign = { ...awayRole('G'), Arn: `arn:aws:iam::${A}:role/team/G`, Path: '/team/' };
  const plan = planOf(grantFile(EDIT), world({ home: [foreign], away: [awayRole('ci')] }));
  expect(plan.refusals).toMatchObject([{ code: 'name-taken', grant: 'g' }]);
});
