import { authorise, type Call } from '../authorise.ts';
import { readPolicyText } from '../policy-text.ts';
import type { PolicyDoc, VersionDoc } from '../state/documents.ts';
import { accountScope } from '../state/scope.ts';
import type { Operation } from '../sts/index.ts';
import { Fault, notPlayed } from '../wire/fault.ts';
import { optional, type Parameters, required } from '../wire/parameters.ts';
import { awsManagedPolicy, isAwsManaged } from './aws-managed.ts';
import { iamArn, iamTime, newPolicy } from './make.ts';
import {
  ARN,
  alreadyExists,
  checkSize,
  deleteConflict,
  encoded,
  iamPage,
  limitExceeded,
  noSuchEntity,
  POLICY_NAME,
  pathPrefix,
  placeOf,
  readPath,
  readTags,
  tagKeys,
  tagMap,
} from './rules.ts';
import { tagOperations } from './tag-operations.ts';
import { attachmentsOf, usesOf } from './use.ts';

const USAGE = { pattern: 'PermissionsPolicy|PermissionsBoundary' };
const VERSION = { pattern: 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?' };

/** The operations on managed policies and their versions. */
export const POLICY_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreatePolicy: (call, parameters) => {
    const name = required(parameters, 'PolicyName', POLICY_NAME);
    const path = readPath(parameters);
    const text = required(parameters, 'PolicyDocument', { most: 131_072 });
    const tags = readTags(parameters);
    const description = optional(parameters, 'Description', { least: 0, most: 1000 });
    const arn = iamArn(call.caller, 'policy', path, name);
    authorise(call, { action: 'iam:CreatePolicy', resource: arn, keys: tagKeys(tags) });
    checkDocument(text);
    const scope = accountScope(call.caller.account);
    const same = call.lab.store
      .list(scope, 'policy')
      .some(({ Arn, PolicyName }) => !isAwsManaged(Arn) && PolicyName.toLowerCase() === name.toLowerCase());
    if (same) throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
    const policy = newPolicy(placeOf(call), {
      path,
      name,
      tags,
      document: text,
      ...(description === undefined ? {} : { description }),
    });
    call.lab.store.commit({ scope, kind: 'policy', name: arn, document: policy });
    return { Policy: shown(call, policy) };
  },
  GetPolicy: (call, parameters) => ({ Policy: shown(call, asked(call, parameters)) }),
  ListPolicies: (call, parameters) => {
    const where = optional(parameters, 'Scope', { pattern: 'All|AWS|Local' }) ?? 'All';
    const usage = optional(parameters, 'PolicyUsageFilter', USAGE);
    const prefix = pathPrefix(parameters);
    authorise(call, { action: 'iam:ListPolicies', resource: '*' });
    const attachedOnly = parameters.text('OnlyAttached') === 'true';
    const policies = call.lab.store
      .list(accountScope(call.caller.account), 'policy')
      .filter(({ Arn, Path }) => (where === 'All' || (where === 'AWS') === isAwsManaged(Arn)) && Path.startsWith(prefix))
      .map((policy) => shown(call, policy))
      .filter(({ AttachmentCount }) => !attachedOnly || AttachmentCount > 0)
      .filter(
        ({ AttachmentCount, PermissionsBoundaryUsageCount: bounds }) =>
          usage === undefined || (usage === 'PermissionsPolicy' ? AttachmentCount : bounds) > 0,
      )
      // The list shows neither tags nor descriptions.
      .map((policy) => ({ ...policy, Tags: undefined, Description: undefined }));
    return iamPage(parameters, 'Policies', policies, ({ Arn }) => Arn);
  },
  DeletePolicy: (call, parameters) => {
    const policy = own(asked(call, parameters));
    if (attachmentsOf(call.lab, call.caller.account, policy.Arn).length > 0)
      throw deleteConflict('Cannot delete a policy attached to entities.');
    if (policy.PolicyVersionList.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    call.lab.store.commit({ scope: accountScope(call.caller.account), kind: 'policy', name: policy.Arn, document: null });
    return {};
  },
  CreatePolicyVersion: (call, parameters) => {
    const text = required(parameters, 'PolicyDocument', { most: 131_072 });
    const policy = own(asked(call, parameters));
    checkDocument(text);
    if (policy.PolicyVersionList.length >= 5) {
      throw limitExceeded(
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
      );
    }
    const isDefault = parameters.text('SetAsDefault') === 'true';
    const number = Math.max(...policy.PolicyVersionList.map(({ VersionId }) => Number(VersionId.slice(1)))) + 1;
    const version: VersionDoc = {
      VersionId: `v${number}`,
      IsDefaultVersion: isDefault,
      CreateDate: iamTime(call.lab.now()),
      Document: text,
    };
    const others = policy.PolicyVersionList.map((one) => (isDefault ? { ...one, IsDefaultVersion: false } : one));
    put(call, policy, [version, ...others]);
    return { PolicyVersion: { ...version, Document: undefined } };
  },
  GetPolicyVersion: (call, parameters) => {
    const id = required(parameters, 'VersionId', VERSION);
    const version = versionOf(asked(call, parameters), id);
    return { PolicyVersion: { ...version, Document: encoded(version.Document) } };
  },
  ListPolicyVersions: (call, parameters) => {
    const versions = asked(call, parameters).PolicyVersionList.map((version) => ({ ...version, Document: undefined }));
    return iamPage(parameters, 'Versions', versions, ({ VersionId }) => VersionId.padStart(8, '0'));
  },
  DeletePolicyVersion: (call, parameters) => {
    const id = required(parameters, 'VersionId', VERSION);
    const policy = own(asked(call, parameters));
    if (versionOf(policy, id).IsDefaultVersion) throw deleteConflict('Cannot delete the default version of a policy.');
    put(
      call,
      policy,
      policy.PolicyVersionList.filter(({ VersionId }) => VersionId !== id),
    );
    return {};
  },
  SetDefaultPolicyVersion: (call, parameters) => {
    const id = required(parameters, 'VersionId', VERSION);
    const policy = own(asked(call, parameters));
    versionOf(policy, id);
    put(
      call,
      policy,
      policy.PolicyVersionList.map((version) => ({ ...version, IsDefaultVersion: version.VersionId === id })),
    );
    return {};
  },
  ListEntitiesForPolicy: (call, parameters) => {
    const policy = asked(call, parameters);
    const kind = optional(parameters, 'EntityFilter', { pattern: 'User|Role|Group|LocalManagedPolicy|AWSManagedPolicy' });
    const usage = optional(parameters, 'PolicyUsageFilter', USAGE);
    const prefix = pathPrefix(parameters);
    const found = attachmentsOf(call.lab, call.caller.account, policy.Arn).filter(
      (one) =>
        (kind === undefined || one.kind === kind) &&
        (usage === undefined || one.as.some((use) => use === usage)) &&
        one.path.startsWith(prefix),
    );
    const { items, ...rest } = iamPage(parameters, 'items', found, (one) => `${one.kind} ${one.name}`);
    const of = (wanted: string) => (items as typeof found).filter((one) => one.kind === wanted);
    return {
      PolicyGroups: of('Group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of('User').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of('Role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...rest,
    };
  },
  ...tagOperations('Policy', { asked, put: (call, policy) => put(call, own(policy), policy.PolicyVersionList) }),
};

function checkDocument(text: string): void {
  readPolicyText(text, 'identity');
  checkSize(text, 6144, 'Cannot exceed quota for PolicySize: 6144');
}

/** The policy that a call names, after IAM allowed the call. */
function asked(call: Call, parameters: Parameters, keys: Readonly<Record<string, string | readonly string[]>> = {}): PolicyDoc {
  const arn = required(parameters, 'PolicyArn', ARN);
  const policy = call.lab.store.get(accountScope(call.caller.account), 'policy', arn) ?? awsManagedPolicy(arn);
  authorise(call, { action: `iam:${call.operation}`, resource: arn, tags: tagMap(policy?.Tags), keys });
  if (policy !== undefined) return policy;
  if (isAwsManaged(arn)) throw notPlayed(`the policy ${arn} of AWS, whose document it does not hold`);
  throw noSuchEntity(`Policy ${arn} was not found.`);
}

function own(policy: PolicyDoc): PolicyDoc {
  if (isAwsManaged(policy.Arn))
    throw new Fault('AccessDenied', 403, `the policy ${policy.Arn} is AWS's own and cannot be changed`);
  return policy;
}

function versionOf({ PolicyVersionList, Arn }: PolicyDoc, id: string): VersionDoc {
  const version = PolicyVersionList.find(({ VersionId }) => VersionId === id);
  if (version === undefined) throw noSuchEntity(`Policy ${Arn} version ${id} does not exist or is not attachable.`);
  return version;
}

function put({ lab, caller }: Call, policy: PolicyDoc, versions: readonly VersionDoc[]): void {
  const DefaultVersionId = versions.find(({ IsDefaultVersion }) => IsDefaultVersion)?.VersionId ?? policy.DefaultVersionId;
  const document = { ...policy, DefaultVersionId, PolicyVersionList: versions, UpdateDate: iamTime(lab.now()) };
  lab.store.commit({ scope: accountScope(caller.account), kind: 'policy', name: policy.Arn, document });
}

function shown({ lab, caller }: Call, { PolicyVersionList: _, ...policy }: PolicyDoc) {
  return { ...policy, ...usesOf(lab, caller.account, policy.Arn) };
}
