import { simulateAccessPolicy } from '../../rules/eks/index.ts';
import type { AccessPolicyAllows } from '../../rules/rbac/index.ts';

/** Joins the two rooms that do not know each other: what access policies surely allow counts for an escalation. */
export const accessPolicyAllows: AccessPolicyAllows = (policies, { verb, ...request }, line) =>
  simulateAccessPolicy({ associatedPolicies: policies, verb, request, principalArn: line.principalArn }).decision === 'allow';
