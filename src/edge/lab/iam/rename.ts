import { authorise, type Call } from '../authorise.ts';
import type { GroupDoc, UserDoc } from '../state/documents.ts';
import { accountScope, LAB } from '../state/scope.ts';
import type { Change } from '../state/store.ts';
import type { Operation } from '../sts/index.ts';
import { optional, type Parameters } from '../wire/parameters.ts';
import { principalRenamed } from './gone.ts';
import { groupOf } from './groups.ts';
import { findHolder, type HolderKind, holderArn, holderName, holderOf, NAMES } from './holder.ts';
import { loginOf } from './logins.ts';
import { iamArn } from './make.ts';
import { alreadyExists, PATH } from './rules.ts';
import { devicesOf, keysOf, userOf } from './users.ts';

/**
 * The operations that give a user or group another name or path. Its unique id, its policies and its keys stay; what other
 * documents call it by name or ARN follows (IAM user guide, id_users_manage: renaming).
 */
export const RENAME_OPERATIONS: Readonly<Record<string, Operation>> = {
  UpdateUser: (call, parameters) => {
    const { from, Path, Arn, name: UserName } = asked(call, parameters, 'User');
    const user = userOf(call, from);
    const renamed: UserDoc = { ...user, UserName, Path, Arn };
    const scope = accountScope(call.caller.account);
    const login = loginOf(call, from);
    call.lab.store.commit(
      { scope, kind: 'user', name: from.toLowerCase(), document: null },
      { scope, kind: 'user', name: UserName.toLowerCase(), document: renamed },
      ...keysOf(call, from).map(
        (key): Change => ({ scope: LAB, kind: 'key', name: key.AccessKeyId, document: { ...key, UserName } }),
      ),
      ...devicesOf(call, from).map(
        (device): Change => ({ scope: LAB, kind: 'mfa', name: device.SerialNumber, document: { ...device, UserName } }),
      ),
      ...(login === undefined
        ? []
        : ([
            { scope, kind: 'login', name: from.toLowerCase(), document: null },
            { scope, kind: 'login', name: UserName.toLowerCase(), document: { ...login, UserName } },
          ] as const)),
      ...principalRenamed(call.lab, user.Arn, renamed.Arn, user.UserId),
    );
    return {};
  },
  UpdateGroup: (call, parameters) => {
    const { from, Path, Arn, name: GroupName } = asked(call, parameters, 'Group');
    const group = groupOf(call, from);
    const renamed: GroupDoc = { ...group, GroupName, Path, Arn };
    const scope = accountScope(call.caller.account);
    call.lab.store.commit(
      { scope, kind: 'group', name: from.toLowerCase(), document: null },
      { scope, kind: 'group', name: GroupName.toLowerCase(), document: renamed },
      ...call.lab.store.list(scope, 'user').flatMap((user): readonly Change[] => {
        if (!user.GroupList.includes(from)) return [];
        const GroupList = user.GroupList.map((one) => (one === from ? GroupName : one));
        return [{ scope, kind: 'user', name: user.UserName.toLowerCase(), document: { ...user, GroupList } }];
      }),
    );
    return {};
  },
};

/** What a user or group is to be called, once the caller is allowed both names and the new one is free. */
function asked(
  call: Call,
  parameters: Parameters,
  kind: 'User' | 'Group',
): { readonly from: string; readonly name: string; readonly Path: string; readonly Arn: string } {
  const named = holderName(call, kind, parameters);
  const newName = optional(parameters, `New${kind}Name`, NAMES[kind]);
  const newPath = optional(parameters, 'NewPath', PATH);
  allowBoth(call, kind, named, newName ?? named, newPath);
  const { name: from, path } = holderOf(call, kind, named);
  const [name, Path] = [newName ?? from, newPath ?? path];
  if (name.toLowerCase() !== from.toLowerCase() && findHolder(call, kind, name) !== undefined)
    throw alreadyExists(`${kind} with name ${name} already exists.`);
  return { from, name, Path, Arn: iamArn(call.caller, kind.toLowerCase(), Path, name) };
}

/** A caller needs the permission on both names (IAM API reference, UpdateUser and UpdateGroup). */
function allowBoth(call: Call, kind: HolderKind, name: string, newName: string, newPath: string | undefined): void {
  const { resource, tags } = holderArn(call, kind, name);
  const path = newPath ?? findHolder(call, kind, name)?.path ?? '/';
  const target = iamArn(call.caller, kind.toLowerCase(), path, newName);
  const action = `iam:${call.operation}`;
  authorise(call, { action, resource, tags }, ...(target === resource ? [] : [{ action, resource: target, tags }]));
}
