import { aggregate } from '../aggregate.ts';
import type { LabelSelector, PolicyRule, Role } from '../types.ts';
import { SYSTEM_RULES } from './system.ts';
import { AGGREGATE_TO_ADMIN, AGGREGATE_TO_EDIT, AGGREGATE_TO_VIEW, EDIT_SINCE_1_33, VIEW_SINCE_1_33 } from './user-facing.ts';

const BOOTSTRAPPING = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
const AGGREGATE_TO = 'rbac.authorization.k8s.io/aggregate-to-';

/**
 * The default ClusterRoles of one Kubernetes version, `view`, `edit` and `admin` with the rules that the aggregation
 * controller gives them. Left out: `system:controller:*` and the Roles of kube-system and kube-public; a binding to one
 * of those, where the files lack it, is a binding to a missing role.
 *
 * `version` is `1.33` or `v1.33.2-eks-…`; without one, or with one that cannot be read, it is 1.32. Since 1.33 view and
 * edit hold `resource.k8s.io` as well.
 * Source: facts/eks.md §5.8; kubernetes v1.32.10 bootstrappolicy/policy.go.
 */
export function defaultRoles(version?: string): readonly Role[] {
  const since33 = minor(version) >= 33;
  const known = made.get(since33);
  if (known !== undefined) return known;
  const roles = makeRoles(since33);
  made.set(since33, roles);
  return roles;
}

/** They never change, and most runs need one of the two. */
const made = new Map<boolean, readonly Role[]>();

function makeRoles(since33: boolean): readonly Role[] {
  const system = Object.entries(SYSTEM_RULES).map(([name, rules]) => clusterRole(name, rules));
  const parts = [
    clusterRole('admin', [], {}, 'admin'),
    clusterRole('edit', [], { [`${AGGREGATE_TO}admin`]: 'true' }, 'edit'),
    clusterRole('view', [], { [`${AGGREGATE_TO}edit`]: 'true' }, 'view'),
    part('admin', AGGREGATE_TO_ADMIN),
    part('edit', since33 ? [...AGGREGATE_TO_EDIT, EDIT_SINCE_1_33] : AGGREGATE_TO_EDIT),
    part('view', since33 ? [...AGGREGATE_TO_VIEW, VIEW_SINCE_1_33] : AGGREGATE_TO_VIEW),
  ];
  return Object.freeze(aggregate([...system, ...parts]).map((role) => Object.freeze(role)));
}

function part(to: string, rules: readonly PolicyRule[]): Role {
  return clusterRole(`system:aggregate-to-${to}`, rules, { [`${AGGREGATE_TO}${to}`]: 'true' });
}

function clusterRole(
  name: string,
  rules: readonly PolicyRule[],
  labels: Readonly<Record<string, string>> = {},
  from?: string,
): Role {
  const role = {
    kind: 'ClusterRole',
    name,
    namespace: '',
    labels: { ...BOOTSTRAPPING, ...labels },
    rules,
    isDefault: true,
  } as const;
  if (from === undefined) return role;
  const aggregation: readonly LabelSelector[] = [{ matchLabels: { [`${AGGREGATE_TO}${from}`]: 'true' } }];
  return { ...role, aggregation };
}

function minor(version: string | undefined): number {
  const found = /^v?1\.(\d+)/.exec(version ?? '');
  return found === null ? 32 : Number(found[1]);
}
