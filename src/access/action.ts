import { type CompiledPolicy, decide, type IamDecision, type IamRequest } from '../rules/iam/index.ts';
import type { Session } from '../rules/sts/index.ts';
import { requestContext } from './context.ts';
import { identitySide, rcpsOf, scpsOf, sessionSide } from './policies.ts';
import type { Found } from './principals.ts';
import type { World } from './world.ts';

/** Who acts, and on which hop of a path; keys may be stated for one hop alone. */
export interface Actor {
  readonly session: Session;
  /** The same principal as the inventory knows it. */
  readonly found: Found;
  readonly hop: number;
}

/** What is done, to what. */
export interface Action {
  /** `eks:DescribeCluster` */
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** The account that the resource is of. */
  readonly account: string;
  /** The resource's tags, where they are known; absent for a resource without tags or one that is being made. */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Whether IAM allows a session an action on a resource that has no policy of its own: identity policies, boundary, session
 * policy, SCPs of the caller and RCPs of the resource (facts/iam.md §2.1).
 */
export function judgeAction(world: World, { session, found, hop }: Actor, what: Action): IamDecision {
  const { action, resource, account, tags = {} } = what;
  const side = identitySide(found, world.assume);
  const request: IamRequest<CompiledPolicy> = {
    principal: session.principal,
    action,
    resource,
    resourceAccount: account,
    context: requestContext(world, session, { identity: { account }, record: { tags } }, hop),
    identity: side.identity,
    boundary: side.boundary,
    session: sessionSide(world, session, found),
    scps: scpsOf(world.inventory, session.principal.account, world.assume),
    rcps: rcpsOf(world.inventory, account, world.assume),
    resourcePolicy: null,
  };
  return decide(request);
}
