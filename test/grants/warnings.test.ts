import { describe, expect, test } from 'vitest';
import { findDrift } from '../../src/grants/index.ts';
import type { Inventory } from '../../src/inventory/index.ts';
import { A, applied, awayRole, B, CLUSTER, grantFile, NOW, planOf, ROLE, type World, world } from './world.ts';

const CI = `arn:aws:iam::${B}:role/ci`;
const ANN = `arn:aws:iam::${B}:user/ann`;
const RBAC = { apiVersion: 'rbac.authorization.k8s.io/v1' };

const around = (more: World = {}): Inventory => world({ home: [], away: [awayRole('ci')], ...more });

function codes(keys: string, inventory: Inventory = around()): readonly string[] {
  return planOf(grantFile(keys), inventory).warnings.map(({ code }) => code);
}

const foreignBinding = {
  ...RBAC,
  kind: 'ClusterRoleBinding',
  metadata: { name: 'theirs' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'Group', name: 'causeway:f:g', apiGroup: 'rbac.authorization.k8s.io' }],
};

const awsAuth = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'aws-auth', namespace: 'kube-system' },
  data: { mapRoles: `- rolearn: ${CI}\n  username: x\n  groups: [theirs]\n` },
};

const ourRole = {
  ...awayRole('g'),
  Path: '/causeway/f/',
  Arn: ROLE,
  RolePolicyList: [{ PolicyName: 'more', PolicyDocument: { Version: '2012-10-17', Statement: [] } }],
};

describe('what is worth a warning', () => {
  test.each<{ readonly code: string; readonly keys: string; readonly inventory?: Inventory }>([
    { code: 'client-external-id', keys: `to: "${CI}", access: view, require: { externalId: abc }` },
    { code: 'client-session-name', keys: `to: "${CI}", access: view, require: { sessionName: caller }` },
    { code: 'client-source-identity', keys: `to: "${CI}", access: view, require: { sourceIdentity: caller }` },
    { code: 'client-mfa', keys: `to: "${ANN}", access: view, require: { mfa: true }` },
    { code: 'chained', keys: `to: "${CI}", access: view, session: 2h` },
    { code: 'long-lived', keys: `to: "${ANN}", access: view` },
    { code: 'direct-expires', keys: `to: "${CI}", access: view, via: direct, expires: 2027-03-31` },
    { code: 'direct-describe', keys: `to: "${CI}", access: view, via: direct` },
    { code: 'github-ids', keys: 'to: { github: { repo: o/r, environment: x } }, access: view' },
    { code: 'audit-namespaces', keys: `to: "${CI}", access: audit, namespaces: [web]` },
    { code: 'powers', keys: `to: "${CI}", access: edit, namespaces: [web]` },
    { code: 'takeover', keys: `to: "${CI}", access: edit` },
    { code: 'takeover', keys: `to: "${CI}", access: edit, namespaces: [kube-system]` },
    { code: 'narrower-policy', keys: `to: "${CI}", access: edit, namespaces: [web], mechanism: entry-policy` },
    { code: 'cluster-role-missing', keys: `to: "${CI}", access: { clusterRole: nobodys }` },
    { code: 'namespace-missing', keys: `to: "${CI}", access: view, namespaces: [nowhere]` },
    { code: 'broad-binding', keys: `to: "${CI}", access: view`, inventory: around({ objects: [foreignBinding] }) },
    {
      code: 'overrides-row',
      keys: `to: "${CI}", access: view, via: direct`,
      inventory: around({ mode: 'API_AND_CONFIG_MAP', objects: [awsAuth] }),
    },
    { code: 'extra-policy', keys: `to: "${CI}", access: view`, inventory: around({ home: [ourRole] }) },
  ])('$code: $keys', ({ code, keys, inventory }) => {
    expect(codes(keys, inventory)).toContain(code);
  });

  test.each([
    ['view of one role', `to: "${CI}", access: view`],
    ['audit', `to: "${CI}", access: audit`],
    ['GitHub with ids', 'to: { github: { repo: o/r, environment: x, ownerId: 1, repoId: 2 } }, access: view'],
  ])('%s is worth none', (_, keys) => {
    expect(codes(keys)).toEqual([]);
  });

  test('a missing identity provider is told with the command that makes it', () => {
    const files = { [`accounts/${A}/oidc-providers.json`]: { OpenIDConnectProviderList: [] } };
    const inventory = world({ home: [], away: [awayRole('ci')], files });
    const plan = planOf(grantFile('to: { github: { repo: o/r, environment: x } }, access: view'), inventory);
    expect(plan.warnings.find(({ code }) => code === 'no-provider')?.text).toContain('aws iam create-open-id-connect-provider');
  });
});

