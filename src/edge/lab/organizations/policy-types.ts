import { type Fields, isFields, listAt, textAt } from '../fields.ts';
import { arnOf, find, type OrganizationsOperation, organizationFor, refused, textOf, typeOf } from './call.ts';
import { keep, leadIn, type Organization, POLICY_TYPES, type PolicyItem, type PolicyType } from './model.ts';

/** The operations that switch a kind of policy on and off. */
export const TYPE_OPERATIONS: Readonly<Record<string, OrganizationsOperation>> = {
  EnablePolicyType: (call) => {
    const type = typeOf(call, 'PolicyType');
    const organization = rootFor(call);
    if (isOn(organization, type)) {
      throw refused('PolicyTypeAlreadyEnabledException', 'The specified policy type is already enabled.');
    }
    // What was there before is there again, attached to nothing; everybody gets the policy that allows all.
    const back = organization.disabled.filter(({ summary }) => summary.Type === type);
    const enabled = withType(organization, type, 'ENABLED');
    const changed = withDefaults(
      {
        ...enabled,
        policies: [...enabled.policies, ...back.map((policy) => ({ ...policy, targets: [] }))],
        disabled: enabled.disabled.filter(({ summary }) => summary.Type !== type),
      },
      enabled.members.map(({ id }) => id),
      [type],
    );
    keep(call.lab, changed);
    return { Root: shownRoot(changed) };
  },
  DisablePolicyType: (call) => {
    const type = typeOf(call, 'PolicyType');
    const organization = rootFor(call);
    if (!isOn(organization, type)) throw notEnabled();
    const gone = organization.policies.filter(({ summary }) => summary.Type === type);
    const changed = withType(
      {
        ...organization,
        policies: organization.policies.filter(({ summary }) => summary.Type !== type),
        disabled: [...organization.disabled, ...gone.map((policy) => ({ ...policy, targets: [] }))],
      },
      type,
    );
    keep(call.lab, changed);
    return { Root: shownRoot(changed) };
  },
};

/** PolicyTypeNotEnabledException. */
export function notEnabled(): Error {
  return refused('PolicyTypeNotEnabledException', 'This operation can be performed only for enabled policy types.');
}

function rootFor(call: Parameters<OrganizationsOperation>[0]): Organization {
  const id = textOf(call, 'RootId');
  const organization = organizationFor(call, (one) => arnOf(one, id), { 'organizations:PolicyType': textOf(call, 'PolicyType') });
  if (find(organization, id, 'ROOT') !== undefined) return organization;
  throw refused('RootNotFoundException', "You specified a root that doesn't exist.");
}

/** Whether a kind of policy is switched on. A root that does not say has those of which it has policies. */
export function isOn({ members, policies }: Organization, type: PolicyType): boolean {
  const roots = members.filter(({ kind }) => kind === 'ROOT');
  const said = roots.filter(({ fields }) => Array.isArray(fields['PolicyTypes']));
  if (said.length === 0) return policies.some(({ summary }) => summary.Type === type);
  return said.some(({ fields }) => isEnabled(fields).some((one) => textAt(one, 'Type') === type));
}

/** The kinds that a root says are switched on. */
export function isEnabled(root: Fields): readonly Fields[] {
  return listAt(root, 'PolicyTypes').filter(isFields);
}

function withType(organization: Organization, type: PolicyType, status?: 'ENABLED'): Organization {
  const known = POLICY_TYPES.filter((one) => one !== type && isOn(organization, one)).map((Type) => ({
    Type,
    Status: 'ENABLED',
  }));
  const types = status === undefined ? known : [...known, { Type: type, Status: status }];
  return {
    ...organization,
    members: organization.members.map((member) =>
      member.kind === 'ROOT' ? { ...member, fields: { ...member.fields, PolicyTypes: types } } : member,
    ),
  };
}

function shownRoot({ members }: Organization): Fields {
  const root = members.find(({ kind }) => kind === 'ROOT');
  return { ...root?.fields, Arn: root?.arn, Name: root?.name };
}

/** The policies that AWS attaches to everything of a kind that is switched on (Organizations user guide, SCPs and RCPs). */
const DEFAULTS: Readonly<Record<PolicyType, { readonly Id: string; readonly statement: Fields; readonly Name: string }>> = {
  SERVICE_CONTROL_POLICY: {
    Id: 'p-FullAWSAccess',
    Name: 'FullAWSAccess',
    statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  },
  RESOURCE_CONTROL_POLICY: {
    Id: 'p-RCPFullAWSAccess',
    Name: 'RCPFullAWSAccess',
    statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
  },
};

/** The same organization with the policies that allow all attached to some of its members, by id. */
export function withDefaults(
  organization: Organization,
  targets: readonly string[],
  types: readonly PolicyType[] = POLICY_TYPES.filter((type) => isOn(organization, type)),
): Organization {
  let { policies } = organization;
  for (const type of types) {
    const { Id } = DEFAULTS[type];
    if (!policies.some(({ summary }) => summary.Id === Id)) policies = [...policies, defaultPolicy(organization, type)];
    policies = policies.map((policy) =>
      policy.summary.Id === Id ? { ...policy, targets: [...new Set([...policy.targets, ...targets])] } : policy,
    );
  }
  return { ...organization, policies };
}

function defaultPolicy(organization: Organization, type: PolicyType): PolicyItem {
  const { Id, Name, statement } = DEFAULTS[type];
  const partition = leadIn(organization).split(':')[1];
  const Arn = `arn:${partition}:organizations::aws:policy/${type.toLowerCase()}/${Id}`;
  return {
    summary: { Id, Arn, Name, Description: 'Allows access to every operation', Type: type, AwsManaged: true },
    content: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    targets: [],
  };
}
