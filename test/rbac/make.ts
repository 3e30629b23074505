import type { User as Asker, Attributes, Binding, PolicyRule, Role, Subject } from '../../src/rules/rbac/index.ts';

/** Tiny constructors of what stands in a cluster. */
export const user = (name: string, ...groups: string[]): Asker => ({ name, groups: [...groups, 'system:authenticated'] });
export const User = (name: string): Subject => ({ kind: 'User', name });
export const Group = (name: string): Subject => ({ kind: 'Group', name });
export const Account = (name: string, namespace?: string): Subject => ({
  kind: 'ServiceAccount',
  name,
  ...(namespace === undefined ? {} : { namespace }),
});

export const may = (apiGroups: string, resources: string, verbs: string, names?: string): PolicyRule => ({
  apiGroups: apiGroups.split(' ').map((group) => (group === 'core' ? '' : group)),
  resources: resources.split(' '),
  verbs: verbs.split(' '),
  ...(names === undefined ? {} : { resourceNames: names.split(' ') }),
});
export const mayPath = (urls: string, verbs = 'get'): PolicyRule => ({
  nonResourceURLs: urls.split(' '),
  verbs: verbs.split(' '),
});

export const clusterRole = (name: string, rules: readonly PolicyRule[], labels: Record<string, string> = {}): Role => ({
  kind: 'ClusterRole',
  name,
  namespace: '',
  labels,
  rules,
});
export const role = (namespace: string, name: string, rules: readonly PolicyRule[]): Role => ({
  kind: 'Role',
  name,
  namespace,
  labels: {},
  rules,
});

/** `of` is `ClusterRole/x` or `Role/x`. */
export const clusterBinding = (name: string, of: string, ...subjects: Subject[]): Binding => ({
  kind: 'ClusterRoleBinding',
  name,
  namespace: '',
  roleRef: ref(of),
  subjects,
});
export const binding = (namespace: string, name: string, of: string, ...subjects: Subject[]): Binding => ({
  kind: 'RoleBinding',
  name,
  namespace,
  roleRef: ref(of),
  subjects,
});

function ref(of: string): Binding['roleRef'] {
  const slash = of.indexOf('/');
  return { kind: of.slice(0, slash), name: of.slice(slash + 1), apiGroup: 'rbac.authorization.k8s.io' };
}

/** `get harbor apps deployments/scale web`: verb, namespace (`-` none), group (`core`), resource, name. */
export function ask(text: string): Attributes {
  const [verb = '', namespace = '-', apiGroup = 'core', resource = '', name] = text.split(' ');
  const [of = '', subresource] = resource.split('/');
  return {
    verb,
    apiGroup: apiGroup === 'core' ? '' : apiGroup,
    resource: of,
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === undefined ? {} : { name }),
    ...(namespace === '-' ? {} : { namespace }),
  };
}

/** A role or binding as it stands in Kubernetes. */
export function manifest(object: Role | Binding, metadata: Record<string, unknown> = {}): Record<string, unknown> {
  const common = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: object.kind,
    metadata: { name: object.name, ...(object.namespace === '' ? {} : { namespace: object.namespace }), ...metadata },
  };
  if (!('rules' in object)) return { ...common, roleRef: object.roleRef, subjects: object.subjects };
  const aggregation = object.aggregation === undefined ? {} : { aggregationRule: { clusterRoleSelectors: object.aggregation } };
  return { ...common, rules: object.rules, ...aggregation };
}
