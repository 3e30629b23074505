import { describe, expect, test } from 'vitest';
import { type AccessChange, type AccessDiff, diffAccess } from '../../src/access/index.ts';
import { applyChanges, type Json, makeInventory, type Resource, type ResourceChange } from '../../src/inventory/index.ts';
import { arn, CLUSTER, statement, trusts, type WorldSketch, world } from './world.ts';

const A = '111111111111';
const B = '222222222222';
const DARK = '333333333333';
const NOW = new Date('2026-11-25T00:00:00Z');
const RBAC = 'rbac.authorization.k8s.io/v1';
const tags = {};

const put = (resource: Resource): ResourceChange => ({ kind: 'put', resource });
const remove = (resource: Resource): ResourceChange => ({ kind: 'remove', resource });
const NEW = `arn:aws:iam::${A}:role/causeway/f/new`;
const role = (trust: unknown): Resource => ({
  kind: 'role',
  arn: NEW,
  trust: trust as Json,
  description: '',
  maxSessionDuration: 3600,
  tags,
});
const entry = (principalArn: string, ...groups: readonly string[]): Resource => ({
  kind: 'access-entry',
  clusterArn: CLUSTER,
  principalArn,
  groups,
  tags,
});
const policy = (principalArn: string, name: string, ...namespaces: readonly string[]): Resource => ({
  kind: 'access-policy',
  clusterArn: CLUSTER,
  principalArn,
  policyArn: `arn:aws:eks::aws:cluster-access-policy/${name}`,
  namespaces,
});
const row = (roleArn: string, ...groups: readonly string[]): Resource => ({
  kind: 'aws-auth-row',
  clusterArn: CLUSTER,
  section: 'mapRoles',
  arn: roleArn,
  username: 'somebody',
  groups,
  tags,
});
const metadata = { labels: {}, annotations: {} };
const clusterRole = (name: string, ...rules: readonly Json[]): Resource => ({
  kind: 'rbac-object',
  clusterArn: CLUSTER,
  manifest: { apiVersion: RBAC, kind: 'ClusterRole', metadata: { name, ...metadata }, rules },
});
const binding = (name: string, namespace: string, subject: Json): Resource => ({
  kind: 'rbac-object',
  clusterArn: CLUSTER,
  manifest: {
    apiVersion: RBAC,
    kind: 'RoleBinding',
    metadata: { name, namespace, ...metadata },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
    subjects: [subject],
  },
});
const READER = clusterRole('reader', { apiGroups: [''], resources: ['pods'], verbs: ['get'] });
const GROUP = { kind: 'Group', name: 'readers' };
const MAY_ASSUME = [statement({ Resource: '*' })];
const BASICS = new Set(['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews']);

function diffOf(sketch: WorldSketch, changes: readonly ResourceChange[]): AccessDiff {
  const before = world(sketch);
  return diffAccess(before, applyChanges(before, changes), { now: NOW, touched: changes.map(({ resource }) => resource) });
}

/** `+ principal @scope verb resource (certainty)`, without what every authenticated user may. */
function lines({ changes }: AccessDiff): readonly string[] {
  const line = (sign: string, { principal, scope, certainty }: AccessChange, atoms: AccessChange['gained']) =>
    atoms
      .filter((atom) => atom.kind === 'resource' && !BASICS.has(atom.resource))
      .map(
        (atom) => `${sign} ${principal} @${scope} ${atom.verb} ${atom.kind === 'url' ? atom.url : atom.resource} (${certainty})`,
      );
  return changes.flatMap((change) => [...line('+', change, change.gained), ...line('-', change, change.lost)]);
}

const base = (more: Partial<WorldSketch['roles'][string]> = {}): WorldSketch => ({
  roles: {
    [A]: { deploy: { trust: trusts(B) } },
    [B]: { ci: { trust: trusts(B) }, broad: { trust: trusts(B), allow: MAY_ASSUME }, ...more },
  },
  cluster: {},
});

