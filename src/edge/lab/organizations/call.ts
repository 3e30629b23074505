import { authorise, type Call, denied, type Wanted } from '../authorise.ts';
import type { Fields } from '../fields.ts';
import { cannotJudge } from '../state/gaps.ts';
import { Fault } from '../wire/fault.ts';
import { pageOf } from '../wire/page.ts';
import { type Member, type Organization, organizationOf, POLICY_TYPES, type PolicyItem, type PolicyType } from './model.ts';

/** A call of Organizations with its parameters. */
export interface OrganizationsCall extends Call {
  readonly body: Fields;
}

/** An operation: what it answers. */
export type OrganizationsOperation = (call: OrganizationsCall) => Fields;

/** A refusal of Organizations; all but those of throttling are 400 (facts/iam.md §5.2). */
export function refused(code: string, message: string, Reason?: string): Fault {
  return new Fault(code, 400, message, Reason === undefined ? {} : { Reason });
}

/** InvalidInputException with its reason. */
export function invalidInput(reason: string, message = 'You specified an invalid value.'): Fault {
  return refused('InvalidInputException', message, reason);
}

/**
 * The organization that a call is about, after IAM allowed every part of the call. But for DescribeOrganization only the
 * management account may ask; delegated administrators are not played.
 *
 * @param wanted the resources that the call acts on, as their ARNs; absent: `*`
 */
export function organizationFor(
  call: OrganizationsCall,
  wanted: (organization: Organization) => readonly string[] = () => ['*'],
  keys: Wanted['keys'] = {},
): Organization {
  const organization = organizationOf(call.lab, call.caller.account);
  const action = `organizations:${call.operation}`;
  const resources = organization === undefined ? ['*'] : wanted(organization);
  authorise(call, ...resources.map((resource) => ({ action, resource, keys })));
  if (organization === undefined) {
    throw refused('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
  }
  if (call.caller.account !== organization.management && call.operation !== 'DescribeOrganization') {
    throw denied(call, "You don't have permissions to access this resource.");
  }
  if (organization.gap !== undefined) throw denied(call, cannotJudge([organization.gap]));
  return organization;
}

/** A text that has to be there. */
export function textOf({ body }: OrganizationsCall, name: string, most = 100): string {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  if (typeof value !== 'string' || value === '') throw invalidInput('INPUT_REQUIRED', `You must specify a value for ${name}.`);
  if (value.length > most) throw invalidInput('MAX_LENGTH_EXCEEDED', 'You provided a value that is longer than the maximum.');
  return value;
}

/** A text that may be absent. */
export function maybeText(call: OrganizationsCall, name: string, most: number): string | undefined {
  const value = Object.hasOwn(call.body, name) ? call.body[name] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  return textOf(call, name, most);
}

/** The kind of policy that a parameter names. */
export function typeOf(call: OrganizationsCall, name: string): PolicyType {
  const value = textOf(call, name);
  const found = POLICY_TYPES.find((type) => type === value);
  if (found === undefined) throw new Fault('NotImplemented', 501, `the lab does not play policies of the type ${value}`);
  return found;
}

/** A page of a list, 20 items at most (facts/iam.md §5.2). */
export function page<T>(call: OrganizationsCall, name: string, items: readonly T[], key: (item: T) => string): Fields {
  const { MaxResults: asked = 20, NextToken: token } = call.body;
  if (typeof asked !== 'number' || !Number.isInteger(asked) || asked < 1 || asked > 20) {
    throw invalidInput(
      Number(asked) < 1 ? 'MIN_VALUE_EXCEEDED' : 'MAX_VALUE_EXCEEDED',
      'You provided a value that is out of range.',
    );
  }
  const found = pageOf(items, key, typeof token === 'string' ? token : undefined, asked);
  if ('error' in found) throw invalidInput('INVALID_NEXT_TOKEN', 'Invalid or expired NextToken.');
  return { [name]: found.items, ...(found.next === undefined ? {} : { NextToken: found.next }) };
}

/** The root, OU or account of an id. */
export function find({ members }: Organization, id: string, ...kinds: readonly Member['kind'][]): Member | undefined {
  return members.find((member) => member.id === id && (kinds.length === 0 || kinds.includes(member.kind)));
}

/** ARN of the member of an id, for IAM; `*` where there is none, so that nobody learns of it whom IAM does not let ask. */
export function arnOf(organization: Organization, ...ids: readonly string[]): readonly string[] {
  return ids.map((id) => find(organization, id)?.arn ?? policyOf(organization, id)?.summary['Arn'] ?? '*').map(String);
}

/** The policy of an id. */
export function policyOf({ policies, disabled }: Organization, id: string): PolicyItem | undefined {
  return [...policies, ...disabled].find(({ summary }) => summary.Id === id);
}