describe('a binding of somebody else to a user that the grant makes', () => {
  const theirs = (kind: string, name: string): unknown => ({
    ...foreignBinding,
    subjects: [{ kind, name, apiGroup: 'rbac.authorization.k8s.io' }],
  });
  const session = `arn:aws:sts::${B}:assumed-role/ci/`;
  test.each<[boolean, string, unknown, string?]>([
    [true, `to: "${CI}", access: view, via: direct`, theirs('User', `${session}EKSGetTokenAuth`)],
    [true, `to: "${CI}", access: view, via: direct`, theirs('User', 'causeway:f:g:ci:me'), 'CONFIG_MAP'],
    [true, `to: "${CI}", access: view`, theirs('User', `arn:aws:sts::${A}:assumed-role/g/EKSGetTokenAuth`)],
    [true, `to: "${ANN}", access: view, via: direct`, theirs('User', ANN)],
    [false, `to: "${ANN}", access: view, via: direct`, theirs('User', `${ANN}a`)],
    [false, `to: "${CI}", access: view, via: direct`, theirs('User', `arn:aws:sts::${B}:assumed-role/ci-2/EKSGetTokenAuth`)],
    [false, `to: "${CI}", access: view, via: direct`, theirs('Group', `${session}EKSGetTokenAuth`)],
    [false, `to: "${CI}", access: view`, theirs('User', `${session}EKSGetTokenAuth`)],
  ])('is told: %j (%s, %j, %s)', (told, keys, object, mode = 'API') => {
    const inventory = around({ objects: [object], mode });
    expect(codes(keys, inventory).includes('broad-binding')).toBe(told);
    const { drifted } = findDrift(grantFile(keys), inventory, { now: NOW });
    expect(drifted.some(({ code, text }) => code === 'extra' && text.includes('ClusterRoleBinding theirs'))).toBe(told);
  });
});

describe('documents have limits', () => {
  const principals = (count: number): string =>
    Array.from({ length: count }, (_, i) => `"arn:aws:iam::${B}:role/a-role-with-a-long-name-${i}"`).join(', ');

  test('a trust policy that only a raised quota takes is a warning, one that nothing takes a refusal', () => {
    const some = planOf(grantFile(`to: [${principals(60)}], access: view`), around());
    expect([some.warnings.some(({ code }) => code === 'trust-size'), some.refusals]).toEqual([true, []]);
    const many = planOf(grantFile(`to: [${principals(200)}], access: view`), around());
    expect(many.refusals.map(({ code }) => code)).toEqual(['trust-size']);
    expect(many.refusals[0]?.text).toContain('8192');
  });

  test('inline policies are counted together', () => {
    const Statement = [
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: Array.from({ length: 300 }, (_, i) => `arn:aws:s3:::bucket-${i}/a-rather-long-key/*`),
      },
    ];
    const big = awayRole('ci', {
      RolePolicyList: [{ PolicyName: 'theirs', PolicyDocument: { Version: '2012-10-17', Statement } }],
    });
    const plan = planOf(grantFile(`to: "${CI}", access: view`), around({ away: [big] }));
    expect(plan.refusals.map(({ code }) => code)).toEqual(['inline-size']);
  });

  test.each([
    ['a role', CI, 100, 'IAM takes 10240 for a role'],
    ['a user', ANN, 20, 'IAM takes 2048 for a user'],
  ])('inline policies of many grants to %s are counted together', (_name, arn, count, limit) => {
    const more = (n: number) =>
      Array.from({ length: n }, (_, i) => `  - { name: g${i}, on: prod, to: "${arn}", access: view }\n`);
    const keys = `to: "${arn}", access: view`;
    for (const inventory of [around({}), world({ home: [] })]) {
      const plan = planOf(grantFile(keys, more(count).join('')), inventory);
      expect(plan.refusals.map(({ code }) => code)).toEqual(['inline-size']);
      for (const part of [arn, limit, 'grants g, g0, g1', `${count - 9} more`]) expect(plan.refusals[0]?.text).toContain(part);
      expect(planOf(grantFile(keys, more(5).join('')), inventory).refusals).toEqual([]);
    }
  });
});

