import { type Inventory, OWNER_TAG, type RoleResource, resourceId } from '../inventory/index.ts';
import { trustedBy } from './canonical.ts';
import { ownerOf } from './marks.ts';
import { presentOf } from './present.ts';
import { isSessionsPolicy, momentIn, SETTLES, sessionsPolicy } from './sessions.ts';
import type { StepOptions } from './steps.ts';
import type { Step } from './types.ts';
import { isoSeconds } from './wish/trust.ts';
import type { Wanted } from './wish/wanted.ts';

/** The longest session that IAM lets any role have, in milliseconds (facts iam.md §4.2); what the role's own limit was, nobody keeps. */
const LONGEST = 43_200_000;

/** Said of a policy that goes. */
export const OUTLIVED = 'every session that it ended would have ended by itself: none of a role is longer than 12 hours';

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
  const found = presentOf(sessionsPolicy(resource.arn, now), inventory);
  const present = found.state === 'there' ? found.resource : undefined;
  const moment = present?.kind === 'inline-policy' ? momentIn(present.document, now) : undefined;
  // The clock of whoever wrote it may be ahead of this one.
  const policy = sessionsPolicy(resource.arn, Math.max(moment ?? 0, now + SETTLES));
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
    'all sessions of the role lose their rights in AWS, also those made in the two minutes after it is written (the moment is set then), for IAM may know the new trust policy late; who else uses the role assumes it again after that',
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
