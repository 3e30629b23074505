import { describe, expect, it } from 'vitest';
import {
  type Attributes,
  type Binding,
  compileRbac,
  mayWrite,
  type PolicyRule,
  type Role,
  type WriteDecision,
} from '../../src/rules/rbac/index.ts';
import { Account, binding, clusterBinding, clusterRole, Group, manifest, may, mayPath, role, User, user } from './make.ts';

const RBAC = 'rbac.authorization.k8s.io';
const kira = user('kira');
const pods = may('core', 'pods', 'get');
const secrets = may('core', 'secrets', 'get');
const EVERYTHING = [may('*', '*', '*'), mayPath('*', '*')];

interface World {
  /** Held everywhere, beside the right to write the four kinds. */
  readonly held?: readonly PolicyRule[];
  readonly heldInBakery?: readonly PolicyRule[];
  readonly writer?: boolean;
  readonly roles?: readonly Role[];
}

function write(
  world: World,
  object: unknown,
  more: { existing?: unknown; other?: (attributes: Attributes) => boolean; groups?: string[] } = {},
): WriteDecision {
  const roles: Role[] = [
    clusterRole('writer', [may(RBAC, 'roles clusterroles rolebindings clusterrolebindings', 'create update')]),
    clusterRole('own', world.held ?? []),
    role('bakery', 'own', world.heldInBakery ?? []),
    ...(world.roles ?? []),
  ];
  const bindings: Binding[] = [
    ...(world.writer === false ? [] : [clusterBinding('writer', 'ClusterRole/writer', User('kira'))]),
    clusterBinding('own', 'ClusterRole/own', User('kira')),
    binding('bakery', 'own', 'Role/own', User('kira')),
  ];
  return mayWrite(compileRbac(roles, bindings), more.groups === undefined ? kira : user('kira', ...more.groups), {
    operation: more.existing === undefined ? 'create' : 'update',
    object,
    ...(more.existing === undefined ? {} : { existing: more.existing }),
    ...(more.other === undefined ? {} : { otherAuthorizer: more.other }),
  });
}

const newClusterRole = (...rules: PolicyRule[]) => manifest(clusterRole('new', rules));
const newRole = (...rules: PolicyRule[]) => manifest(role('bakery', 'new', rules));
const reader = clusterRole('reader', [secrets]);

describe('the ordinary right to write comes first', () => {
  it('refuses whoever holds the rules but not the right', () => {
    expect(write({ writer: false, held: [pods] }, newClusterRole(pods))).toEqual({
      decision: 'deny',
      missing: [],
      reason: `clusterroles.${RBAC} is forbidden: User "kira" cannot create resource "clusterroles" in API group "${RBAC}" at the cluster scope`,
    });
  });

  it('refuses an update whose right is limited to another name', () => {
    const held = [may(RBAC, 'roles', 'update', 'other'), pods];
    expect(write({ writer: false, held }, newRole(pods), { existing: newRole() }).decision).toBe('deny');
    expect(
      write({ writer: false, held: [may(RBAC, 'roles', 'update', 'new'), pods] }, newRole(pods), { existing: newRole() })
        .decision,
    ).toBe('allow');
  });

  it('lets another authorizer give it', () => {
    expect(write({ writer: false, held: [pods] }, newRole(pods), { other: ({ verb }) => verb === 'create' }).decision).toBe(
      'allow',
    );
  });
});