describe('who gains', () => {
  test('the caller that a new role trusts, and nobody else', () => {
    const changes = [put(role(trusts(arn(B, 'ci')))), put(entry(NEW, 'readers')), put(READER), put(binding('b', 'web', GROUP))];
    expect(lines(diffOf(base({ ci: { trust: trusts(B), allow: MAY_ASSUME } }), changes))).toEqual([
      `+ ${NEW} @web get pods (sure)`,
      `+ ${arn(B, 'broad')} @web get pods (sure)`,
      `+ ${arn(B, 'ci')} @web get pods (sure)`,
      '+ Group:readers @web get pods (sure)',
    ]);
  });

  test('a broad role that matches a trust in its account', () => {
    const changes = [
      put(role(trusts(`arn:aws:iam::${B}:root`))),
      put(entry(NEW, 'readers')),
      put(READER),
      put(binding('b', 'web', GROUP)),
    ];
    const found = diffOf(base(), changes);
    expect(lines(found)).toContain(`+ ${arn(B, 'broad')} @web get pods (sure)`);
    expect(lines(found).some((line) => line.includes(arn(B, 'ci')))).toBe(false);
    expect(found.changes.find(({ principal }) => principal === arn(B, 'broad'))?.via).toEqual([NEW]);
  });

  test('whoever an account lets through that nobody collected, under what the trust asks', () => {
    const condition = {
      Condition: { StringEquals: { 'sts:ExternalId': 'c0ffee' }, ArnEquals: { 'aws:PrincipalArn': arn(DARK, 'x') } },
    };
    const sketch = { ...base(), members: [A, B, DARK] };
    const changes = [
      put(role(trusts(`arn:aws:iam::${DARK}:root`, condition))),
      put(entry(NEW)),
      put(policy(NEW, 'AmazonEKSViewPolicy')),
    ];
    const found = diffOf(sketch, changes);
    const change = found.changes.find(({ principal }) => principal === `arn:aws:iam::${DARK}:root`);
    expect(change).toMatchObject({ certainty: 'unknown', otherwise: 'none', via: [NEW], gaps: [{ id: `iam:${DARK}` }] });
    expect(change?.conditions.map(({ text }) => text)).toEqual([
      `aws:PrincipalArn is like ${arn(DARK, 'x')}`,
      'sts:ExternalId is c0ffee',
    ]);
    expect(found.gaps.map(({ id }) => id)).toContain(`iam:${DARK}`);
  });

  test('anybody, where a trust says so', () => {
    const changes = [put(role(trusts('*'))), put(entry(NEW)), put(policy(NEW, 'AmazonEKSSecretReaderPolicy', 'web'))];
    expect(lines(diffOf(base(), changes)).filter((line) => line.includes('get secrets'))).toEqual([
      '+ * @web get secrets (sure)',
    ]);
  });

  test('who bears the group already that a new binding names', () => {
    const sketch: WorldSketch = {
      ...base(),
      cluster: { mapRoles: `- rolearn: ${arn(B, 'ci')}\n  username: ci\n  groups: [readers]\n` },
    };
    const found = diffOf(sketch, [put(READER), put(binding('b', 'web', GROUP))]);
    expect(lines(found)).toContain(`+ ${arn(B, 'ci')} @web get pods (sure)`);
  });

  test('nobody what he had by another way already', () => {
    const entries = [{ principalArn: arn(B, 'ci'), policies: ['AmazonEKSViewPolicy'] }];
    const found = diffOf({ ...base(), cluster: { entries } }, [
      put(READER),
      put(binding('b', 'web', GROUP)),
      put(entry(arn(B, 'ci'), 'readers')),
    ]);
    expect(lines(found)).toEqual(['+ Group:readers @web get pods (sure)']);
  });

  test('only a session of the name that a binding names', () => {
    const user = { kind: 'User', name: `arn:aws:sts::${B}:assumed-role/ci/kim` };
    const found = diffOf({ ...base(), cluster: { entries: [{ principalArn: arn(B, 'ci') }] } }, [
      put(READER),
      put(binding('b', 'web', user)),
    ]);
    const change = found.changes.find(({ principal, scope }) => principal === arn(B, 'ci') && scope === 'web');
    expect(change).toMatchObject({ certainty: 'conditional' });
    expect(change?.conditions.map(({ text }) => text)).toEqual(['sts:RoleSessionName is kim']);
  });

  test('perhaps everything, by an access policy that AWS does not publish', () => {
    const found = diffOf({ ...base(), cluster: { entries: [{ principalArn: arn(B, 'ci') }] } }, [
      put(policy(arn(B, 'ci'), 'AmazonEKSAutoNodePolicy', 'web')),
    ]);
    expect(lines(found)).toContain(`+ ${arn(B, 'ci')} @web * * (unknown)`);
    expect(found.changes[0]?.gaps.map(({ id }) => id)).toEqual([
      'access-policy:arn:aws:eks::aws:cluster-access-policy/AmazonEKSAutoNodePolicy',
    ]);
  });
});

describe('who loses', () => {
  test('whoever came by a row, and not what is left by another', () => {
    const sketch: WorldSketch = {
      ...base(),
      cluster: {
        mapRoles: `- rolearn: ${arn(A, 'deploy')}\n  username: d\n  groups: [system:masters]\n`,
        entries: [{ principalArn: arn(B, 'broad'), policies: ['AmazonEKSClusterAdminPolicy'] }],
      },
    };
    expect(lines(diffOf(sketch, [remove(row(arn(A, 'deploy')))]))).toEqual([`- ${arn(A, 'deploy')} @ * * (sure)`]);
  });

  test('the firmness: a condition that comes to a trust', () => {
    const sketch: WorldSketch = {
      ...base(),
      cluster: { entries: [{ principalArn: NEW, policies: ['AmazonEKSSecretReaderPolicy@web'] }] },
    };
    const before = applyChanges(world(sketch), [put(role(trusts(arn(B, 'broad'))))]);
    const resource = role(trusts(arn(B, 'broad'), { Condition: { StringEquals: { 'sts:ExternalId': 'c0ffee' } } }));
    const { changes } = diffAccess(before, applyChanges(before, [put(resource)]), { now: NOW, touched: [resource] });
    const own = changes.filter(({ principal, scope }) => principal === arn(B, 'broad') && scope === 'web');
    expect(own).toMatchObject([{ gained: [], certainty: 'sure', otherwise: 'conditional', via: [NEW] }]);
  });
});

