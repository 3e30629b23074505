import type { InlinePolicyResource, Json, Resource } from '../inventory/index.ts';
import { canonicalPolicy, sortedJson } from './canonical.ts';
import { SESSIONS_POLICY } from './marks.ts';
import type { Step } from './types.ts';
import { isoSeconds } from './wish/trust.ts';

/**
 * How long after the write the moment lies, in milliseconds. The role still lets a principal in until its new trust policy is
 * known everywhere; IAM gives no figure, and `apply` and Terraform wait so long for a write to be seen (facts iam.md §5.5).
 */
export const SETTLES = 120_000;

/** How far the clock of whoever wrote it may have been ahead, in milliseconds: AWS takes no signature that is fifteen minutes off. */
const SKEW = 900_000;

/** Whether a resource is the policy that ends sessions, whatever it says. */
export function isSessionsPolicy(
  resource: Resource,
): resource is InlinePolicyResource & { readonly name: typeof SESSIONS_POLICY } {
  return resource.kind === 'inline-policy' && resource.name === SESSIONS_POLICY;
}

/**
 * The inline policy that takes every right in AWS from the sessions of a role that were made before a moment (IAM guide, "Revoke
 * IAM role temporary security credentials"). It ends nothing that needs no right: GetCallerIdentity, and so tokens for a cluster.
 *
 * @param moment epoch milliseconds
 */
export function sessionsPolicy(principalArn: string, moment: number): InlinePolicyResource {
  return { kind: 'inline-policy', principalArn, name: SESSIONS_POLICY, document: denyBefore(isoSeconds(moment)) };
}

function denyBefore(moment: string): Json {
  const condition = { DateLessThan: { 'aws:TokenIssueTime': moment } };
  return { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition: condition }] };
}

/**
 * The moment in a policy that says just what ours says, in epoch milliseconds; undefined where it says anything else, or a moment that
 * nobody can have written by now.
 *
 * @param now epoch milliseconds
 */
export function momentIn(document: Json, now: number): number | undefined {
  const policy = canonicalPolicy(document);
  const text = /"aws:tokenissuetime":\["([^"]+)"\]/.exec(JSON.stringify(policy ?? null).replaceAll('\\', ''))?.[1] ?? '';
  if (sortedJson(policy) !== sortedJson(canonicalPolicy(denyBefore(text)))) return undefined;
  const moment = /^\d{9,11}$/.test(text)
    ? Number(text) * 1000
    : /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  return moment <= now + SETTLES + SKEW ? moment : undefined;
}

/** A step with the moment of its writing: a plan may have waited for its yes. Other steps are as they are. */
export function stampSessionsEnd(step: Step, now: number): Step {
  if (!isSessionsPolicy(step.resource) || step.verb === 'delete') return step;
  return { ...step, resource: sessionsPolicy(step.resource.principalArn, Math.max(momentOf(step.resource), now + SETTLES)) };
}

/**
 * The step again with a later moment, where the trust policy changed so long after it that its moment may have come before; else
 * undefined. A policy that goes ends nothing any more.
 *
 * @param ended as it was written
 */
export function repeatSessionsEnd(ended: Step, now: number): Step | undefined {
  if (!isSessionsPolicy(ended.resource) || ended.verb === 'delete') return undefined;
  if (now + SETTLES / 2 <= momentOf(ended.resource)) return undefined;
  return stampSessionsEnd({ ...ended, verb: 'update', present: ended.resource }, now);
}

function momentOf({ document }: InlinePolicyResource): number {
  return momentIn(document, Number.POSITIVE_INFINITY) ?? 0;
}
