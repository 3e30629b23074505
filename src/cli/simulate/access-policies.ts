import { simulateAccessPolicy } from '../../rules/eks/index.ts';
import type { AccessPolicyAllows } from '../../rules/rbac/index.ts';
import { messageOf } from '../error.ts';
import { isObject } from './parse.ts';

/** Joins the two rooms that do not know each other: what access policies surely allow counts for an escalation. */
export const accessPolicyAllows: AccessPolicyAllows = (policies, { verb, ...request }, line) =>
  simulateAccessPolicy({ associatedPolicies: policies, verb, request, principalArn: line.principalArn }).decision === 'allow';

/** Throws for access policies of the wrong form, also in a line whose answer does not need them. */
export function checkAccessPolicies(line: unknown): void {
  const fields = isObject(line) ? line : {};
  if (!Array.isArray(fields.accessPolicies)) return;
  try {
    accessPolicyAllows(fields.accessPolicies, { verb: 'get', path: '/' }, fields);
  } catch (error) {
    throw new Error(messageOf(error).replace(/^associatedPolicies/, 'accessPolicies'));
  }
}
