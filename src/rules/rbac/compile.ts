import { type AggregationReading, aggregate } from './aggregate.ts';
import { goQuote } from './go-text.ts';
import { type CompiledRule, compileRules } from './match.ts';
import { whomItMeans } from './subject.ts';
import type { Binding, Role } from './types.ts';

/** A binding with its role found and prepared. */
export interface BoundRole {
  /** Place of the binding among all, so that the first listed is the one that is named. */
  readonly position: number;
  readonly binding: Binding;
  /** undefined: the role does not exist, and `missing` says so in Kubernetes' words. */
  readonly role: Role | undefined;
  readonly rules: readonly CompiledRule[];
  readonly missing?: string;
}

/** Everything bound to one user name or one group. */
export interface Bound {
  readonly cluster: BoundRole[];
  readonly namespaces: Map<string, BoundRole[]>;
}

/** Roles and bindings of one cluster, indexed by subject. */
export interface RbacIndex {
  readonly users: ReadonlyMap<string, Bound>;
  readonly groups: ReadonlyMap<string, Bound>;
  readonly clusterRoles: ReadonlyMap<string, Role>;
  /** By namespace, then name. */
  readonly roles: ReadonlyMap<string, ReadonlyMap<string, Role>>;
  readonly bindings: readonly Binding[];
}

/** How to read aggregated ClusterRoles: `asListed` (the authorizer's way, the default) or as the controller leaves them. */
export interface CompileOptions {
  readonly aggregation?: AggregationReading;
}

/**
 * Indexes roles and bindings so that a question touches only what is bound to the asking user and its groups.
 *
 * Of two roles with one name the later stands, as when both are applied in order.
 */
export function compileRbac(roles: readonly Role[], bindings: readonly Binding[], options: CompileOptions = {}): RbacIndex {
  const clusterRoles = new Map<string, Role>();
  const byNamespace = new Map<string, Map<string, Role>>();
  for (const role of options.aggregation === 'reconciled' ? aggregate(roles) : roles) {
    if (role.kind === 'ClusterRole') clusterRoles.set(role.name, role);
    else entry(byNamespace, role.namespace, () => new Map<string, Role>()).set(role.name, role);
  }
  const compiled = new Map<Role, readonly CompiledRule[]>();
  const users = new Map<string, Bound>();
  const groups = new Map<string, Bound>();
  bindings.forEach((binding, position) => {
    const found = resolve(binding, clusterRoles, byNamespace);
    const role = typeof found === 'string' ? undefined : found;
    let rules: readonly CompiledRule[] | undefined;
    const bound: BoundRole = {
      position,
      binding,
      role,
      // Most bindings are never asked about.
      get rules() {
        rules ??= role === undefined ? [] : entry(compiled, role, () => compileRules(role.rules));
        return rules;
      },
      ...(typeof found === 'string' ? { missing: found } : {}),
    };
    for (const subject of binding.subjects) {
      const whom = whomItMeans(subject, binding.namespace);
      if (whom === undefined) continue;
      const of = entry(whom.kind === 'user' ? users : groups, whom.name, nothingBound);
      const list = binding.kind === 'ClusterRoleBinding' ? of.cluster : entry(of.namespaces, binding.namespace, () => []);
      if (list.at(-1) !== bound) list.push(bound);
    }
  });
  return { users, groups, clusterRoles, roles: byNamespace, bindings };
}

/**
 * The role that a reference in a binding means, or why there is none, in Kubernetes' words.
 *
 * `namespace` is the binding's; a ClusterRoleBinding has none and so can reach no Role. The reference's apiGroup does
 * not matter here: validation has seen to it. Source: kubernetes v1.32.10 pkg/registry/rbac/validation/rule.go
 * GetRoleReferenceRules.
 */
export function findRole(
  index: Pick<RbacIndex, 'clusterRoles' | 'roles'>,
  roleRef: Binding['roleRef'],
  namespace: string,
): Role | string {
  if (roleRef.kind === 'ClusterRole') {
    return index.clusterRoles.get(roleRef.name) ?? `clusterrole.rbac.authorization.k8s.io ${goQuote(roleRef.name)} not found`;
  }
  if (roleRef.kind === 'Role') {
    return index.roles.get(namespace)?.get(roleRef.name) ?? `role.rbac.authorization.k8s.io ${goQuote(roleRef.name)} not found`;
  }
  return `unsupported role reference kind: ${goQuote(roleRef.kind)}`;
}

function resolve(
  binding: Binding,
  clusterRoles: ReadonlyMap<string, Role>,
  roles: ReadonlyMap<string, ReadonlyMap<string, Role>>,
): Role | string {
  return findRole({ clusterRoles, roles }, binding.roleRef, binding.kind === 'RoleBinding' ? binding.namespace : '');
}

function nothingBound(): Bound {
  return { cluster: [], namespaces: new Map() };
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
