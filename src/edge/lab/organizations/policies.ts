import type { Fields } from '../fields.ts';
import { readPolicyText } from '../policy-text.ts';
import { Fault } from '../wire/fault.ts';
import {
  arnOf,
  find,
  invalidInput,
  maybeText,
  type OrganizationsCall,
  type OrganizationsOperation,
  organizationFor,
  page,
  policyOf,
  refused,
  textOf,
  typeOf,
} from './call.ts';
import { keep, leadIn, newId, type Organization, organizationOf, type PolicyItem, type PolicyType } from './model.ts';
import { isOn, notEnabled } from './policy-types.ts';

/** Characters of a policy, and policies of a kind on one root, OU or account (facts/iam.md §1.6). */
const LIMITS: Readonly<Record<PolicyType, { readonly length: number; readonly attached: number }>> = {
  SERVICE_CONTROL_POLICY: { length: 10_240, attached: 10 },
  RESOURCE_CONTROL_POLICY: { length: 5_120, attached: 5 },
};

/** The operations on control policies and what they are attached to. */
export const POLICY_OPERATIONS: Readonly<Record<string, OrganizationsOperation>> = {
  CreatePolicy: (call) => {
    const type = typeOf(call, 'Type');
    const [Name, text] = [textOf(call, 'Name', 128), textOf(call, 'Content', 100_000)];
    const Description = maybeText(call, 'Description', 512) ?? '';
    const organization = organizationFor(call, undefined, { 'organizations:PolicyType': type });
    check(text, type);
    unlessTaken(organization, Name);
    const Id = newId('p');
    const Arn = `${leadIn(organization)}:policy/${organization.id}/${type.toLowerCase()}/${Id}`;
    const policy: PolicyItem = {
      summary: { Id, Arn, Name, Description, Type: type, AwsManaged: false },
      content: text,
      targets: [],
    };
    // Of a kind that is switched off a policy can be made, and binds nobody.
    keep(call.lab, {
      ...organization,
      ...(isOn(organization, type)
        ? { policies: [...organization.policies, policy] }
        : { disabled: [...organization.disabled, policy] }),
    });
    return shown(policy);
  },
  DescribePolicy: (call) => shown(asked(call).policy),
  UpdatePolicy: (call) => {
    const { organization, policy } = own(asked(call));
    const Name = maybeText(call, 'Name', 128);
    const text = maybeText(call, 'Content', 100_000);
    const { Description = policy.summary['Description'] } = call.body;
    if (text !== undefined) check(text, policy.summary.Type as PolicyType);
    if (Name !== undefined && Name !== policy.summary.Name) unlessTaken(organization, Name);
    const changed: PolicyItem = {
      ...policy,
      summary: { ...policy.summary, Name: Name ?? policy.summary.Name, Description },
      content: text ?? policy.content,
    };
    keep(call.lab, replaced(organization, changed));
    return shown(changed);
  },
  DeletePolicy: (call) => {
    const { organization, policy } = own(asked(call));
    if (policy.targets.length > 0) {
      throw refused(
        'PolicyInUseException',
        'The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.',
      );
    }
    const without = (list: readonly PolicyItem[]): readonly PolicyItem[] =>
      list.filter(({ summary }) => summary.Id !== policy.summary.Id);
    keep(call.lab, { ...organization, policies: without(organization.policies), disabled: without(organization.disabled) });
    return {};
  },
  ListPolicies: (call) => {
    const type = typeOf(call, 'Filter');
    const organization = organizationFor(call, undefined, { 'organizations:PolicyType': type });
    const found = [...organization.policies, ...organization.disabled].filter(({ summary }) => summary.Type === type);
    return page(call, 'Policies', found.map(summaryOf), ({ Id }) => String(Id));
  },
  ListPoliciesForTarget: (call) => {
    const [type, target] = [typeOf(call, 'Filter'), textOf(call, 'TargetId')];
    const organization = organizationFor(call, (one) => arnOf(one, target), { 'organizations:PolicyType': type });
    needsTarget(organization, target);
    const found = attachedTo(organization, target, type);
    return page(call, 'Policies', found.map(summaryOf), ({ Id }) => String(Id));
  },
  ListTargetsForPolicy: (call) => {
    const { organization, policy } = asked(call);
    const targets = policy.targets.map((id): Fields => {
      const found = find(organization, id);
      return { TargetId: id, Arn: found?.arn ?? '', Name: found?.name ?? '', Type: found?.kind ?? 'ACCOUNT' };
    });
    return page(call, 'Targets', targets, ({ TargetId }) => String(TargetId));
  },
  AttachPolicy: (call) => {
    const target = textOf(call, 'TargetId');
    const { organization, policy } = asked(call, target);
    const type = policy.summary.Type as PolicyType;
    if (!isOn(organization, type)) throw notEnabled();
    needsTarget(organization, target);
    if (policy.targets.includes(target)) {
      throw refused('DuplicatePolicyAttachmentException', 'The selected policy is already attached to the specified target.');
    }
    if (attachedTo(organization, target, type).length >= LIMITS[type].attached) {
      const message = `You have attached the maximum number of policies of this type to the specified target.`;
      throw refused('ConstraintViolationException', message, 'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    }
    keep(call.lab, replaced(organization, { ...policy, targets: [...policy.targets, target] }));
    return {};
  },
  DetachPolicy: (call) => {
    const target = textOf(call, 'TargetId');
    const { organization, policy } = asked(call, target);
    const type = policy.summary.Type as PolicyType;
    needsTarget(organization, target);
    if (!policy.targets.includes(target)) {
      throw refused('PolicyNotAttachedException', "The policy isn't attached to the specified target.");
    }
    // RCPFullAWSAccess is on everything and stays; of SCPs one has to (Organizations API, DetachPolicy; facts/iam.md §2.6).
    const isLast = attachedTo(organization, target, type).length === 1;
    if (policy.summary.Id === 'p-RCPFullAWSAccess' || (type === 'SERVICE_CONTROL_POLICY' && isLast)) {
      const message = 'You cannot detach the last policy of this type from the specified target.';
      throw refused('ConstraintViolationException', message, 'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    }
    keep(call.lab, replaced(organization, { ...policy, targets: policy.targets.filter((id) => id !== target) }));
    return {};
  },
};

interface Asked {
  readonly organization: Organization;
  readonly policy: PolicyItem;
}

/** The policy that a call names, after IAM allowed the call. */
function asked(call: OrganizationsCall, ...targets: readonly string[]): Asked {
  const id = textOf(call, 'PolicyId', 130);
  const type = organizationTypeOf(call, id);
  const organization = organizationFor(call, (one) => arnOf(one, id, ...targets), { 'organizations:PolicyType': type });
  const policy = policyOf(organization, id);
  if (policy === undefined) throw refused('PolicyNotFoundException', "You specified a policy that doesn't exist.");
  return { organization, policy };
}

/** The key of a policy that is there. */
function organizationTypeOf(call: OrganizationsCall, id: string): string | undefined {
  const organization = organizationOf(call.lab, call.caller.account);
  return organization === undefined ? undefined : policyOf(organization, id)?.summary.Type;
}

function own(found: Asked): Asked {
  if (found.policy.summary['AwsManaged'] !== true) return found;
  throw invalidInput('IMMUTABLE_POLICY', 'You specified a policy that is managed by AWS and can not be modified.');
}

function needsTarget(organization: Organization, id: string): void {
  if (find(organization, id) === undefined) {
    throw refused('TargetNotFoundException', "You specified a target that doesn't exist.");
  }
}

function attachedTo({ policies }: Organization, target: string, type: PolicyType): readonly PolicyItem[] {
  return policies.filter(({ summary, targets }) => summary.Type === type && targets.includes(target));
}

function unlessTaken({ policies, disabled }: Organization, name: string): void {
  if (![...policies, ...disabled].some(({ summary }) => summary.Name === name)) return;
  throw refused('DuplicatePolicyException', 'A policy with the same name already exists.');
}

function check(text: string, type: PolicyType): void {
  if (text.length > LIMITS[type].length) {
    const message = 'You have exceeded the maximum size of a policy of this type.';
    throw refused('ConstraintViolationException', message, 'POLICY_CONTENT_LIMIT_EXCEEDED');
  }
  try {
    readPolicyText(text, type === 'SERVICE_CONTROL_POLICY' ? 'scp' : 'rcp');
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const why = `The provided policy document does not meet the requirements of the specified policy type. (${error.message})`;
    throw refused('MalformedPolicyDocumentException', why);
  }
}

function replaced({ policies, disabled, ...rest }: Organization, policy: PolicyItem): Organization {
  const swap = (list: readonly PolicyItem[]): readonly PolicyItem[] =>
    list.map((one) => (one.summary.Id === policy.summary.Id ? policy : one));
  return { ...rest, policies: swap(policies), disabled: swap(disabled) };
}

function summaryOf({ summary }: PolicyItem): Fields {
  return { AwsManaged: false, ...summary };
}

function shown(policy: PolicyItem): Fields {
  return { Policy: { PolicySummary: summaryOf(policy), Content: policy.content } };
}
