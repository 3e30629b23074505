import { decideCall } from '../../../access/index.ts';
import { readIdentity } from '../../../rules/arn/index.ts';
import type { IamDecision } from '../../../rules/iam/index.ts';
import { authorise, type Call } from '../authorise.ts';
import { readPolicyText } from '../policy-text.ts';
import { sessionOf } from '../sts/caller.ts';
import type { Operation } from '../sts/index.ts';
import { Fault, notPlayed } from '../wire/fault.ts';
import { checked, type Parameters, required } from '../wire/parameters.ts';
import { contextKeysOf, policiesOf } from './context-keys.ts';
import { findHolder, type Holder } from './holder.ts';
import { ARN, iamPage, noSuchEntity } from './rules.ts';

/** Inputs of a simulation that the rooms have no place for. */
const NOT_PLAYED = ['ResourcePolicy', 'ResourceOwner', 'CallerArn', 'ResourceHandlingOption'];

/**
 * The operations of the policy simulator: what the lab itself would answer a user or role, without the call. What it cannot
 * judge it does not simulate.
 */
export const SIMULATION_OPERATIONS: Readonly<Record<string, Operation>> = {
  SimulatePrincipalPolicy: (call, parameters) => {
    const { kind, holder } = source(call, parameters);
    const actions = texts(parameters, 'ActionNames', 3, 128);
    if (actions.length === 0) throw new Fault('InvalidInput', 400, 'ActionNames must name one action at least');
    const asked = parameters.names().find((name) => NOT_PLAYED.includes(name) || /^P\w+InputList\./.test(name));
    if (asked !== undefined) throw notPlayed(`${asked.split('.')[0]} of iam:SimulatePrincipalPolicy`);
    const resources = texts(parameters, 'ResourceArns', 1, 2048);
    const keys = contextEntries(parameters);
    const needed = contextKeysOf(policiesOf(call, kind, holder.name)).filter((key) => !isGiven(key, keys));
    const results = actions.flatMap((action) =>
      (resources.length === 0 ? ['*'] : resources).map((resource) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        ...outcome(decide(call, holder, { action, resource, keys }), holder),
        MissingContextValues: needed,
      })),
    );
    const numbered = results.map((result, index) => ({ result, at: String(index).padStart(6, '0') }));
    const { items, ...rest } = iamPage(parameters, 'items', numbered, ({ at }) => at);
    return { EvaluationResults: (items as typeof numbered).map(({ result }) => result), ...rest };
  },
  GetContextKeysForPrincipalPolicy: (call, parameters) => {
    const { kind, holder } = source(call, parameters);
    return { ContextKeyNames: contextKeysOf([...policiesOf(call, kind, holder.name), ...inputs(parameters)]) };
  },
  GetContextKeysForCustomPolicy: (call, parameters) => {
    authorise(call, { action: 'iam:GetContextKeysForCustomPolicy', resource: '*' });
    return { ContextKeyNames: contextKeysOf(inputs(parameters)) };
  },
};

interface Wanted {
  readonly action: string;
  readonly resource: string;
  readonly keys: readonly Entry[];
}

interface Entry {
  readonly key: string;
  readonly value: string | readonly string[];
}

/** Judges a call that nobody makes: it carries the keys that were given and no other. */
function decide({ lab, caller }: Call, holder: Holder, { action, resource, keys }: Wanted): IamDecision {
  const session = sessionOf(lab, holder.arn);
  if (session === undefined) throw noSuchEntity(`The principal ${holder.arn} cannot be found.`);
  const { assume, view } = lab;
  const account = resource.split(':')[4] ?? '';
  const decision = decideCall(
    { inventory: view.inventory(), session, keys, assume, now: lab.now() },
    { action, resource, account: account === '' ? caller.account : account },
  );
  if (decision.decision !== 'unknown') return decision;
  throw new Fault('PolicyEvaluation', 500, `the lab cannot judge ${action} on ${resource}: ${decision.reason()}`);
}

function outcome({ decision, layer, statements }: IamDecision, { boundary }: Holder): Readonly<Record<string, unknown>> {
  const names = { allow: 'allowed', implicitDeny: 'implicitDeny', explicitDeny: 'explicitDeny', unknown: '' };
  return {
    EvalDecision: names[decision],
    MatchedStatements: statements.map(({ policy: { name, arn } }) => ({
      SourcePolicyId: arn?.slice(arn.lastIndexOf('/') + 1) ?? name.replace(/^inline policy (\S+).*$/, '$1'),
      SourcePolicyType: 'IAM Policy',
    })),
    OrganizationsDecisionDetail: { AllowedByOrganizations: layer !== 'scp' },
    ...(boundary === undefined
      ? {}
      : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: layer !== 'boundary' } }),
  };
}

/** The user or role that is simulated: one of the caller's own account. */
function source(call: Call, parameters: Parameters): { readonly kind: 'Role' | 'User'; readonly holder: Holder } {
  const arn = required(parameters, 'PolicySourceArn', ARN);
  authorise(call, { action: `iam:${call.operation}`, resource: arn });
  const identity = readIdentity(arn);
  if (/:group\//.test(arn)) throw notPlayed(`a group as the source of iam:${call.operation}`);
  if ('error' in identity || (identity.kind !== 'role' && identity.kind !== 'user'))
    throw new Fault('InvalidInput', 400, `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  const kind = identity.kind === 'role' ? 'Role' : 'User';
  const holder = identity.account === call.caller.account ? findHolder(call, kind, identity.name) : undefined;
  if (holder?.arn !== arn) throw noSuchEntity(`The ${identity.kind} with name ${identity.name} cannot be found.`);
  return { kind, holder };
}

function texts(parameters: Parameters, name: string, least: number, most: number): readonly string[] {
  return parameters.list(name).map((text) => checked(text, name, { least, most }));
}

function inputs(parameters: Parameters): readonly string[] {
  const documents = parameters.list('PolicyInputList');
  for (const document of documents) readPolicyText(document, 'identity');
  return documents;
}

function contextEntries(parameters: Parameters): readonly Entry[] {
  return parameters.objects('ContextEntries').map((entry) => {
    const key = checked(entry['ContextKeyName'] ?? '', 'contextEntries', { least: 5, most: 256 });
    const values = Object.entries(entry).flatMap(([name, value]) =>
      /^ContextKeyValues\.member\.\d+$/.test(name) ? [value] : [],
    );
    const isList = entry['ContextKeyType']?.endsWith('List') === true;
    return { key, value: isList || values.length !== 1 ? values : (values[0] ?? '') };
  });
}

/** Keys about the principal itself follow from it. */
function isGiven(key: string, entries: readonly Entry[]): boolean {
  const lower = key.toLowerCase();
  if (/^aws:(username|userid|principal(arn|account|type|orgid|orgpaths|tag\/.*))$/.test(lower)) return true;
  return entries.some((entry) => entry.key.toLowerCase() === lower);
}
