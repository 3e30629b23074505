import type { AccessPolicyResource } from '../../inventory/index.ts';
import type { Step } from '../types.ts';
import { clusterOf } from './arns.ts';

/** The regions of the clusters that steps are on, in the order of the steps. */
export function regionsOf(steps: readonly Step[]): readonly string[] {
  return [...new Set(steps.flatMap(({ resource }) => ('clusterArn' in resource ? [clusterOf(resource.clusterArn).region] : [])))];
}

/** Whether a step is on the access entry that a policy is associated with. */
export function isEntryOf({ resource }: Step, policy: AccessPolicyResource): boolean {
  return (
    resource.kind === 'access-entry' && resource.clusterArn === policy.clusterArn && resource.principalArn === policy.principalArn
  );
}
