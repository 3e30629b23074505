import type { Inventory, RoleResource } from '../inventory/index.ts';
import { type InlinePolicyResource, type Json, OWNER_TAG, type Resource, resourceId } from '../inventory/index.ts';
import { canonicalPolicy, sortedJson, trustedBy } from './canonical.ts';
import { ownerOf, SESSIONS_POLICY } from './marks.ts';
import { presentOf } from './present.ts';
import type { StepOptions } from './steps.ts';
import type { Step } from './types.ts';
import { isoSeconds } from './wish/trust.ts';
import type { Wanted } from './wish/wanted.ts';

/**
 * How long after the write the moment lies, in milliseconds. The role still lets a principal in until its new trust policy is
 * known everywhere; IAM gives no figure, and `apply` and Terraform wait so long for a write to be seen (facts iam.md §5.5).
 */
export const SETTLES = 120_000;

/** The longest session that IAM lets any role have, in milliseconds (facts iam.md §4.2); what the role's own limit was, nobody keeps. */
const LONGEST = 43_200_000;

/** How far the clock of whoever wrote it may have been ahead, in milliseconds: AWS takes no signature that is further off. */
const SKEW = 900_000;

/** Said of a policy that goes. */
export const OUTLIVED = 'every session that it ended would have ended by itself: none of a role is longer than 12 hours';

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
export function atWriting(step: Step, now: number): Step {
  if (!isSessionsPolicy(step.resource) || step.verb === 'delete') return step;
  return { ...step, resource: sessionsPolicy(step.resource.principalArn, Math.max(momentOf(step.resource), now + SETTLES)) };
}

/**
 * The step again with a later moment, where the trust policy changed so long after it that its moment may have come before; else
 * undefined.
 *
 * @param ended as it was written
 */
export function ifLate(ended: Step, now: number): Step | undefined {
  if (!isSessionsPolicy(ended.resource) || now + SETTLES / 2 <= momentOf(ended.resource)) return undefined;
  return atWriting({ ...ended, verb: 'update', present: ended.resource }, now);
}

function momentOf({ document }: InlinePolicyResource): number {
  return momentIn(document, Number.POSITIVE_INFINITY) ?? 0;
}

/** A wished resource and the step that it came to. */
interface Made {
  readonly wanted: Wanted;
  readonly step: Step;
}

/**
 * The steps that end sessions of the roles that a file has made: where a role lets somebody in no more and stays for others, every
 * session that it has loses its rights in AWS, since nothing tells the one's sessions from the others'. The policy stands before
 * the trust policy changes, with a moment after it: so a session that is made in between is ended too, and a run that was killed
 * before the change plans both again, with a new moment. It is left as it is while a session that it ended could live.
 *
 * Only a role with the owner's mark of the very grant ever gets it.
 *
 * @returns the steps of the roles, which come after it, and the policy's own; what is not among them is not wanted
 */
export function endSessions(
  made: readonly Made[],
  inventory: Inventory,
  options: StepOptions & { readonly now: number },
): { readonly steps: readonly Step[]; readonly ends: readonly Step[] } {
  const ends: Step[] = [];
  const steps = made.map(({ wanted, step }) => {
    const end = endFor(wanted, step, inventory, options);
    if (end === undefined) return step;
    ends.push(end);
    const waits = end.state === 'to-do' || end.state === 'other-owner';
    return waits ? { ...step, after: [...step.after, end.id] } : step;
  });
  return { steps, ends };
}

function endFor(
  { resource, rename, grant, account }: Wanted,
  { present: role, state: roleState }: Step,
  inventory: Inventory,
  { file, mine, now }: StepOptions & { readonly now: number },
): Step | undefined {
  if (resource.kind !== 'role' || role?.kind !== 'role' || role.tags[OWNER_TAG] !== ownerOf(file, grant)) return undefined;
  const changes = roleState === 'to-do' || roleState === 'other-owner';
  const out = changes ? takenOut(role, resource, rename) : [];
  const policy = sessionsPolicy(resource.arn, now + SETTLES);
  const found = presentOf(policy, inventory);
  const present = found.state === 'there' ? found.resource : undefined;
  const moment = present?.kind === 'inline-policy' ? momentIn(present.document, now) : undefined;
  const base = { id: resourceId(policy), account, grant, after: [], ...(present === undefined ? {} : { present }) };
  const verb = present === undefined ? 'create' : 'update';
  if (out.length === 0 && moment !== undefined && present !== undefined) {
    if (moment + LONGEST <= now) return undefined;
    const note = `sessions of before ${isoSeconds(moment)} have no rights; it goes once they would have ended by themselves`;
    return { ...base, verb, resource: present, state: 'done', notes: [note] };
  }
  if (out.length === 0 && present === undefined) return undefined;
  if (found.state === 'unseen') {
    return {
      ...base,
      verb,
      resource: policy,
      state: 'not-visible',
      notes: ['the policies of the role are not in the inventory'],
    };
  }
  const why =
    out.length === 0
      ? 'it was changed by hand, and which sessions it ended cannot be told any more'
      : `let in no more: ${out.join(', ')}`;
  const hours = Math.max(role.maxSessionDuration, resource.maxSessionDuration) / 3600;
  const state = mine?.has(account) === false ? 'other-owner' : 'to-do';
  return { ...base, verb, resource: policy, state, notes: [why, ...meaning(hours)] };
}

/** Whom the trust policy of a role lets in now, and will not. */
function takenOut(now: RoleResource, wanted: RoleResource, rename: Wanted['rename']): readonly string[] {
  const wished = trustedBy(wanted.trust, rename);
  return [...trustedBy(now.trust, rename)].filter((who) => !wished.has(who));
}

function meaning(hours: number): readonly string[] {
  return [
    'it takes their rights in AWS from all sessions of the role up to two minutes after it is written (the moment is set then), for IAM may know the new trust policy late; who else uses the role assumes it again after that',
    `it does nothing to Kubernetes: a session that was made keeps the role's access to the cluster, with new tokens too, until it ends (${hours}h at most)`,
  ];
}

/** Whether a step sets right what somebody did to the policy, and not what a new trust policy asks for. */
export function repairsSessions({ resource, present, verb }: Step, now: number): boolean {
  return (
    verb !== 'delete' &&
    isSessionsPolicy(resource) &&
    present?.kind === 'inline-policy' &&
    momentIn(present.document, now) === undefined
  );
}
