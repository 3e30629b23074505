import { describe, expect, it } from 'vitest';
import { readRbacObjects } from '../../src/rules/rbac/index.ts';
import { clusterBinding, clusterRole, manifest, may, User } from './make.ts';

const V1 = 'rbac.authorization.k8s.io/v1';
const named = (kind: string, more: Record<string, unknown>): Record<string, unknown> => ({
  apiVersion: V1,
  kind,
  metadata: { name: 'x', namespace: 'harbor' },
  ...more,
});

describe('readRbacObjects', () => {
  it('reads what it writes', () => {
    const role = {
      ...clusterRole('r', [may('core', 'pods', 'get', 'a')], { team: 'x' }),
      aggregation: [{ matchLabels: { a: 'b' }, matchExpressions: [] }],
    };
    const bound = clusterBinding('b', 'ClusterRole/r', User('mira'));
    expect(readRbacObjects([manifest(role, { labels: role.labels }), manifest(bound)])).toEqual({
      roles: [role],
      bindings: [bound],
      problems: [],
    });
  });

  it('reads through lists and says where an object stands', () => {
    const { kind: _, apiVersion: __, ...bare } = named('RoleBinding', { roleRef: { kind: 'Role', name: 'x' } });
    const lists = [
      {
        apiVersion: 'v1',
        kind: 'List',
        items: [{ apiVersion: 'v1', kind: 'ConfigMap' }, named('Role', { rules: null }), null, 7],
      },
      { apiVersion: V1, kind: 'RoleBindingList', items: [bare] },
    ];
    const { roles, bindings, problems } = readRbacObjects(lists, (index) => ({ file: 'k.yaml', path: [index] }));
    expect(roles).toMatchObject([{ rules: [], origin: { file: 'k.yaml', path: [0, 'items', 1] } }]);
    expect(bindings).toMatchObject([{ subjects: [], origin: { path: [1, 'items', 0] } }]);
    expect(problems).toEqual([]);
  });

  it('does not follow lists without end', () => {
    let nested: unknown = named('Role', {});
    for (let i = 0; i < 50_000; i++) nested = { apiVersion: 'v1', kind: 'List', items: [nested] };
    expect(readRbacObjects([nested]).roles).toEqual([]);
  });

  it.each([
    ['a core Role', { ...named('Role', {}), apiVersion: 'v1' }],
    ["another project's Role", { ...named('Role', {}), apiVersion: 'iam.aws.crossplane.io/v1' }],
    ['a list of text', 'Role'],
    ['a list without items', { apiVersion: 'v1', kind: 'List' }],
    ['a list whose items are no list', { apiVersion: 'v1', kind: 'List', items: { a: 1 } }],
    ['an array', [named('Role', {})]],
  ])('passes over %s', (_, object) => {
    expect(readRbacObjects([object])).toEqual({ roles: [], bindings: [], problems: [] });
  });

  it.each([
    ['no name', { ...named('ClusterRole', {}), metadata: {} }, 'missing', ['metadata', 'name']],
    ['metadata of a wrong kind', { ...named('ClusterRole', {}), metadata: 'x' }, 'missing', ['metadata', 'name']],
    ['a Role without namespace', { ...named('Role', {}), metadata: { name: 'x' } }, 'missing', ['metadata', 'namespace']],
    ['a name that is a number', { ...named('ClusterRole', {}), metadata: { name: 7 } }, 'wrong-type', ['metadata', 'name']],
    ['no roleRef', named('RoleBinding', {}), 'missing', ['roleRef', 'kind']],
    ['a roleRef without name', named('RoleBinding', { roleRef: { kind: 'Role' } }), 'missing', ['roleRef', 'name']],
  ])('leaves out an object with %s', (_, object, code, path) => {
    const { roles, bindings, problems } = readRbacObjects([object]);
    expect([...roles, ...bindings]).toEqual([]);
    expect(problems[0]).toMatchObject({ code, path, object: 0 });
  });

  it.each([
    ['rules', { rules: 'all' }, ['rules']],
    ['a rule', { rules: ['all'] }, ['rules', 0]],
    ['verbs', { rules: [{ ...may('core', 'pods', 'get'), verbs: 'get' }] }, ['rules', 0, 'verbs']],
    // Without its names the rule would grant more than it says.
    ['resourceNames', { rules: [{ ...may('core', 'pods', 'get'), resourceNames: 'a' }] }, ['rules', 0, 'resourceNames']],
    ['one of the names', { rules: [{ ...may('core', 'pods', 'get'), resourceNames: ['a', 1] }] }, ['rules', 0, 'resourceNames']],
    ['apiGroups', { rules: [{ ...may('core', 'pods', 'get'), apiGroups: {} }] }, ['rules', 0, 'apiGroups']],
  ])('grants nothing by %s of a wrong type', (_, more, path) => {
    const { roles, problems } = readRbacObjects([named('Role', more)]);
    expect(roles[0]?.rules.flatMap((rule) => rule.verbs)).toEqual([]);
    expect(problems).toMatchObject([{ code: 'wrong-type', path }]);
  });

  it('keeps the places of the rules behind a broken one', () => {
    const good = may('core', 'pods', 'get');
    expect(readRbacObjects([named('Role', { rules: [null, good] })]).roles[0]?.rules).toEqual([{ verbs: [] }, good]);
  });

  it.each([
    ['subjects', { subjects: {} }, ['subjects']],
    ['a subject', { subjects: ['mira'] }, ['subjects', 0, 'kind']],
    ['a name', { subjects: [{ kind: 'User', name: ['mira'] }] }, ['subjects', 0, 'name']],
    ['an empty name', { subjects: [{ kind: 'User', name: '' }] }, ['subjects', 0, 'name']],
    ['a namespace', { subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 1 }] }, ['subjects', 0, 'namespace']],
  ])('means nobody by %s of a wrong type', (_, more, path) => {
    const { bindings, problems } = readRbacObjects([named('RoleBinding', { roleRef: { kind: 'Role', name: 'x' }, ...more })]);
    expect(bindings[0]?.subjects).toEqual([]);
    expect(problems[0]?.path).toEqual(path);
  });

  it('selects nothing by a selector that cannot be read', () => {
    const selectors = [{ matchLabels: { a: 1 } }, 'x', { matchExpressions: [{ key: 'a' }] }, {}];
    const { roles, problems } = readRbacObjects([named('ClusterRole', { aggregationRule: { clusterRoleSelectors: selectors } })]);
    expect(roles[0]?.aggregation).toEqual([{ matchLabels: {}, matchExpressions: [] }]);
    expect(problems.map(({ path }) => path[2])).toEqual([0, 1, 2]);
  });

  it('lets the last of one name stand, and says so only when they differ', () => {
    const first = named('Role', { rules: [may('core', 'pods', 'get')] });
    expect(readRbacObjects([first, structuredClone(first)]).problems).toEqual([]);
    const { roles, problems } = readRbacObjects([first, named('Role', { rules: [] })]);
    expect(roles).toMatchObject([{ rules: [] }]);
    expect(problems).toMatchObject([{ code: 'duplicate', object: 1 }]);
  });

  it('is not fooled by labels that are also properties of every object', () => {
    const labels = JSON.parse('{"__proto__": "x", "constructor": "y"}');
    const { roles } = readRbacObjects([{ ...named('ClusterRole', {}), metadata: { name: 'x', labels } }]);
    expect(Object.entries(roles[0]?.labels ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});
