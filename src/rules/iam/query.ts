import { type Segments, splitSegments } from './arn-pattern.ts';
import type { Context, IamRequest, Principal } from './types.ts';

/** A request with what every statement asks of it worked out once. */
export interface Query {
  readonly principal: Principal;
  /** `sts:assumerole` */
  readonly action: string;
  /** `sts` */
  readonly service: string;
  /** As given. */
  readonly resource: string;
  /** undefined: the action has no resource. */
  readonly segments: Segments | undefined;
  readonly resourceAccount: string;
  readonly context: Context;
  /** Caller and resource stand in different partitions, so no grant reaches across. */
  readonly crossPartition: boolean;
  readonly hasBoundary: boolean;
}

/**
 * Actions that have no resource type, so that only `"Resource": "*"` reaches them, whatever ARN a caller writes
 * (Service Authorization Reference).
 */
const WITHOUT_RESOURCE = new Set([
  'eks:listclusters',
  'eks:listaccesspolicies',
  'ecr:getauthorizationtoken',
  'iam:getaccountauthorizationdetails',
  'organizations:listaccounts',
  'sts:getcalleridentity',
]);

/** Prepares a request. */
export function queryOf(request: IamRequest<unknown>): Query {
  const action = request.action.toLowerCase();
  const segments = WITHOUT_RESOURCE.has(action) ? undefined : splitSegments(request.resource);
  const { principal } = request;
  return {
    principal,
    action,
    service: action.slice(0, Math.max(0, action.indexOf(':'))),
    resource: segments === undefined && request.resource.startsWith('arn:') ? '*' : request.resource,
    segments,
    resourceAccount: request.resourceAccount,
    context: request.context,
    crossPartition: principal.account !== '' && segments !== undefined && segments[1] !== principal.partition,
    hasBoundary: request.boundary !== null,
  };
}
