import type { RoleDoc } from '../state/documents.ts';
import { encoded } from './rules.ts';

/** A role as GetRole shows it, but for when it was last used. */
export function shownRole(role: RoleDoc): Readonly<Record<string, unknown>> {
  const { RolePolicyList: _inline, AttachedManagedPolicies: _attached, InstanceProfileList: _profiles, ...rest } = role;
  return {
    ...rest,
    AssumeRolePolicyDocument: encoded(role.AssumeRolePolicyDocument),
    MaxSessionDuration: role.MaxSessionDuration ?? 3600,
  };
}
