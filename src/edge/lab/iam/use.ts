import type { Lab } from '../context.ts';
import { accountScope } from '../state/scope.ts';
import type { HolderKind } from './holder.ts';

/** Somebody who has a managed policy attached. */
export interface Attachment {
  readonly kind: HolderKind;
  readonly name: string;
  readonly id: string;
}

/** Who in an account has a managed policy attached, or as a boundary. */
export function attachmentsOf({ store }: Lab, account: string, arn: string): readonly Attachment[] {
  const scope = accountScope(account);
  const has = (
    attached: readonly { readonly PolicyArn: string }[],
    boundary?: { readonly PermissionsBoundaryArn: string },
  ): boolean => attached.some(({ PolicyArn }) => PolicyArn === arn) || boundary?.PermissionsBoundaryArn === arn;
  return [
    ...store
      .list(scope, 'role')
      .filter((role) => has(role.AttachedManagedPolicies, role.PermissionsBoundary))
      .map(({ RoleName, RoleId }) => ({ kind: 'Role' as const, name: RoleName, id: RoleId })),
    ...store
      .list(scope, 'user')
      .filter((user) => has(user.AttachedManagedPolicies, user.PermissionsBoundary))
      .map(({ UserName, UserId }) => ({ kind: 'User' as const, name: UserName, id: UserId })),
    ...store
      .list(scope, 'group')
      .filter((group) => has(group.AttachedManagedPolicies))
      .map(({ GroupName, GroupId }) => ({ kind: 'Group' as const, name: GroupName, id: GroupId })),
  ];
}