describe('roles', () => {
  it('names what is missing as Kubernetes does', () => {
    const answer = write({ held: [pods] }, newRole(may('core', 'pods secrets', 'list get')));
    expect(answer.missing).toEqual([may('core', 'pods', 'list'), may('core', 'secrets', 'list get')]);
    expect(answer.reason).toBe(
      `roles.${RBAC} "new" is forbidden: user "kira" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n` +
        '{APIGroups:[""], Resources:["pods"], Verbs:["list"]}\n{APIGroups:[""], Resources:["secrets"], Verbs:["list" "get"]}',
    );
  });

  it.each<[string, World, unknown, 'allow' | 'deny']>([
    ['rules held in the namespace do for a Role there', { heldInBakery: [secrets] }, newRole(secrets), 'allow'],
    ['but not for a ClusterRole', { heldInBakery: [secrets] }, newClusterRole(secrets), 'deny'],
    ['nor in another namespace', { heldInBakery: [secrets] }, manifest(role('mill', 'new', [secrets])), 'deny'],
    ['a role without rules grants nothing', {}, newClusterRole(), 'allow'],
    [
      'several roles together cover',
      { held: [pods], heldInBakery: [secrets] },
      newRole(may('core', 'pods secrets', 'get')),
      'allow',
    ],
    ['a name is less than all names', { held: [pods] }, newRole(may('core', 'pods', 'get', 'a')), 'allow'],
    ['all names are more than a name', { held: [may('core', 'pods', 'get', 'a')] }, newRole(pods), 'deny'],
    ['escalate on clusterroles', { held: [may(RBAC, 'clusterroles', 'escalate')] }, newClusterRole(secrets), 'allow'],
    [
      'escalate limited to the name has none on create',
      { held: [may(RBAC, 'clusterroles', 'escalate', 'new')] },
      newClusterRole(secrets),
      'deny',
    ],
    ['escalate in the namespace', { heldInBakery: [may(RBAC, 'roles', 'escalate')] }, newRole(secrets), 'allow'],
    ['an aggregation rule needs full authority', {}, manifest({ ...clusterRole('new', []), aggregation: [{}] }), 'deny'],
    ['which cluster-admin has', { held: EVERYTHING }, manifest({ ...clusterRole('new', []), aggregation: [{}] }), 'allow'],
    [
      'as has whoever holds every verb, escalate among them',
      { held: [may('*', '*', '*')] },
      manifest({ ...clusterRole('new', []), aggregation: [{}] }),
      'allow',
    ],
  ])('%s', (_, world, object, expected) => {
    expect(write(world, object).decision).toBe(expected);
  });

  it('lets a name-limited escalate update that role', () => {
    const held = [may(RBAC, 'clusterroles', 'escalate', 'new')];
    expect(write({ held }, newClusterRole(secrets), { existing: newClusterRole() }).decision).toBe('allow');
    expect(
      write({ held }, manifest(clusterRole('old', [secrets])), { existing: manifest(clusterRole('old', [])) }).decision,
    ).toBe('deny');
  });

  it('lets system:masters grant anything', () => {
    expect(write({}, newClusterRole(...EVERYTHING), { groups: ['system:masters'] }).decision).toBe('allow');
  });

  it('needs full authority to take an aggregation rule away, too', () => {
    const existing = manifest({ ...clusterRole('new', []), aggregation: [{ matchLabels: { a: 'b' } }] });
    const answer = write({}, newClusterRole(), { existing });
    expect(answer.decision).toBe('deny');
    expect(answer.reason).toContain('must have cluster-admin privileges to use the aggregationRule');
  });
});

