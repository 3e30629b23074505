import { type AggregationReading, aggregate } from '../aggregate.ts';
import type { Binding, Role } from '../types.ts';
import { DEFAULT_BINDINGS } from './bindings.ts';
import { defaultRoles } from './roles.ts';

/** Roles and bindings with Kubernetes' own filled in. */
export interface Filled {
  readonly roles: readonly Role[];
  readonly bindings: readonly Binding[];
  /** What the files lack and was assumed, as `ClusterRole view`, `ClusterRoleBinding system:discovery`. */
  readonly filled: readonly string[];
}

/** `version` is the cluster's; `aggregation` says how filled-in aggregated roles read (default: as a live cluster has them). */
export interface DefaultsOptions {
  readonly version?: string;
  readonly aggregation?: AggregationReading;
}

/**
 * Fills in the default ClusterRoles and ClusterRoleBindings that the files lack, and says which.
 *
 * A role that the files hold stays as it is, even where it differs from Kubernetes' own: it may have been changed. An
 * aggregated role that is filled in (`view`, `edit`, `admin`) also gathers the labelled roles of the files, as the
 * controller would have seen to it, unless `aggregation` is `asListed`.
 */
export function withDefaults(roles: readonly Role[], bindings: readonly Binding[], options: DefaultsOptions = {}): Filled {
  const hasRole = new Set(roles.filter((role) => role.kind === 'ClusterRole').map((role) => role.name));
  const hasBinding = new Set(bindings.filter((binding) => binding.kind === 'ClusterRoleBinding').map((binding) => binding.name));
  const known = defaultRoles(options.version);
  const newRoles = known.filter((role) => !hasRole.has(role.name));
  const newBindings = DEFAULT_BINDINGS.filter((binding) => !hasBinding.has(binding.name));
  const all = [...roles, ...newRoles];
  // Only what is filled in may change: the rules of a role in the files are evidence.
  const reconciled =
    options.aggregation === 'asListed' ? all : aggregate(all).map((role, i) => (role.isDefault ? role : (all[i] ?? role)));
  return {
    roles: reconciled,
    bindings: [...bindings, ...newBindings],
    filled: [...newRoles, ...newBindings].map((object) => `${object.kind} ${object.name}`),
  };
}
