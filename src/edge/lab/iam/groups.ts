import { authorise, type Call } from '../authorise.ts';
import type { GroupDoc, UserDoc } from '../state/documents.ts';
import { accountScope } from '../state/scope.ts';
import type { Operation } from '../sts/index.ts';
import { required } from '../wire/parameters.ts';
import { holderName, holderOf } from './holder.ts';
import { allow } from './holder-policies.ts';
import { iamArn, newGroup } from './make.ts';
import { alreadyExists, deleteConflict, GROUP_NAME, iamPage, noSuchEntity, pathPrefix, placeOf, readPath } from './rules.ts';
import { userOf } from './users.ts';

/** The operations on groups and their members. */
export const GROUP_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateGroup: (call, parameters) => {
    const name = required(parameters, 'GroupName', GROUP_NAME);
    const path = readPath(parameters);
    authorise(call, { action: 'iam:CreateGroup', resource: iamArn(call.caller, 'group', path, name) });
    const scope = accountScope(call.caller.account);
    if (call.lab.store.get(scope, 'group', name.toLowerCase()) !== undefined)
      throw alreadyExists(`Group with name ${name} already exists.`);
    const group = newGroup(placeOf(call), { path, name });
    call.lab.store.commit({ scope, kind: 'group', name: name.toLowerCase(), document: group });
    return { Group: shownGroup(group) };
  },
  GetGroup: (call, parameters) => {
    const name = holderName(call, 'Group', parameters);
    allow(call, 'Group', name);
    const group = groupOf(call, name);
    const users = members(call, group.GroupName).map(({ Path, UserName, UserId, Arn, CreateDate }) => ({
      Path,
      UserName,
      UserId,
      Arn,
      CreateDate,
    }));
    return { Group: shownGroup(group), ...iamPage(parameters, 'Users', users, ({ UserName }) => UserName.toLowerCase()) };
  },
  ListGroups: (call, parameters) => {
    const prefix = pathPrefix(parameters);
    authorise(call, { action: 'iam:ListGroups', resource: iamArn(call.caller, 'group', prefix, '') });
    const groups = call.lab.store
      .list(accountScope(call.caller.account), 'group')
      .filter(({ Path }) => Path.startsWith(prefix))
      .map(shownGroup);
    return iamPage(parameters, 'Groups', groups, ({ GroupName }) => GroupName.toLowerCase());
  },
  DeleteGroup: (call, parameters) => {
    const name = holderName(call, 'Group', parameters);
    allow(call, 'Group', name);
    const { inline, attached } = holderOf(call, 'Group', name);
    if (members(call, name).length > 0) throw deleteConflict('Cannot delete entity, must remove users from group first.');
    if (attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
    if (inline.length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
    call.lab.store.commit({ scope: accountScope(call.caller.account), kind: 'group', name: name.toLowerCase(), document: null });
    return {};
  },
  AddUserToGroup: (call, parameters) =>
    member(call, holderName(call, 'Group', parameters), required(parameters, 'UserName'), true),
  RemoveUserFromGroup: (call, parameters) =>
    member(call, holderName(call, 'Group', parameters), required(parameters, 'UserName'), false),
  ListGroupsForUser: (call, parameters) => {
    const name = holderName(call, 'User', parameters);
    allow(call, 'User', name);
    const groups = userOf(call, name).GroupList.flatMap((group) => {
      const found = call.lab.store.get(accountScope(call.caller.account), 'group', group.toLowerCase());
      return found === undefined ? [] : [shownGroup(found)];
    });
    return iamPage(parameters, 'Groups', groups, ({ GroupName }) => GroupName.toLowerCase());
  },
};

/** Puts a user into a group or takes it out; either may be repeated. */
function member(call: Call, group: string, user: string, isMember: boolean): Readonly<Record<string, never>> {
  allow(call, 'Group', group);
  const { GroupName } = groupOf(call, group);
  const found = userOf(call, user);
  const others = found.GroupList.filter((name) => name !== GroupName);
  if (!isMember && others.length === found.GroupList.length) throw noSuchEntity(`User ${user} is not in group ${group}.`);
  const document: UserDoc = { ...found, GroupList: isMember ? [...others, GroupName] : others };
  call.lab.store.commit({ scope: accountScope(call.caller.account), kind: 'user', name: found.UserName.toLowerCase(), document });
  return {};
}

function members({ lab, caller }: Call, name: string): readonly UserDoc[] {
  const lower = name.toLowerCase();
  return lab.store
    .list(accountScope(caller.account), 'user')
    .filter(({ GroupList }) => GroupList.some((group) => group.toLowerCase() === lower));
}

/** A group that is there; throws NoSuchEntity. */
export function groupOf({ lab, caller }: Call, name: string): GroupDoc {
  const group = lab.store.get(accountScope(caller.account), 'group', name.toLowerCase());
  if (group === undefined) throw noSuchEntity(`The group with name ${name} cannot be found.`);
  return group;
}

function shownGroup({
  Path,
  GroupName,
  GroupId,
  Arn,
  CreateDate,
}: GroupDoc): Pick<GroupDoc, 'Path' | 'GroupName' | 'GroupId' | 'Arn' | 'CreateDate'> {
  return { Path, GroupName, GroupId, Arn, CreateDate };
}
