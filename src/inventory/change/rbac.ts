import { aggregate, type Binding, defaultRoles, type Role, readRbacObjects, selects } from '../../rules/rbac/index.ts';
import type { RbacObjects } from '../model.ts';
import { PROPOSED } from './account.ts';
import type { Change } from './change.ts';

/**
 * Roles and bindings after changes, as `kubectl apply` and `kubectl delete` make them: an object of the same kind, namespace
 * and name is replaced where it stands. A ClusterRole that aggregates a changed one gathers its rules anew, as
 * clusterrole-aggregation-controller does (facts/eks.md §5.7).
 */
export function changeRbac(before: RbacObjects, changes: readonly Change[], version: string | undefined): RbacObjects {
  const roles = new Map(before.roles.map((role) => [keyOf(role), role]));
  const bindings = new Map(before.bindings.map((binding) => [keyOf(binding), binding]));
  const moved: Role[] = [];
  const putRole = (role: Role): void => {
    const old = roles.get(keyOf(role));
    moved.push(role, ...(old === undefined ? [] : [old]));
    roles.set(keyOf(role), role);
  };
  for (const change of changes) {
    if (change.kind === 'add-rbac-role') putRole(change.role);
    else if (change.kind === 'add-rbac-binding') bindings.set(keyOf(change.binding), change.binding);
    else if ((change.kind === 'put' || change.kind === 'remove') && change.resource.kind === 'rbac-object') {
      const { manifest } = change.resource;
      if (change.kind === 'put') {
        // What no API server takes becomes nothing.
        const read = readRbacObjects([manifest], () => PROPOSED);
        if (read.problems.length > 0) continue;
        read.roles.forEach(putRole);
        for (const binding of read.bindings) bindings.set(keyOf(binding), binding);
      } else {
        const { name, namespace = '' } = manifest.metadata;
        const key = keyOf({ kind: manifest.kind, namespace, name });
        const old = roles.get(key);
        if (old !== undefined) moved.push(old);
        roles.delete(key);
        bindings.delete(key);
      }
    }
  }
  return { ...before, roles: gathered([...roles.values()], moved, version), bindings: [...bindings.values()] };
}

function keyOf({ kind, namespace, name }: Pick<Role | Binding, 'kind' | 'namespace' | 'name'>): string {
  return `${kind}/${namespace}/${name}`;
}

/** Aggregated roles that select a moved one, or one that gathers it; the defaults that the files lack count as sources. */
function gathered(roles: readonly Role[], moved: readonly Role[], version: string | undefined): readonly Role[] {
  const touched = (role: Role): boolean => {
    const selectors = role.aggregation ?? [];
    return moved.some(({ kind, labels }) => kind === 'ClusterRole' && selectors.some((one) => selects(one, labels) === true));
  };
  const wanting = roles.filter((role) => touched(role));
  const fresh = moved.filter(({ aggregation }) => aggregation !== undefined);
  if (wanting.length === 0 && fresh.length === 0) return roles;
  const names = new Set([...wanting, ...fresh].map(({ name }) => name));
  for (let before = -1; before !== names.size; ) {
    before = names.size;
    for (const role of roles) {
      const selectors = role.aggregation ?? [];
      const sources = roles.filter(({ kind, name }) => kind === 'ClusterRole' && names.has(name));
      if (sources.some(({ labels }) => selectors.some((one) => selects(one, labels) === true))) names.add(role.name);
    }
  }
  const has = new Set(roles.filter(({ kind }) => kind === 'ClusterRole').map(({ name }) => name));
  const all = [...roles, ...defaultRoles(version).filter(({ name }) => !has.has(name))];
  const settled = aggregate(all);
  return roles.map((role, i) =>
    role.kind === 'ClusterRole' && role.aggregation !== undefined && names.has(role.name) ? (settled[i] ?? role) : role,
  );
}
