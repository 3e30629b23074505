import type { Step } from '../../grants/index.ts';
import type { Resource } from '../../inventory/index.ts';
import { type Decision, decide } from './decide.ts';
import { CallFailed, type Failure } from './failure.ts';
import { isAsWanted, isBetween } from './fields.ts';
import type { Hand } from './hand.ts';
import type { Clock, StepOutcome, StepResult } from './types.ts';

/** What a step needs to know beside itself. */
export interface StepWorld {
  /** Name of the grants file. */
  readonly owner: string;
  readonly mayAdopt: boolean;
  readonly clock: Clock;
  readonly onWait: (what: string, milliseconds: number) => void;
  /** Whether the resource leans on something that this plan makes, and that AWS may not know everywhere yet. */
  readonly isYoung: (resource: Resource) => boolean;
}

/**
 * How long a write may take to be seen, in milliseconds: IAM gives no figure, and the AWS provider of Terraform waits so
 * long (facts/iam.md §5.5).
 */
export const VISIBLE_WITHIN = 120_000;

/** How long something that cannot be deleted because of what hangs on it is tried: what hangs on it may just have gone. */
const FREE_WITHIN = 30_000;

const FIRST_LOOK = 500;
const LONGEST_LOOK = 10_000;

/** Reads that must say the same before somebody else is blamed for a change: the first may be stale. */
const SURE = 3;

/**
 * Brings one step about: reads what stands there, decides, writes, and reads until what was written is seen. A lost answer
 * to a write that succeeded is recognised by reading; a write that met another one is decided anew. Throws what is no
 * refusal of a call.
 */
export async function doStep(step: Step, hand: Hand<Resource>, world: StepWorld): Promise<StepResult> {
  const { clock, onWait } = world;
  const begun = clock.now();
  let wrote = false;
  let last: Failure | undefined;
  let stops = 0;
  const ended = (outcome: StepOutcome, text = ''): StepResult => ({ id: step.id, outcome, wrote, text });
  const look = async (wait: number): Promise<Resource | undefined> => {
    if (wait > 0) {
      onWait(`${step.id}: ${last?.message ?? 'not seen yet'}`, wait);
      await clock.sleep(wait);
    }
    return hand.read(step.resource);
  };
  try {
    for (let looks = 0; ; looks++) {
      const wait = looks === 0 ? 0 : Math.min(FIRST_LOOK * 2 ** (looks - 1), LONGEST_LOOK);
      const patience = last?.kind === 'conflict' && step.verb === 'delete' ? FREE_WITHIN : VISIBLE_WITHIN;
      if (clock.now() + wait - begun > patience) return overdue(last, ended);
      const now = await look(wait);
      if (wrote && last === undefined) {
        // After a write of ours an old state is a stale read: nothing is written twice because of it.
        if (isSeen(step, now)) return ended('done');
        if (isPassingState(step, now)) continue;
        if (++stops < SURE) continue;
        return ended('changed', 'somebody else changed it right after it was written');
      }
      const decision = decide(step, now, { ...world, isRemade: wrote });
      if (decision.act === 'nothing') {
        wrote ||= last !== undefined;
        return ended('done');
      }
      if (decision.act === 'stop') {
        if (decision.outcome === 'changed' && ++stops < SURE) continue;
        return ended(decision.outcome, decision.text);
      }
      last = await refusalOf(() => act(hand, step.resource, decision));
      wrote ||= last === undefined;
      if (last !== undefined && !isWorthALook(step, last, world)) throw new CallFailed(last, '');
      if (last === undefined && isSeen(step, await hand.read(step.resource))) return ended('done');
    }
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const { kind, message } = error.failure;
    return ended(kind === 'denied' ? 'denied' : kind === 'network' ? 'closed' : 'failed', message);
  }
}

function act(
  hand: Hand<Resource>,
  wanted: Resource,
  decision: Exclude<Decision, { readonly act: 'nothing' | 'stop' }>,
): Promise<void> {
  if (decision.act === 'remove') return hand.remove(decision.now);
  if (decision.act === 'remake' && hand.remake !== undefined) return hand.remake(wanted, decision.now);
  return hand.put(wanted, decision.now);
}

/** The failure of a write, if it failed. */
async function refusalOf(write: () => Promise<void>): Promise<Failure | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    if (error instanceof CallFailed) return error.failure;
    throw error;
  }
}

function isSeen({ verb, resource }: Step, now: Resource | undefined): boolean {
  return verb === 'delete' ? now === undefined : now !== undefined && isAsWanted(now, resource);
}

/** What may be read after a write until it is seen: nothing, the state before, or a part of both. */
function isPassingState({ verb, resource, present }: Step, now: Resource | undefined): boolean {
  if (now === undefined) return true;
  return verb === 'delete' ? isBetween(now, present ?? resource, undefined) : isBetween(now, present, resource);
}

/** Failures that reading again explains: the answer was lost, somebody was faster, or what it leans on is not known everywhere yet. */
function isWorthALook({ verb, resource }: Step, { kind }: Failure, { isYoung }: StepWorld): boolean {
  if (kind === 'exists' || kind === 'conflict') return true;
  if (kind === 'absent' && verb === 'delete') return true;
  return (kind === 'principal' || kind === 'absent') && isYoung(resource);
}

function overdue(last: Failure | undefined, ended: (outcome: StepOutcome, text: string) => StepResult): StepResult {
  if (last?.kind === 'exists') return ended('changed', `something of its name is there that cannot be read: ${last.message}`);
  if (last !== undefined) return ended('failed', last.message);
  return ended('not-visible', `it was written, and was not seen within ${VISIBLE_WITHIN / 1000} s`);
}