test('powers that lead to more are named', () => {
  const rules = [
    { apiGroups: [''], resources: ['users'], verbs: ['impersonate'] },
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['bind'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['aws-auth'], verbs: ['update'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['create'] },
    { apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] },
  ];
  const object = { kind: 'ClusterRoleBinding', metadata: { name: 'b' }, apiVersion: RBAC, subjects: [GROUP] };
  const roleRef = { kind: 'ClusterRole', name: 'strong', apiGroup: 'rbac.authorization.k8s.io' };
  const sketch: WorldSketch = {
    ...base(),
    cluster: { entries: [{ principalArn: arn(B, 'ci'), kubernetesGroups: ['readers'] }], objects: [{ ...object, roleRef }] },
  };
  const { changes } = diffOf(sketch, [put(clusterRole('strong', ...rules))]);
  const own = changes.find(({ principal }) => principal === arn(B, 'ci'));
  expect(own?.powers.map(({ code }) => code)).toEqual(['impersonate', 'grant-more', 'write-aws-auth', 'run-pods', 'nodes-proxy']);
});

test('what nobody collected of a touched cluster is a gap', () => {
  const before = world({ ...base(), members: [A, B] });
  const cluster = before.clusters[0];
  if (cluster === undefined) throw new Error('no cluster');
  const gap = { kind: 'gap', id: 'rbac:x', state: 'notCollected', what: 'the roles' } as const;
  const dim = { ...before, clusters: [{ ...cluster, rbac: () => ({ state: 'notCollected', gap }) as const }] };
  const resource = binding('b', 'web', GROUP);
  const diff = diffAccess(dim, applyChanges(dim, [put(resource)]), { now: NOW, touched: [resource] });
  expect([diff.changes, diff.gaps]).toEqual([[], [gap]]);
});

describe('what nobody collected on one side', () => {
  const mapped: WorldSketch = {
    roles: {
      [A]: { deploy: { trust: trusts(B) }, own: { trust: trusts(A), allow: MAY_ASSUME } },
      [B]: { ci: { trust: trusts(B), allow: MAY_ASSUME }, hop: { trust: trusts(DARK), allow: MAY_ASSUME } },
      [DARK]: { far: { trust: trusts(DARK), allow: MAY_ASSUME } },
    },
    cluster: { entries: [{ principalArn: arn(A, 'deploy'), policies: ['AmazonEKSSecretReaderPolicy@web'] }] },
  };
  const { [B]: _, ...withoutB } = mapped.roles;
  const whole = world(mapped);
  const partial = world({ ...mapped, roles: withoutB, members: [A, B, DARK] });
  const nothing = makeInventory([]);
  const marks = (complete: unknown) => {
    const text = JSON.stringify({ version: 1, complete });
    return makeInventory([{ path: 'inventory.json', size: text.length, text: () => text }]);
  };

  test.each([
    ['an account', partial],
    ['everything', nothing],
    ['everything, and another account is said to be complete', marks([`accounts/${DARK}`])],
  ])('%s: nothing is firm, and the gap is named, in either direction', (_name, other) => {
    for (const [before, after] of [
      [whole, other],
      [other, whole],
    ] as const) {
      const { changes, gaps } = diffAccess(before, after, { now: NOW });
      const firm = changes.filter(({ certainty, otherwise }) => certainty !== 'unknown' && otherwise !== 'unknown');
      expect(firm).toEqual([]);
      expect(gaps.length).toBeGreaterThan(0);
    }
  });

  test('who comes by way of an account that was left out loses perhaps, and the gap says which', () => {
    const { changes, gaps } = diffAccess(whole, partial, { now: NOW });
    const far = changes.find(({ principal, scope }) => principal === arn(DARK, 'far') && scope === 'web');
    expect(far).toMatchObject({ certainty: 'sure', otherwise: 'unknown', via: [arn(B, 'hop'), arn(A, 'deploy')] });
    expect(gaps.map(({ id }) => id)).toContain(`iam:${B}`);
  });

  test('what an inventory says is complete and lacks is gone', () => {
    const { changes } = diffAccess(whole, marks(true), { now: NOW });
    expect(changes.filter(({ otherwise }) => otherwise === 'none').map(({ principal }) => principal)).toContain(arn(A, 'deploy'));
  });
});
