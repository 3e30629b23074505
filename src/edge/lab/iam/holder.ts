import type { Call } from '../authorise.ts';
import type { Attached, Boundary, GroupDoc, Inline, RoleDoc, Tag, UserDoc } from '../state/documents.ts';
import { accountScope } from '../state/scope.ts';
import type { Change } from '../state/store.ts';
import { Fault } from '../wire/fault.ts';
import { type Parameters, required } from '../wire/parameters.ts';
import { iamArn } from './make.ts';
import { GROUP_NAME, noSuchEntity, ROLE_NAME, tagMap, USER_NAME } from './rules.ts';

/** What holds policies. */
export type HolderKind = 'Role' | 'User' | 'Group';

/** The parts that users, roles and groups have in common. */
export interface HolderParts {
  readonly inline: readonly Inline[];
  readonly attached: readonly Attached[];
  readonly boundary: Boundary | undefined;
  readonly tags: readonly Tag[];
}

/** A user, role or group that is there. */
export interface Holder extends HolderParts {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  /** The same with some parts changed. */
  readonly changed: (parts: Partial<HolderParts>) => Change;
}

/** What names of each kind may be. */
export const NAMES = { Role: ROLE_NAME, User: USER_NAME, Group: GROUP_NAME };

/** The name that a call gives; for users the caller's own when there is none. */
export function holderName(call: Call, kind: HolderKind, parameters: Parameters): string {
  const name = `${kind}Name`;
  const { principal } = call.caller.session;
  if (kind === 'User' && parameters.text(name) === undefined && principal.kind === 'user') {
    return principal.arn.slice(principal.arn.lastIndexOf('/') + 1);
  }
  return required(parameters, name, NAMES[kind]);
}

/** The ARN that IAM judges a call by; of one that is not there, as if it had no path. */
export function holderArn(
  call: Call,
  kind: HolderKind,
  name: string,
): { readonly resource: string; readonly tags: Readonly<Record<string, string>> } {
  const found = findHolder(call, kind, name);
  return { resource: found?.arn ?? iamArn(call.caller, kind.toLowerCase(), '/', name), tags: tagMap(found?.tags) };
}

/** The holder of that name; throws NoSuchEntity. */
export function holderOf(call: Call, kind: HolderKind, name: string): Holder {
  const found = findHolder(call, kind, name);
  if (found === undefined) throw noSuchEntity(`The ${kind.toLowerCase()} with name ${name} cannot be found.`);
  return found;
}

/** A holder that may be changed: the roles of services are AWS's own (facts/iam.md §5.2). */
export function changeable(call: Call, kind: HolderKind, name: string): Holder {
  const holder = holderOf(call, kind, name);
  if (kind === 'Role' && holder.path.startsWith('/aws-service-role/')) {
    throw new Fault(
      'UnmodifiableEntity',
      400,
      `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
    );
  }
  return holder;
}

/** The holder of that name, if there is one; names are unique in an account ignoring case. */
export function findHolder({ lab, caller }: Call, kind: HolderKind, name: string): Holder | undefined {
  const scope = accountScope(caller.account);
  const key = name.toLowerCase();
  switch (kind) {
    case 'Role': {
      const role = lab.store.get(scope, 'role', key);
      return role === undefined ? undefined : roleHolder(scope, role);
    }
    case 'User': {
      const user = lab.store.get(scope, 'user', key);
      return user === undefined ? undefined : userHolder(scope, user);
    }
    case 'Group': {
      const group = lab.store.get(scope, 'group', key);
      return group === undefined ? undefined : groupHolder(scope, group);
    }
  }
}

function roleHolder(scope: string, role: RoleDoc): Holder {
  const parts: HolderParts = {
    inline: role.RolePolicyList,
    attached: role.AttachedManagedPolicies,
    boundary: role.PermissionsBoundary,
    tags: role.Tags,
  };
  return {
    ...parts,
    name: role.RoleName,
    arn: role.Arn,
    path: role.Path,
    changed: (change) => {
      const { inline, attached, boundary, tags } = { ...parts, ...change };
      const { PermissionsBoundary: _, ...rest } = role;
      const document = { ...rest, RolePolicyList: inline, AttachedManagedPolicies: attached, Tags: tags, ...bounded(boundary) };
      return { scope, kind: 'role', name: role.RoleName.toLowerCase(), document };
    },
  };
}

function userHolder(scope: string, user: UserDoc): Holder {
  const parts: HolderParts = {
    inline: user.UserPolicyList,
    attached: user.AttachedManagedPolicies,
    boundary: user.PermissionsBoundary,
    tags: user.Tags,
  };
  return {
    ...parts,
    name: user.UserName,
    arn: user.Arn,
    path: user.Path,
    changed: (change) => {
      const { inline, attached, boundary, tags } = { ...parts, ...change };
      const { PermissionsBoundary: _, ...rest } = user;
      const document = { ...rest, UserPolicyList: inline, AttachedManagedPolicies: attached, Tags: tags, ...bounded(boundary) };
      return { scope, kind: 'user', name: user.UserName.toLowerCase(), document };
    },
  };
}

function groupHolder(scope: string, group: GroupDoc): Holder {
  const parts: HolderParts = {
    inline: group.GroupPolicyList,
    attached: group.AttachedManagedPolicies,
    boundary: undefined,
    tags: [],
  };
  return {
    ...parts,
    name: group.GroupName,
    arn: group.Arn,
    path: group.Path,
    changed: (change) => {
      const { inline, attached } = { ...parts, ...change };
      const document = { ...group, GroupPolicyList: inline, AttachedManagedPolicies: attached };
      return { scope, kind: 'group', name: group.GroupName.toLowerCase(), document };
    },
  };
}

function bounded(boundary: Boundary | undefined): { readonly PermissionsBoundary?: Boundary } {
  return boundary === undefined ? {} : { PermissionsBoundary: boundary };
}
