import type { Lab } from '../context.ts';
import { accountScope } from '../state/scope.ts';
import type { HolderKind } from './holder.ts';

/** Somebody who uses a managed policy. */
export interface Attachment {
  readonly kind: HolderKind;
  readonly name: string;
  readonly id: string;
  readonly path: string;
  /** Attached, as a permissions boundary, or both. */
  readonly as: readonly ('PermissionsPolicy' | 'PermissionsBoundary')[];
}

interface Uses {
  readonly AttachedManagedPolicies: readonly { readonly PolicyArn: string }[];
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn: string };
}

/** Who in an account has a managed policy attached, or as a boundary. */
export function attachmentsOf({ store }: Lab, account: string, arn: string): readonly Attachment[] {
  const scope = accountScope(account);
  const usesOf = ({ AttachedManagedPolicies, PermissionsBoundary }: Uses): Attachment['as'] => [
    ...(AttachedManagedPolicies.some(({ PolicyArn }) => PolicyArn === arn) ? (['PermissionsPolicy'] as const) : []),
    ...(PermissionsBoundary?.PermissionsBoundaryArn === arn ? (['PermissionsBoundary'] as const) : []),
  ];
  return [
    ...store
      .list(scope, 'role')
      .map((role) => ({ kind: 'Role' as const, name: role.RoleName, id: role.RoleId, path: role.Path, as: usesOf(role) })),
    ...store
      .list(scope, 'user')
      .map((user) => ({ kind: 'User' as const, name: user.UserName, id: user.UserId, path: user.Path, as: usesOf(user) })),
    ...store.list(scope, 'group').map((group) => ({
      kind: 'Group' as const,
      name: group.GroupName,
      id: group.GroupId,
      path: group.Path,
      as: usesOf(group),
    })),
  ].filter((one) => one.as.length > 0);
}

/** How often a policy is attached, and how often it is a boundary, as GetPolicy counts them. */
export function usesOf(
  lab: Lab,
  account: string,
  arn: string,
): { readonly AttachmentCount: number; readonly PermissionsBoundaryUsageCount: number } {
  const found = attachmentsOf(lab, account, arn);
  return {
    AttachmentCount: found.filter((one) => one.as.includes('PermissionsPolicy')).length,
    PermissionsBoundaryUsageCount: found.filter((one) => one.as.includes('PermissionsBoundary')).length,
  };
}
