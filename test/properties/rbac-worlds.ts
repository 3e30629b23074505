import fc from 'fast-check';
import type { Attributes, Binding, PolicyRule, Role, Subject, User } from '../../src/rules/rbac/index.ts';

const VERBS = ['get', 'list', 'create', '*', '*'];
const GROUPS = ['', 'apps', '*', '*'];
const RESOURCES = [
  'pods',
  'pods/log',
  'pods/*',
  '*',
  '*/*',
  '*/log',
  'deployments',
  'deployments/scale',
  '*/scale',
  'nodes',
  'Pods',
];
const NAMES = ['a', 'b', ''];
const URLS = ['*', '/metrics', '/healthz*', '/healthz', '/api/*'];
const PATHS = ['/metrics', '/healthz', '/healthz/etcd', '/api', '/api/v1'];
const NAMESPACES = ['north', 'south'];
const ROLE_NAMES = ['one', 'two', 'three', 'gone'];

const few = (pool: readonly string[]): fc.Arbitrary<string[]> =>
  fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 2 });

const resourceRule = fc
  .tuple(
    few(VERBS),
    few(GROUPS),
    few(RESOURCES),
    fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: few(NAMES) }),
  )
  .map(
    ([verbs, apiGroups, resources, resourceNames]): PolicyRule => ({
      verbs,
      apiGroups,
      resources,
      ...(resourceNames === undefined ? {} : { resourceNames }),
    }),
  );
const pathRule = fc.tuple(few(VERBS), few(URLS)).map(([verbs, nonResourceURLs]): PolicyRule => ({ verbs, nonResourceURLs }));

/** Rules of a ClusterRole; a Role may not hold paths (facts/eks.md §5.2). */
const clusterRules = fc.array(fc.oneof({ weight: 4, arbitrary: resourceRule }, { weight: 1, arbitrary: pathRule }), {
  minLength: 1,
  maxLength: 3,
});

export const rbacRole: fc.Arbitrary<Role> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...ROLE_NAMES.slice(0, 3)), clusterRules)
    .map(([name, rules]): Role => ({ kind: 'ClusterRole', name, namespace: '', labels: {}, rules })),
  fc
    .tuple(fc.constantFrom(...ROLE_NAMES.slice(0, 3)), fc.constantFrom(...NAMESPACES), fc.array(resourceRule, { maxLength: 3 }))
    .map(([name, namespace, rules]): Role => ({ kind: 'Role', name, namespace, labels: {}, rules })),
);

const RBAC = 'rbac.authorization.k8s.io';
const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc
    .constantFrom('mira', 'olga', 'system:serviceaccount:north:bot')
    .map((name): Subject => ({ kind: 'User', apiGroup: RBAC, name })),
  fc
    .constantFrom('crew', 'system:authenticated', 'system:serviceaccounts:north')
    .map((name): Subject => ({ kind: 'Group', apiGroup: RBAC, name })),
  fc.constantFrom(...NAMESPACES).map((namespace): Subject => ({ kind: 'ServiceAccount', name: 'bot', namespace })),
);

const subjects = fc.array(subject, { minLength: 1, maxLength: 3 });
export const rbacBinding: fc.Arbitrary<Binding> = fc.oneof(
  fc.tuple(fc.constantFrom(...ROLE_NAMES), subjects).map(
    ([name, named]): Binding => ({
      kind: 'ClusterRoleBinding',
      name: `c-${name}`,
      namespace: '',
      roleRef: { kind: 'ClusterRole', name, apiGroup: RBAC },
      subjects: named,
    }),
  ),
  fc.tuple(fc.constantFrom(...ROLE_NAMES), fc.constantFrom('Role', 'ClusterRole'), fc.constantFrom(...NAMESPACES), subjects).map(
    ([name, kind, namespace, named]): Binding => ({
      kind: 'RoleBinding',
      name: `r-${name}`,
      namespace,
      roleRef: { kind, name, apiGroup: RBAC },
      subjects: named,
    }),
  ),
);

/** Objects with different names: a cluster cannot hold two of one kind, namespace and name. */
const key = (object: { readonly kind: string; readonly namespace: string; readonly name: string }): string =>
  `${object.kind}/${object.namespace}/${object.name}`;

export const rbacUser: fc.Arbitrary<User> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<User>(
      { name: 'mira', groups: ['crew', 'system:authenticated'] },
      { name: 'olga', groups: ['system:authenticated'] },
    ),
  },
  { weight: 1, arbitrary: fc.constant<User>({ name: '', groups: ['crew', 'system:authenticated'] }) },
  {
    weight: 1,
    arbitrary: fc.constant<User>({
      name: 'system:serviceaccount:north:bot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:north', 'system:authenticated'],
    }),
  },
);

/** A request; subresource, name and namespace may each be there or not. */
export const rbacRequest: fc.Arbitrary<Attributes> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        verb: fc.constantFrom(...VERBS.slice(0, 3)),
        apiGroup: fc.constantFrom(...GROUPS.slice(0, 2)),
        resource: fc.constantFrom('pods', 'deployments', 'nodes', 'Pods'),
        subresource: fc.constantFrom(undefined, undefined, 'log', 'scale', '*'),
        name: fc.constantFrom(undefined, 'a', 'b', 'c'),
        namespace: fc.constantFrom(undefined, 'north', 'north', 'south'),
      })
      .map(
        ({ subresource, name, namespace, ...rest }): Attributes => ({
          ...rest,
          ...(subresource === undefined ? {} : { subresource }),
          ...(name === undefined ? {} : { name }),
          ...(namespace === undefined ? {} : { namespace }),
        }),
      ),
  },
  { weight: 1, arbitrary: fc.record({ verb: fc.constantFrom('get', 'list'), path: fc.constantFrom(...PATHS) }) },
);

/** Objects of one cluster with a question. */
export interface RbacWorld {
  readonly roles: readonly Role[];
  readonly bindings: readonly Binding[];
  readonly user: User;
  readonly request: Attributes;
}

export const rbacWorld: fc.Arbitrary<RbacWorld> = fc.record({
  roles: fc.uniqueArray(rbacRole, { minLength: 3, maxLength: 6, selector: key }),
  bindings: fc.uniqueArray(rbacBinding, { minLength: 2, maxLength: 6, selector: key }),
  user: rbacUser,
  request: rbacRequest,
});