describe('bindings', () => {
  const bound = manifest(clusterBinding('new', 'ClusterRole/reader', User('zoe')));
  const inBakery = manifest(binding('bakery', 'new', 'ClusterRole/reader', User('zoe')));
  it.each<[string, World, unknown, 'allow' | 'deny']>([
    ['a role whose rules are held', { held: [secrets], roles: [reader] }, bound, 'allow'],
    ['a role whose rules are not', { roles: [reader] }, bound, 'deny'],
    ['rules held in the namespace do there', { heldInBakery: [secrets], roles: [reader] }, inBakery, 'allow'],
    ['but not cluster-wide', { heldInBakery: [secrets], roles: [reader] }, bound, 'deny'],
    ['bind on that role by name', { held: [may(RBAC, 'clusterroles', 'bind', 'reader')], roles: [reader] }, bound, 'allow'],
    ['bind on another', { held: [may(RBAC, 'clusterroles', 'bind', 'writer')], roles: [reader] }, bound, 'deny'],
    [
      'bind in the namespace of the binding',
      { heldInBakery: [may(RBAC, 'clusterroles', 'bind')], roles: [reader] },
      inBakery,
      'allow',
    ],
    [
      'bind in a namespace, for everywhere',
      { heldInBakery: [may(RBAC, 'clusterroles', 'bind')], roles: [reader] },
      bound,
      'deny',
    ],
    ['bind on roles for a ClusterRole', { held: [may(RBAC, 'roles', 'bind')], roles: [reader] }, bound, 'deny'],
    ['a role that does not exist', { held: EVERYTHING.slice(1) }, bound, 'deny'],
    ['bind on a role that does not exist', { held: [may(RBAC, 'clusterroles', 'bind')] }, bound, 'allow'],
    [
      'a Role of another namespace',
      { roles: [role('mill', 'r', [])] },
      manifest(binding('bakery', 'new', 'Role/r', User('zoe'))),
      'deny',
    ],
    [
      'nobody gets even a role that is not held',
      { roles: [reader] },
      manifest(clusterBinding('new', 'ClusterRole/reader')),
      'deny',
    ],
  ])('%s', (_, world, object, expected) => {
    expect(write(world, object).decision).toBe(expected);
  });

  it('says which role is missing', () => {
    expect(write({}, bound).reason).toBe(`clusterrole.${RBAC} "reader" not found`);
  });

  it('never changes its roleRef, not for system:masters', () => {
    const existing = manifest(clusterBinding('new', 'ClusterRole/own', User('zoe')));
    const answer = write({ roles: [reader] }, bound, { existing, groups: ['system:masters'] });
    expect(answer).toMatchObject({ decision: 'deny', missing: [] });
    expect(answer.reason).toContain('cannot change roleRef');
  });

  it('takes a roleRef without apiGroup as the same', () => {
    const { roleRef: _, ...rest } = bound;
    const existing = { ...rest, roleRef: { kind: 'ClusterRole', name: 'reader' } };
    expect(write({ held: [secrets], roles: [reader] }, bound, { existing }).decision).toBe('allow');
  });

  it('checks again when subjects change', () => {
    const existing = manifest(clusterBinding('new', 'ClusterRole/reader', User('ann')));
    expect(write({ roles: [reader] }, bound, { existing }).decision).toBe('deny');
  });
});

it('allows no update of an object that cannot be read', () => {
  expect(
    write({ held: EVERYTHING }, newClusterRole(), { existing: { ...newClusterRole(), aggregationRule: 'x' } }).decision,
  ).toBe('deny');
  expect(write({ held: EVERYTHING }, newClusterRole(), { existing: newRole() }).decision).toBe('deny');
});

describe('an authorizer beside RBAC', () => {
  it('is asked for bind and escalate', () => {
    expect(write({}, newClusterRole(secrets), { other: ({ verb }) => verb === 'escalate' }).decision).toBe('allow');
    const bound = manifest(binding('bakery', 'new', 'ClusterRole/reader', User('zoe')));
    const asked: Attributes[] = [];
    const other = (attributes: Attributes) => asked.push(attributes) > 0 && attributes.verb === 'bind';
    expect(write({ roles: [reader] }, bound, { other }).decision).toBe('allow');
    expect(asked).toEqual([{ verb: 'bind', apiGroup: RBAC, resource: 'clusterroles', name: 'reader', namespace: 'bakery' }]);
  });

  it('does not count as held', () => {
    expect(write({}, newRole(secrets), { other: ({ verb }) => verb === 'get' || verb === 'create' }).decision).toBe('deny');
  });
});

