import { decideCall, type LiveCall } from '../../access/index.ts';
import type { IamDecision } from '../../rules/iam/index.ts';
import type { Lab, LoggedDecision } from './context.ts';
import type { Caller } from './sts/caller.ts';
import { Fault } from './wire/fault.ts';
import type { AwsRequest } from './wire/request.ts';

/** One signed call while it is answered. */
export interface Call {
  readonly lab: Lab;
  readonly caller: Caller;
  readonly request: AwsRequest;
  /** Of the credential scope. */
  readonly region: string;
  readonly service: string;
  /** `AssumeRole` */
  readonly operation: string;
  /** What IAM was asked on the way; goes to the log. */
  readonly decisions: LoggedDecision[];
}

/** Keys of a request beside those that follow from its caller, by name. */
export type Keys = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What an operation wants to do to what. */
export interface Wanted {
  readonly action: string;
  readonly resource: string;
  /** The caller's own account when absent: no API but STS reaches into another. */
  readonly account?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly keys?: Keys;
}

/** Asks IAM for every part of a call and throws AccessDenied at the first that is not surely allowed. */
export function authorise(call: Call, ...wanted: readonly Wanted[]): void {
  for (const { action, resource, account = call.caller.account, tags, keys = {} } of wanted) {
    const decision = decideCall(liveCall(call, keys), { action, resource, account, ...(tags === undefined ? {} : { tags }) });
    settle(call, action, resource, decision);
  }
}

/** Notes a decision in the log and throws unless it is an allow. */
export function settle(call: Call, action: string, resource: string, decision: IamDecision): void {
  call.decisions.push({ action, resource, decision: decision.decision, reason: decision.reason() });
  if (decision.decision !== 'allow') throw denied(call, deniedText(call.caller, action, resource, decision));
}

/** AccessDenied in the form of the service. */
export function denied({ service }: Pick<Call, 'service'>, message: string): Fault {
  if (service === 'eks') return new Fault('AccessDeniedException', 403, message);
  if (service === 'organizations') return new Fault('AccessDeniedException', 400, message);
  return new Fault('AccessDenied', 403, message);
}

const SILENT = {
  identity: 'no identity-based policy allows',
  boundary: 'no permissions boundary allows',
  session: 'no session policy allows',
  scp: 'no service control policy allows',
  rcp: 'no resource control policy allows',
  resource: 'no resource-based policy allows',
} as const;

const EXPLICIT = {
  identity: 'an identity-based policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
  scp: 'a service control policy',
  rcp: 'a resource control policy',
  resource: 'a resource-based policy',
  trust: 'a resource-based policy',
} as const;

/**
 * The refusal in AWS's words (facts/iam.md §4.4). AWS names the kind of policy for its own account's callers and stays
 * silent across accounts and about trust policies; what the lab cannot judge it says, which AWS never would.
 */
export function deniedText(
  { arn, account }: Pick<Caller, 'arn' | 'account'>,
  action: string,
  resource: string,
  decision: IamDecision,
): string {
  const base = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource}`;
  if (decision.decision === 'unknown') return `${base}; the lab cannot judge this call: ${decision.reason()}`;
  const { layer } = decision;
  if (layer === null || layer === 'api') return base;
  if (decision.decision === 'explicitDeny') return `${base} with an explicit deny in ${EXPLICIT[layer]}`;
  const home = resource.split(':')[4] ?? '';
  if (layer === 'trust' || (home !== '' && home !== account)) return base;
  return `${base} because ${SILENT[layer]} the ${action} action`;
}

/** A call as the access room takes it, with every key that the request carries. */
export function liveCall({ lab, caller, request, region }: Call, keys: Keys): LiveCall {
  const now = lab.now();
  const { temporary } = caller;
  const carried: Keys = {
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:SourceIp': '127.0.0.1',
    'aws:RequestedRegion': region,
    'aws:UserAgent': request.header('user-agent'),
    'aws:TokenIssueTime': temporary === undefined ? undefined : new Date(temporary.issued * 1000).toISOString(),
    ...mfaKeys(caller, now),
    ...keys,
  };
  return {
    inventory: lab.view.inventory(),
    session: caller.session,
    keys: Object.entries(carried).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])),
    assume: lab.assume,
    now,
    ...(caller.sessionPolicies === undefined ? {} : { sessionPolicies: caller.sessionPolicies }),
  };
}

/** Only sessions of GetSessionToken are known to carry the key, with what they were made with (facts/iam.md §3.3). */
function mfaKeys({ temporary }: Caller, now: Date): Keys {
  if (temporary?.mfa === undefined) return {};
  const age = String(Math.floor(now.getTime() / 1000) - temporary.issued);
  return { 'aws:MultiFactorAuthPresent': String(temporary.mfa), 'aws:MultiFactorAuthAge': temporary.mfa ? age : undefined };
}
