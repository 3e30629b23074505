import type { Inventory, PolicyDocument } from '../inventory/index.ts';
import { type Identity, readIdentity } from '../rules/arn/index.ts';
import type { IamDecision } from '../rules/iam/index.ts';
import type { Session } from '../rules/sts/index.ts';
import { type Action, judgeAction } from './action.ts';
import { judgeAssume } from './assume.ts';
import { type Found, findPrincipal } from './principals.ts';
import type { AssumptionName, GivenKey } from './types.ts';
import { prepareGiven, type World } from './world.ts';

/** A call that a session really makes: nothing about it is open but what nobody collected. */
export interface LiveCall {
  readonly inventory: Inventory;
  readonly session: Session;
  /** The session policies that the session was made with; absent: none. */
  readonly sessionPolicies?: readonly PolicyDocument[];
  /**
   * Every condition key that the request carries and that does not follow from the session: parameters, tags, the time.
   * For AssumeRole* also its parameters, as `sts:RoleSessionName`, `sts:ExternalId`, `sts:SourceIdentity`,
   * `aws:RequestTag/KEY`, `sts:TransitiveTagKeys`.
   */
  readonly keys: readonly Omit<GivenKey, 'hop'>[];
  readonly assume: readonly AssumptionName[];
  readonly now: Date;
}

/**
 * Whether IAM allows this call now, by identity, boundary, session, SCP and RCP. `unknown` only where something was not
 * collected or cannot be judged.
 *
 * @example decideCall(call, { action: 'eks:DescribeCluster', resource: cluster.arn, account: cluster.account }).decision
 */
export function decideCall(call: LiveCall, what: Action): IamDecision {
  return judgeAction(worldOf(call), { session: call.session, found: foundOf(call), hop: 1 }, what);
}

/** What becomes of an AssumeRole* call. */
export interface LiveAssume {
  /** sts:AssumeRole* first, then sts:TagSession and sts:SetSourceIdentity where the call needs them. */
  readonly decisions: readonly { readonly action: string; readonly decision: IamDecision }[];
  /** Why STS refuses it whatever policies say. */
  readonly refusal?: string;
  /** The role as the inventory knows it. */
  readonly role: Found;
  /** The session that the call makes when every decision is an allow. */
  readonly session: Session;
}

/** Whether a session may become a role now, by the same hop that `canI` walks. */
export function decideAssume(call: LiveCall, role: Identity): LiveAssume {
  const step = judgeAssume(worldOf(call), call.session, foundOf(call), role, 1);
  const { decisions, refusal, found, session } = step;
  return { decisions, role: found, session, ...(refusal === undefined ? {} : { refusal }) };
}

function worldOf({ inventory, sessionPolicies, keys, assume, now }: LiveCall): World {
  return {
    inventory,
    assume,
    now,
    given: prepareGiven(keys),
    live: sessionPolicies === undefined ? {} : { sessionPolicies },
  };
}

function foundOf({ inventory, session }: LiveCall): Found {
  const { principal } = session;
  const identity = readIdentity(principal.roleArn ?? principal.arn);
  if ('error' in identity) throw new Error(`no session can be ${principal.arn}: ${identity.error}`);
  return findPrincipal(inventory, identity);
}
