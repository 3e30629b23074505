import { authorise, type Call } from '../authorise.ts';
import type { ProfileDoc, RoleDoc } from '../state/documents.ts';
import { accountScope } from '../state/scope.ts';
import type { Operation } from '../sts/index.ts';
import { randomId } from '../sts/tokens.ts';
import { type Parameters, required } from '../wire/parameters.ts';
import { holderArn, holderName, holderOf } from './holder.ts';
import { allow } from './holder-policies.ts';
import { iamArn, iamTime } from './make.ts';
import {
  alreadyExists,
  deleteConflict,
  iamPage,
  limitExceeded,
  noSuchEntity,
  PROFILE_NAME,
  pathPrefix,
  readPath,
  readTags,
  tagKeys,
  tagMap,
} from './rules.ts';
import { shownRole } from './shown-role.ts';
import { tagOperations } from './tag-operations.ts';

/** The operations on instance profiles (IAM API reference; a profile holds one role). */
export const PROFILE_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateInstanceProfile: (call, parameters) => {
    const name = required(parameters, 'InstanceProfileName', PROFILE_NAME);
    const path = readPath(parameters);
    const tags = readTags(parameters);
    const arn = iamArn(call.caller, 'instance-profile', path, name);
    authorise(call, { action: 'iam:CreateInstanceProfile', resource: arn, keys: tagKeys(tags) });
    if (find(call, name) !== undefined) throw alreadyExists(`Instance Profile ${name} already exists.`);
    const profile: ProfileDoc = {
      Path: path,
      InstanceProfileName: name,
      InstanceProfileId: randomId('AIPA', 17),
      Arn: arn,
      CreateDate: iamTime(call.lab.now()),
      Tags: tags,
    };
    put(call, profile);
    return { InstanceProfile: shown(call, profile) };
  },
  GetInstanceProfile: (call, parameters) => ({ InstanceProfile: shown(call, asked(call, parameters)) }),
  ListInstanceProfiles: (call, parameters) => {
    const prefix = pathPrefix(parameters);
    authorise(call, { action: 'iam:ListInstanceProfiles', resource: iamArn(call.caller, 'instance-profile', prefix, '') });
    const found = all(call).filter(({ Path }) => Path.startsWith(prefix));
    return profilePage(call, parameters, found);
  },
  ListInstanceProfilesForRole: (call, parameters) => {
    const name = holderName(call, 'Role', parameters);
    allow(call, 'Role', name);
    return profilePage(call, parameters, profilesOf(call, holderOf(call, 'Role', name).name));
  },
  DeleteInstanceProfile: (call, parameters) => {
    const profile = asked(call, parameters);
    if (profile.RoleName !== undefined)
      throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
    const scope = accountScope(call.caller.account);
    call.lab.store.commit({ scope, kind: 'profile', name: profile.InstanceProfileName.toLowerCase(), document: null });
    return {};
  },
  AddRoleToInstanceProfile: (call, parameters) => {
    const role = holderName(call, 'Role', parameters);
    const profile = asked(call, parameters);
    // Who gives a role to EC2 must be allowed to pass it (IAM API reference, AddRoleToInstanceProfile).
    authorise(call, { action: 'iam:PassRole', ...holderArn(call, 'Role', role) });
    const { name } = holderOf(call, 'Role', role);
    if (profile.RoleName !== undefined) throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
    put(call, { ...profile, RoleName: name });
    return {};
  },
  RemoveRoleFromInstanceProfile: (call, parameters) => {
    const role = holderName(call, 'Role', parameters);
    const profile = asked(call, parameters);
    const { RoleName, ...rest } = profile;
    if (RoleName?.toLowerCase() !== role.toLowerCase())
      throw noSuchEntity(`Role ${role} is not in the instance profile ${profile.InstanceProfileName}.`);
    put(call, rest);
    return {};
  },
  ...tagOperations('InstanceProfile', { asked, put }),
};

/** The instance profiles that hold a role. */
export function profilesOf(call: Call, role: string): readonly ProfileDoc[] {
  return all(call).filter(({ RoleName }) => RoleName?.toLowerCase() === role.toLowerCase());
}

/** A profile as GetInstanceProfile shows it, its role in it. */
export function shown({ lab, caller }: Call, { RoleName, ...profile }: ProfileDoc): Readonly<Record<string, unknown>> {
  const role: RoleDoc | undefined =
    RoleName === undefined ? undefined : lab.store.get(accountScope(caller.account), 'role', RoleName.toLowerCase());
  return { ...profile, Roles: role === undefined ? [] : [shownRole(role)] };
}

function profilePage(call: Call, parameters: Parameters, profiles: readonly ProfileDoc[]): Readonly<Record<string, unknown>> {
  const { InstanceProfiles, ...rest } = iamPage(parameters, 'InstanceProfiles', profiles, (one) =>
    one.InstanceProfileName.toLowerCase(),
  );
  const page = (InstanceProfiles as readonly ProfileDoc[]).map((profile) => ({ ...shown(call, profile), Tags: undefined }));
  return { InstanceProfiles: page, ...rest };
}

function all({ lab, caller }: Call): readonly ProfileDoc[] {
  return lab.store.list(accountScope(caller.account), 'profile');
}

function find({ lab, caller }: Call, name: string): ProfileDoc | undefined {
  return lab.store.get(accountScope(caller.account), 'profile', name.toLowerCase());
}

function asked(call: Call, parameters: Parameters, keys: Readonly<Record<string, string | readonly string[]>> = {}): ProfileDoc {
  const name = required(parameters, 'InstanceProfileName', PROFILE_NAME);
  const found = find(call, name);
  const resource = found?.Arn ?? iamArn(call.caller, 'instance-profile', '/', name);
  authorise(call, { action: `iam:${call.operation}`, resource, tags: tagMap(found?.Tags), keys });
  if (found === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return found;
}

function put({ lab, caller }: Call, document: ProfileDoc): void {
  const scope = accountScope(caller.account);
  lab.store.commit({ scope, kind: 'profile', name: document.InstanceProfileName.toLowerCase(), document });
}