describe('updates of ownership alone', () => {
  const stored = manifest(clusterRole('new', [secrets]), { uid: '1', resourceVersion: '7', labels: { a: 'b' } });
  const changed = (metadata: Record<string, unknown>, more = {}) => ({
    ...manifest(clusterRole('new', [secrets])),
    metadata: { name: 'new', ...metadata },
    ...more,
  });
  it.each<[string, Record<string, unknown>, 'allow' | 'deny']>([
    ['an owner reference', changed({ labels: { a: 'b' }, ownerReferences: [{ uid: '2' }] }), 'allow'],
    ['a finalizer', changed({ labels: { a: 'b' }, finalizers: ['x'], annotations: {} }), 'allow'],
    ['what the server fills in differs', changed({ labels: { a: 'b' }, resourceVersion: '8' }), 'deny'],
    ['a label', changed({ labels: { a: 'c' }, finalizers: ['x'] }), 'deny'],
    ['an annotation', changed({ labels: { a: 'b' }, annotations: { x: 'y' } }), 'deny'],
    ['a rule fewer', changed({ labels: { a: 'b' } }, { rules: [secrets, pods] }), 'deny'],
  ])('%s: %#', (_, object, expected) => {
    expect(write({}, object, { existing: stored }).decision).toBe(expected);
  });

  it('counts for bindings too, whoever wrote the default API group', () => {
    const bound = clusterBinding('new', 'ClusterRole/reader', User('zoe'), Account('robot', 'bakery'), Group('g'));
    const existing = manifest(bound);
    const subjects = bound.subjects.map((each) => (each.kind === 'ServiceAccount' ? each : { ...each, apiGroup: RBAC }));
    const object = manifest({ ...bound, subjects }, { finalizers: ['x'] });
    expect(write({ roles: [reader] }, object, { existing }).decision).toBe('allow');
  });
});

describe('what the API refuses from anybody', () => {
  const all: World = { held: EVERYTHING };
  it.each<[string, unknown, string]>([
    ['a Role with URLs', newRole(mayPath('/metrics')), 'namespaced rules cannot apply to non-resource URLs'],
    ['URLs and resources in one rule', newClusterRole({ ...pods, ...mayPath('/metrics') }), 'cannot apply to both'],
    ['no verbs', newClusterRole({ ...pods, verbs: [] }), 'verbs must contain at least one value'],
    ['no groups', newClusterRole({ resources: ['pods'], verbs: ['get'] }), 'at least one api group'],
    ['no resources', newClusterRole({ apiGroups: [''], verbs: ['get'] }), 'at least one resource'],
    ['no selector', manifest({ ...clusterRole('new', []), aggregation: [] }), 'at least one clusterRoleSelector required'],
    [
      'a broken selector',
      manifest({ ...clusterRole('new', []), aggregation: [{ matchExpressions: [{ key: 'a', operator: 'Near' }] }] }),
      'not a valid label selector',
    ],
    [
      'a ClusterRoleBinding of a Role',
      manifest(clusterBinding('new', 'Role/own', User('zoe'))),
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
    ],
    [
      'a reference of no kind there is',
      manifest(binding('bakery', 'new', 'Sailor/own', User('zoe'))),
      'unsupported role reference kind',
    ],
    [
      'an account from nowhere',
      manifest(clusterBinding('new', 'ClusterRole/own', Account('robot'))),
      'namespace: Required value',
    ],
    [
      'a subject of no kind there is',
      manifest(clusterBinding('new', 'ClusterRole/own', { kind: 'Cat', name: 'tom' })),
      'subjects[0].kind: Unsupported value: "Cat": supported values: "ServiceAccount", "User", "Group"',
    ],
    [
      'a user of another API group',
      manifest(clusterBinding('new', 'ClusterRole/own', { ...User('zoe'), apiGroup: 'x' })),
      'apiGroup',
    ],
    ['another kind', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' } }, 'no readable'],
    ['a part that cannot be read', { ...newClusterRole(), rules: 'all' }, 'no readable'],
  ])('%s', (_, object, why) => {
    const answer = write(all, object);
    expect(answer.decision).toBe('deny');
    expect(answer.reason).toContain(why);
  });
});
