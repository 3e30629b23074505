import { repeatSessionsEnd, type Step, stampSessionsEnd } from '../../grants/index.ts';
import { type Resource, resourceId } from '../../inventory/index.ts';
import { doStep, type StepWorld } from './do-step.ts';
import type { Hands } from './hands.ts';
import type { ApplyEvent, Clock, StepResult } from './types.ts';

/** How steps are run. */
export interface RunOptions {
  /** Name of the grants file. */
  readonly owner: string;
  readonly mayAdopt: boolean;
  readonly hands: Hands;
  readonly clock: Clock;
  readonly onEvent: (event: ApplyEvent) => void;
  /** Ends the run: what is being written is finished, nothing is begun any more. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the steps of a plan: each after those that it names, all others side by side, whatever account they are in. A step
 * that cannot be done keeps those behind it from being done, and nobody else. Gives a result for each step, in their order.
 */
export async function runSteps(steps: readonly Step[], options: RunOptions): Promise<readonly StepResult[]> {
  const { hands, clock, onEvent, signal } = options;
  const onWait = (what: string, milliseconds: number): void => onEvent({ kind: 'waiting', what, milliseconds });
  const world: StepWorld = { ...options, onWait, isYoung: youngIn(steps) };
  const written = new Map<string, Step>();
  const running = new Map<string, Promise<StepResult>>();
  const one = async (step: Step): Promise<StepResult> => {
    const before = await Promise.all(step.after.flatMap((id) => running.get(id) ?? []));
    const result = (outcome: StepResult['outcome'], text: string): StepResult => ({ id: step.id, outcome, wrote: false, text });
    if (step.state === 'done') return result('done', '');
    if (step.state === 'other-owner') return result('not-ours', step.notes[0] ?? 'it is for its owner to do');
    if (step.state === 'not-visible') return result('closed', step.notes[0] ?? 'it could not be seen');
    const missing = before.find(({ outcome }) => outcome !== 'done');
    if (missing !== undefined) return result('waits', `it comes after ${missing.id}, which is not done`);
    if (signal?.aborted === true) return result('stopped', 'the run was ended before');
    onEvent({ kind: 'begun', id: step.id });
    const now = stampSessionsEnd(step, clock.now());
    written.set(now.id, now);
    const ended = await doStep(now, hands(now.resource), world);
    if (ended.outcome !== 'done') return ended;
    for (const id of step.after) {
      const before = written.get(id);
      const again = before === undefined ? undefined : repeatSessionsEnd(before, clock.now());
      if (again === undefined) continue;
      const { outcome, text } = await doStep(again, hands(again.resource), world);
      if (outcome !== 'done') return { ...ended, outcome, text: `${again.id} has to be written again: ${text}` };
    }
    return ended;
  };
  for (const step of steps) {
    const promise = one(step).then((result) => {
      if (step.state === 'to-do') onEvent({ kind: 'ended', result });
      return result;
    });
    running.set(step.id, promise);
  }
  const ended = await Promise.allSettled(running.values());
  const fault = ended.find((each) => each.status === 'rejected');
  if (fault !== undefined) throw fault.reason;
  return ended.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

/** Tells of a resource whether it leans on a role or an entry of the plan that may be so new that AWS does not know it everywhere. */
function youngIn(steps: readonly Step[]): StepWorld['isYoung'] {
  const made = steps.filter(({ verb }) => verb !== 'delete').map(({ resource }) => resource);
  const ids = new Set(made.map(resourceId));
  const roles = made.flatMap((resource) => (resource.kind === 'role' ? [resource.arn] : []));
  const has = (resource: Resource): boolean => ids.has(resourceId(resource));
  return (resource) => {
    switch (resource.kind) {
      case 'inline-policy':
      case 'access-entry':
        return roles.includes(resource.principalArn);
      case 'access-policy':
        return has({ ...resource, kind: 'access-entry', groups: [], tags: {} });
      case 'role': {
        const trust = JSON.stringify(resource.trust);
        return roles.some((arn) => arn !== resource.arn && trust.includes(arn));
      }
      default:
        return false;
    }
  };
}
