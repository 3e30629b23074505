import { authorise, type Call } from '../authorise.ts';
import { newKey } from '../credentials.ts';
import type { KeyDoc, MfaDoc, UserDoc } from '../state/documents.ts';
import { accountScope, LAB } from '../state/scope.ts';
import type { Operation } from '../sts/index.ts';
import { optional, type Parameters, required } from '../wire/parameters.ts';
import { findManaged } from './find-managed.ts';
import { principalGone } from './gone.ts';
import { holderName, holderOf } from './holder.ts';
import { allow } from './holder-policies.ts';
import { loginOf } from './logins.ts';
import { iamArn, newUser } from './make.ts';
import {
  ARN,
  alreadyExists,
  deleteConflict,
  iamPage,
  limitExceeded,
  noSuchBoundary,
  noSuchEntity,
  pathPrefix,
  placeOf,
  readPath,
  readTags,
  tagKeys,
  USER_NAME,
} from './rules.ts';

/** The operations on users themselves and on their access keys. */
export const USER_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateUser: createUser,
  GetUser: (call, parameters) => {
    const name = holderName(call, 'User', parameters);
    allow(call, 'User', name);
    return { User: shownUser(userOf(call, name)) };
  },
  ListUsers: (call, parameters) => {
    const prefix = pathPrefix(parameters);
    authorise(call, { action: 'iam:ListUsers', resource: iamArn(call.caller, 'user', prefix, '') });
    const users = call.lab.store.list(accountScope(call.caller.account), 'user').filter(({ Path }) => Path.startsWith(prefix));
    const { Users, ...rest } = iamPage(parameters, 'Users', users, ({ UserName }) => UserName.toLowerCase());
    const shown = (Users as readonly UserDoc[]).map((user) => ({
      ...shownUser(user),
      Tags: undefined,
      PermissionsBoundary: undefined,
    }));
    return { Users: shown, ...rest };
  },
  DeleteUser: (call, parameters) => {
    const name = holderName(call, 'User', parameters);
    allow(call, 'User', name);
    const { inline, attached } = holderOf(call, 'User', name);
    if (attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
    if (inline.length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
    if (keysOf(call, name).length > 0) throw deleteConflict('Cannot delete entity, must delete access keys first.');
    if (devicesOf(call, name).length > 0) throw deleteConflict('Cannot delete entity, must delete MFA device first.');
    if (userOf(call, name).GroupList.length > 0)
      throw deleteConflict('Cannot delete entity, must remove users from group first.');
    if (loginOf(call, name) !== undefined) throw deleteConflict('Cannot delete entity, must delete login profile first.');
    const { Arn, UserId } = userOf(call, name);
    call.lab.store.commit(
      { scope: accountScope(call.caller.account), kind: 'user', name: name.toLowerCase(), document: null },
      ...principalGone(call.lab, Arn, UserId),
    );
    return {};
  },
  CreateAccessKey: (call, parameters) => {
    const name = holderName(call, 'User', parameters);
    allow(call, 'User', name);
    const { UserName } = userOf(call, name);
    if (keysOf(call, UserName).length >= 2) throw limitExceeded('Cannot exceed quota for AccessKeysPerUser: 2');
    const key = newKey(call.lab, call.caller.account, UserName);
    call.lab.store.commit({ scope: LAB, kind: 'key', name: key.AccessKeyId, document: key });
    const { account: _, ...shown } = key;
    return { AccessKey: shown };
  },
  ListAccessKeys: (call, parameters) => {
    const name = holderName(call, 'User', parameters);
    allow(call, 'User', name);
    const keys = keysOf(call, userOf(call, name).UserName);
    const shown = keys.map(({ UserName, AccessKeyId, Status, CreateDate }) => ({ UserName, AccessKeyId, Status, CreateDate }));
    return iamPage(parameters, 'AccessKeyMetadata', shown, ({ AccessKeyId }) => AccessKeyId);
  },
  UpdateAccessKey: (call, parameters) => {
    const name = holderName(call, 'User', parameters);
    const Status = required(parameters, 'Status', { pattern: 'Active|Inactive' }) === 'Active' ? 'Active' : 'Inactive';
    const key = keyOf(call, name, parameters);
    call.lab.store.commit({ scope: LAB, kind: 'key', name: key.AccessKeyId, document: { ...key, Status } });
    return {};
  },
  DeleteAccessKey: (call, parameters) => {
    const name = holderName(call, 'User', parameters);
    const key = keyOf(call, name, parameters);
    call.lab.store.commit({ scope: LAB, kind: 'key', name: key.AccessKeyId, document: null });
    return {};
  },
};

function createUser(call: Call, parameters: Parameters): Readonly<Record<string, unknown>> {
  const name = required(parameters, 'UserName', USER_NAME);
  const path = readPath(parameters);
  const tags = readTags(parameters);
  const boundary = optional(parameters, 'PermissionsBoundary', ARN);
  const keys = { ...tagKeys(tags), ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }) };
  authorise(call, { action: 'iam:CreateUser', resource: iamArn(call.caller, 'user', path, name), keys });
  const scope = accountScope(call.caller.account);
  if (call.lab.store.get(scope, 'user', name.toLowerCase()) !== undefined)
    throw alreadyExists(`User with name ${name} already exists.`);
  const found = boundary === undefined ? undefined : findManaged(call, boundary);
  if (boundary !== undefined && found === undefined) throw noSuchBoundary(boundary);
  const user: UserDoc = {
    ...newUser(placeOf(call), { path, name, tags }),
    ...(boundary === undefined
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary } }),
  };
  call.lab.store.commit({ scope, kind: 'user', name: name.toLowerCase(), document: user }, ...(found?.keep ?? []));
  return { User: shownUser(user) };
}

/** A user that is there; throws NoSuchEntity. */
export function userOf({ lab, caller }: Call, name: string): UserDoc {
  const user = lab.store.get(accountScope(caller.account), 'user', name.toLowerCase());
  if (user === undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

/** The MFA devices of a user. */
export function devicesOf({ lab, caller }: Call, name: string): readonly MfaDoc[] {
  const same = ({ account, UserName }: MfaDoc): boolean =>
    account === caller.account && UserName?.toLowerCase() === name.toLowerCase();
  return lab.store.list(LAB, 'mfa').filter(same);
}

/** The access keys of a user. */
export function keysOf({ lab, caller }: Call, name: string): readonly KeyDoc[] {
  const same = ({ account, UserName }: KeyDoc): boolean =>
    account === caller.account && UserName.toLowerCase() === name.toLowerCase();
  return lab.store.list(LAB, 'key').filter(same);
}

function keyOf(call: Call, name: string, parameters: Parameters): KeyDoc {
  const id = required(parameters, 'AccessKeyId', { least: 16, most: 128, pattern: '[\\w]+' });
  allow(call, 'User', name);
  const key = keysOf(call, userOf(call, name).UserName).find(({ AccessKeyId }) => AccessKeyId === id);
  if (key === undefined) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return key;
}

function shownUser(user: UserDoc): Readonly<Record<string, unknown>> {
  const { UserPolicyList: _inline, AttachedManagedPolicies: _attached, GroupList: _groups, ...shown } = user;
  return shown;
}
