import { authorise, type Call } from '../authorise.ts';
import type { GroupDoc, UserDoc } from '../state/documents.ts';
import { accountScope, LAB } from '../state/scope.ts';
import type { Change } from '../state/store.ts';
import type { Operation } from '../sts/index.ts';
import { optional, type Parameters } from '../wire/parameters.ts';
import { principalRenamed } from './gone.ts';
import { groupOf } from './groups.ts';
import { findHolder, type HolderKind, holderArn, holderName } from './holder.ts';
import { iamArn } from './make.ts';
import { devicesOf } from './mfa.ts';
import { alreadyExists, GROUP_NAME, PATH, USER_NAME } from './rules.ts';
import { userOf } from './users.ts';

/**
 * The operations that give a user or group another name or path. Its unique id, its policies and its keys stay; what other
 * documents call it by name or ARN follows (IAM user guide, id_users_manage: renaming).
 */
export const RENAME_OPERATIONS: Readonly<Record<string, Operation>> = {
  UpdateUser: (call, parameters) => {
    const name = holderName(call, 'User', parameters);
    const { newName, newPath } = wanted(parameters, 'User');
    allowBoth(call, 'User', name, newName ?? name, newPath);
    const user = userOf(call, name);
    const [UserName, Path] = [newName ?? user.UserName, newPath ?? user.Path];
    checkFree(call, 'User', user.UserName, UserName);
    const renamed: UserDoc = { ...user, UserName, Path, Arn: iamArn(call.caller, 'user', Path, UserName) };
    const { store } = call.lab;
    const { account } = call.caller;
    const scope = accountScope(account);
    const login = store.get(scope, 'login', user.UserName.toLowerCase());
    store.commit(
      { scope, kind: 'user', name: user.UserName.toLowerCase(), document: null },
      { scope, kind: 'user', name: UserName.toLowerCase(), document: renamed },
      ...store.list(LAB, 'key').flatMap((key): readonly Change[] => {
        if (key.account !== account || key.UserName !== user.UserName) return [];
        return [{ scope: LAB, kind: 'key', name: key.AccessKeyId, document: { ...key, UserName } }];
      }),
      ...devicesOf(call, user.UserName).map(
        (device): Change => ({ scope: LAB, kind: 'mfa', name: device.SerialNumber, document: { ...device, UserName } }),
      ),
      ...(login === undefined
        ? []
        : ([
            { scope, kind: 'login', name: user.UserName.toLowerCase(), document: null },
            { scope, kind: 'login', name: UserName.toLowerCase(), document: { ...login, UserName } },
          ] as const)),
      ...principalRenamed(call.lab, user.Arn, renamed.Arn, user.UserId),
    );
    return {};
  },
  UpdateGroup: (call, parameters) => {
    const name = holderName(call, 'Group', parameters);
    const { newName, newPath } = wanted(parameters, 'Group');
    allowBoth(call, 'Group', name, newName ?? name, newPath);
    const group = groupOf(call, name);
    const [GroupName, Path] = [newName ?? group.GroupName, newPath ?? group.Path];
    checkFree(call, 'Group', group.GroupName, GroupName);
    const renamed: GroupDoc = { ...group, GroupName, Path, Arn: iamArn(call.caller, 'group', Path, GroupName) };
    const scope = accountScope(call.caller.account);
    call.lab.store.commit(
      { scope, kind: 'group', name: group.GroupName.toLowerCase(), document: null },
      { scope, kind: 'group', name: GroupName.toLowerCase(), document: renamed },
      ...call.lab.store.list(scope, 'user').flatMap((user): readonly Change[] => {
        if (!user.GroupList.includes(group.GroupName)) return [];
        const GroupList = user.GroupList.map((one) => (one === group.GroupName ? GroupName : one));
        return [{ scope, kind: 'user', name: user.UserName.toLowerCase(), document: { ...user, GroupList } }];
      }),
    );
    return {};
  },
};

function wanted(
  parameters: Parameters,
  kind: 'User' | 'Group',
): { readonly newName: string | undefined; readonly newPath: string | undefined } {
  return {
    newName: optional(parameters, `New${kind}Name`, kind === 'User' ? USER_NAME : GROUP_NAME),
    newPath: optional(parameters, 'NewPath', PATH),
  };
}

/** A caller needs the permission on both names (IAM API reference, UpdateUser and UpdateGroup). */
function allowBoth(call: Call, kind: HolderKind, name: string, newName: string, newPath: string | undefined): void {
  const { resource, tags } = holderArn(call, kind, name);
  const path = newPath ?? findHolder(call, kind, name)?.path ?? '/';
  const target = iamArn(call.caller, kind.toLowerCase(), path, newName);
  const action = `iam:${call.operation}`;
  authorise(call, { action, resource, tags }, ...(target === resource ? [] : [{ action, resource: target, tags }]));
}

function checkFree(call: Call, kind: 'User' | 'Group', name: string, newName: string): void {
  if (newName.toLowerCase() === name.toLowerCase() || findHolder(call, kind, newName) === undefined) return;
  throw alreadyExists(`${kind} with name ${newName} already exists.`);
}
