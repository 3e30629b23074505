import { authorise, type Call } from '../authorise.ts';
import type { RoleDoc } from '../state/documents.ts';
import { accountScope } from '../state/scope.ts';
import type { Operation } from '../sts/index.ts';
import { Fault } from '../wire/fault.ts';
import { optional, optionalNumber, type Parameters, required } from '../wire/parameters.ts';
import { findManaged } from './find-managed.ts';
import { principalGone } from './gone.ts';
import { changeable, holderName } from './holder.ts';
import { allow } from './holder-policies.ts';
import { profilesOf } from './instance-profiles.ts';
import { iamArn, newRole } from './make.ts';
import {
  ARN,
  alreadyExists,
  checkSize,
  deleteConflict,
  iamPage,
  noSuchBoundary,
  noSuchEntity,
  pathPrefix,
  placeOf,
  ROLE_NAME,
  readPath,
  readTags,
  tagKeys,
} from './rules.ts';
import { shownRole } from './shown-role.ts';
import { readTrust } from './trust.ts';

const DESCRIPTION = { least: 0, most: 1000 };

/** The operations on roles themselves. */
export const ROLE_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateRole: createRole,
  GetRole: (call, parameters) => {
    const name = holderName(call, 'Role', parameters);
    allow(call, 'Role', name);
    return { Role: { ...shownRole(roleOf(call, name)), RoleLastUsed: {} } };
  },
  ListRoles: (call, parameters) => {
    const prefix = pathPrefix(parameters);
    authorise(call, { action: 'iam:ListRoles', resource: iamArn(call.caller, 'role', prefix, '') });
    const roles = call.lab.store.list(accountScope(call.caller.account), 'role').filter(({ Path }) => Path.startsWith(prefix));
    const { Roles, ...rest } = iamPage(parameters, 'Roles', roles, ({ RoleName }) => RoleName.toLowerCase());
    // The list shows neither tags nor boundaries.
    const shown = (Roles as readonly RoleDoc[]).map((role) => ({
      ...shownRole(role),
      Tags: undefined,
      PermissionsBoundary: undefined,
    }));
    return { Roles: shown, ...rest };
  },
  DeleteRole: (call, parameters) => {
    const name = holderName(call, 'Role', parameters);
    allow(call, 'Role', name);
    const { inline, attached } = changeable(call, 'Role', name);
    if (attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
    if (inline.length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
    if (profilesOf(call, name).length > 0)
      throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
    const { Arn, RoleId } = roleOf(call, name);
    call.lab.store.commit(
      { scope: accountScope(call.caller.account), kind: 'role', name: name.toLowerCase(), document: null },
      ...principalGone(call.lab, Arn, RoleId),
    );
    return {};
  },
  UpdateAssumeRolePolicy: (call, parameters) => {
    const name = holderName(call, 'Role', parameters);
    const text = required(parameters, 'PolicyDocument', { most: 131_072 });
    allow(call, 'Role', name);
    changeable(call, 'Role', name);
    trustOf(call, text);
    put(call, { ...roleOf(call, name), AssumeRolePolicyDocument: text });
    return {};
  },
  UpdateRole: (call, parameters) => {
    const name = holderName(call, 'Role', parameters);
    const [description, longest] = [optional(parameters, 'Description', DESCRIPTION), longestOf(parameters)];
    allow(call, 'Role', name);
    changeable(call, 'Role', name);
    put(call, {
      ...roleOf(call, name),
      ...(description === undefined ? {} : { Description: description }),
      ...(longest === undefined ? {} : { MaxSessionDuration: longest }),
    });
    return {};
  },
  UpdateRoleDescription: (call, parameters) => {
    const name = holderName(call, 'Role', parameters);
    const Description = required(parameters, 'Description', DESCRIPTION);
    allow(call, 'Role', name);
    changeable(call, 'Role', name);
    put(call, { ...roleOf(call, name), Description });
    return { Role: shownRole(roleOf(call, name)) };
  },
};

function createRole(call: Call, parameters: Parameters): Readonly<Record<string, unknown>> {
  const name = required(parameters, 'RoleName', ROLE_NAME);
  const text = required(parameters, 'AssumeRolePolicyDocument', { most: 131_072 });
  const path = readPath(parameters);
  const tags = readTags(parameters);
  const boundary = optional(parameters, 'PermissionsBoundary', ARN);
  const description = optional(parameters, 'Description', DESCRIPTION);
  const longest = longestOf(parameters);
  const keys = { ...tagKeys(tags), ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }) };
  authorise(call, { action: 'iam:CreateRole', resource: iamArn(call.caller, 'role', path, name), keys });
  if (path.startsWith('/aws-service-role/')) {
    throw new Fault('ValidationError', 400, "Cannot create a role under the protected path '/aws-service-role/'");
  }
  trustOf(call, text);
  const scope = accountScope(call.caller.account);
  if (call.lab.store.get(scope, 'role', name.toLowerCase()) !== undefined)
    throw alreadyExists(`Role with name ${name} already exists.`);
  const found = boundary === undefined ? undefined : findManaged(call, boundary);
  if (boundary !== undefined && found === undefined) throw noSuchBoundary(boundary);
  const role: RoleDoc = {
    ...newRole(placeOf(call), {
      ...{ path, name, trust: text, tags },
      ...(longest === undefined ? {} : { longest }),
      ...(description === undefined ? {} : { description }),
    }),
    ...(boundary === undefined
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary } }),
  };
  call.lab.store.commit({ scope, kind: 'role', name: name.toLowerCase(), document: role }, ...(found?.keep ?? []));
  return { Role: shownRole(role) };
}

function longestOf(parameters: Parameters): number | undefined {
  return optionalNumber(parameters, 'MaxSessionDuration', 3600, 43_200);
}

/** Checks a trust policy's text and size (2,048 characters by default, facts/iam.md §1.6). */
function trustOf(call: Call, text: string): void {
  readTrust(call.lab, text);
  checkSize(text, 2048, 'Cannot exceed quota for ACLSizePerRole: 2048');
}

function roleOf({ lab, caller }: Call, name: string): RoleDoc {
  const role = lab.store.get(accountScope(caller.account), 'role', name.toLowerCase());
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

function put({ lab, caller }: Call, document: RoleDoc): void {
  lab.store.commit({ scope: accountScope(caller.account), kind: 'role', name: document.RoleName.toLowerCase(), document });
}
