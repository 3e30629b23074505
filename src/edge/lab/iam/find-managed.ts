import type { Call } from '../authorise.ts';
import type { PolicyDoc } from '../state/documents.ts';
import { accountScope } from '../state/scope.ts';
import type { Change } from '../state/store.ts';
import { awsManagedPolicy, isAwsManaged } from './aws-managed.ts';

/** A managed policy that can be attached. */
export interface FoundManaged {
  /** Absent: a policy of AWS whose document the lab does not hold. */
  readonly policy?: PolicyDoc;
  /** What has to be kept so that it is judged: a policy of AWS comes into the account when it is first used. */
  readonly keep: readonly Change[];
}

/**
 * Finds a managed policy by its ARN: of the caller's account, or of AWS. The lab cannot tell which names AWS has, so it
 * takes any name of AWS; one whose document it does not hold allows nothing.
 */
export function findManaged({ lab, caller }: Call, arn: string): FoundManaged | undefined {
  const scope = accountScope(caller.account);
  const policy = lab.store.get(scope, 'policy', arn);
  if (policy !== undefined) return { policy, keep: [] };
  if (!isAwsManaged(arn) || !arn.startsWith(`arn:${caller.partition}:`)) return undefined;
  const known = awsManagedPolicy(arn);
  return known === undefined ? { keep: [] } : { policy: known, keep: [{ scope, kind: 'policy', name: arn, document: known }] };
}