describe('what a cluster cannot take', () => {
  test.each([
    ['a policy without entries', `to: "${CI}", access: { policy: AmazonEKSEditPolicy }`, 'CONFIG_MAP', 'mechanism'],
    ['entries without entries', `to: "${CI}", access: edit, mechanism: entry-group`, 'CONFIG_MAP', 'mechanism'],
    ['aws-auth that is never read', `to: "${CI}", access: edit, mechanism: aws-auth`, 'API', 'mechanism'],
  ])('%s', (_, keys, mode, code) => {
    const plan = planOf(grantFile(keys), around({ mode }));
    expect(plan.refusals.map((refusal) => refusal.code)).toEqual([code]);
  });
});

describe('a grant that ends', () => {
  const notes = (keys: string, inventory = around({}), now = NOW) => {
    const { refusals, warnings } = planOf(grantFile(keys), inventory, { now });
    const said = (list: typeof refusals) => list.filter(({ code }) => code.startsWith('expire')).map(({ text }) => text);
    return { refused: said(refusals), warned: said(warnings) };
  };
  const soon = `to: "${CI}", access: view, session: 2h, expires: "2026-11-25T01:30:00Z"`;

  test('in the past is named, with its place', () => {
    const { refused, warned } = notes(`to: "${CI}", access: view, expires: 2020-01-01`);
    expect(refused).toEqual([]);
    expect(warned).toEqual([expect.stringMatching(/^expired on 2020-01-01 00:00 UTC \(f:5:\d+\): nothing of it is wanted/)]);
  });

  test('and whose trust would have ended already is refused, with what to do', () => {
    const { refused, warned } = notes(soon);
    expect(warned).toEqual([]);
    expect(refused).toEqual([
      expect.stringMatching(
        /since 2026-11-24 23:30 UTC: expires 2026-11-25 01:30 UTC .*\(f:5:\d+\)\. It takes a shorter session/,
      ),
    ]);
    expect(notes(soon.replace('2h', '1h'))).toEqual({ refused: [], warned: [] });
    expect(notes(soon.replace('01:30', '00:30')).refused[0]).toMatch(/It takes a later expires$/);
  });

  test('and whose role stands already is left to end', () => {
    const start = around({});
    const before = Date.parse('2026-11-01T00:00:00Z');
    const stands = applied(planOf(grantFile(soon), start, { now: before }), start);
    const { refused, warned } = notes(soon, stands);
    expect([refused.length, warned.length]).toEqual([0, 1]);
  });
});

test('a cluster that left the file while its role names it still is named, and is a gap', () => {
  const gone = CLUSTER.replace('/prod', '/old');
  const Statement = [{ Effect: 'Allow', Action: 'eks:DescribeCluster', Resource: [CLUSTER, gone] }];
  const tags = [{ Key: 'causeway:owner', Value: 'f/g' }];
  const PolicyDocument = { Version: '2012-10-17', Statement };
  const own = { ...ourRole, Tags: tags, RolePolicyList: [{ PolicyName: 'describe-cluster', PolicyDocument }] };
  const inventory = around({ home: [own] });
  const { warnings, gaps } = planOf(grantFile(`to: "${CI}", access: view`), inventory);
  expect(warnings.filter(({ code }) => code === 'left-behind')).toEqual([
    { code: 'left-behind', grant: 'g', text: expect.stringContaining(`${gone} left the file`) },
  ]);
  expect(gaps.map(({ id }) => id)).toEqual([`left:g:${gone}`]);
  expect(findDrift(grantFile(`to: "${CI}", access: view`), inventory, { now: NOW }).gaps.map(({ id }) => id)).toEqual([
    `left:g:${gone}`,
  ]);
});
