import { diffAccess, findLockOuts, type LockOut } from '../access/index.ts';
import { distinctGaps, type Gap } from '../base/index.ts';
import type { Inventory } from '../inventory/index.ts';
import { afterSteps, changesOf, stepsOfRun } from './changes.ts';
import { endSessions } from './end-sessions.ts';
import { keepsAdmin, type LiveAdmin } from './live-admin.ts';
import { inOrder } from './order.ts';
import { pruneSteps } from './prune.ts';
import { type StepOptions, stepFor } from './steps.ts';
import type { Plan, PlanNote, Step } from './types.ts';
import { unseenParts } from './unseen.ts';
import { expiryNotes } from './warn/expiry.ts';
import { leftClusters } from './warn/left-clusters.ts';
import { sizeNotes } from './warn/sizes.ts';
import { warningsOf } from './warn/warnings.ts';
import { isExpired, wishedResources } from './wish/resources.ts';
import type { GrantsFile } from './wish/types.ts';

/** What a plan is made with, beside the file and the inventory. */
export interface PlanOptions extends Omit<StepOptions, 'file'> {
  /** Epoch milliseconds: grants end. */
  readonly now: number;
  /** ARN of whoever would apply it: the plan must not lock them out. */
  readonly caller?: string;
  /** What clusters answered whoever would apply it, just now. */
  readonly admins?: readonly LiveAdmin[];
  /** ARNs of clusters of which somebody may be locked out: there was an explicit yes. */
  readonly acceptLockOut?: ReadonlySet<string>;
}

/** The part of a plan that is found without evaluating anybody's access. */
export type Draft = Pick<Plan, 'file' | 'steps' | 'refusals' | 'gaps' | 'unseen'>;

/** Which steps lead from an inventory to what a file wishes for. */
export function draftPlan(file: GrantsFile, inventory: Inventory, options: PlanOptions): Draft {
  return draftOf(file, inventory, options).draft;
}

/**
 * What a grants file means for an inventory: the steps that lead from the one to the other, in an order in which they can be
 * made, and what they mean: who gains and who loses which access, and whether somebody is locked out. A plan of the inventory that
 * the steps lead to has no step to do.
 */
export function makePlan(file: GrantsFile, inventory: Inventory, options: PlanOptions): Plan {
  const { draft, warnings: found } = draftOf(file, inventory, options);
  const warnings = [...found, ...warningsOf(file, inventory, options.now)];
  return evaluated(draft, warnings, inventory, options);
}

function draftOf(
  file: GrantsFile,
  inventory: Inventory,
  options: PlanOptions,
): { readonly draft: Draft; readonly warnings: readonly PlanNote[] } {
  const wish = wishedResources(file, inventory, options.now);
  const named = { ...options, file: file.name };
  const judged = wish.wanted.map((wanted) => ({ wanted, ...stepFor(wanted, inventory, named) }));
  const { steps: made, ends } = endSessions(judged, inventory, named);
  const expired = new Set(file.grants.filter((grant) => isExpired(grant, options.now)).map(({ name }) => name));
  const why = (grant: string): string =>
    expired.has(grant) ? 'the grant has expired' : 'no grant of the file wishes for it any more';
  // What is taken over is the file's from then on, and with it what hangs on it.
  const owned = options.adopt === true ? afterSteps(made, inventory) : inventory;
  const wished = new Set([...made, ...ends].map(({ id }) => id));
  const pruned = pruneSteps(file, wished, owned, { ...named, why });
  const owners = new Set(file.clusters.map(({ account }) => account));
  const steps = inOrder([...made, ...ends, ...heldBack(pruned.steps, made)], owners);
  const left = leftClusters(file, inventory);
  const notes = [sizeNotes(wish.wanted, inventory), expiryNotes(file, steps, options.now)];
  const draft = {
    file: file.name,
    steps,
    refusals: [
      ...wish.refusals,
      ...judged.flatMap(({ refusals }) => refusals),
      ...pruned.refusals,
      ...notes.flatMap(({ refusals }) => refusals),
    ],
    gaps: distinctGaps([...wish.gaps, ...left.gaps]),
    unseen: unseenParts(file, inventory),
  };
  return { draft, warnings: [...left.warnings, ...notes.flatMap(({ warnings }) => warnings)] };
}

/** A plan with what its steps mean, found by evaluating the inventory before and after. */
export function evaluated(draft: Draft, warnings: readonly PlanNote[], inventory: Inventory, options: PlanOptions): Plan {
  const now = new Date(options.now);
  const after = afterSteps(draft.steps, inventory);
  const touched = changesOf(draft.steps).map(({ resource }) => resource);
  const found = lockOutsOf(draft.steps, inventory, after, options);
  const isAccepted = ({ clusterArn }: LockOut): boolean => options.acceptLockOut?.has(clusterArn) === true;
  const accepted = found.filter(isAccepted).map(({ text }): PlanNote => ({ code: 'lock-out', text: `accepted: ${text}` }));
  return {
    ...draft,
    diff: diffAccess(inventory, after, { now, touched }),
    lockOuts: found.filter((one) => !isAccepted(one)),
    warnings: [...accepted, ...warnings],
  };
}

/** Whom a run would lock out. What others do, or nobody can see, it does not do, and neither what waits for that. */
function lockOutsOf(
  steps: readonly Step[],
  inventory: Inventory,
  after: Inventory,
  { now, caller, admins = [] }: PlanOptions,
): Plan['lockOuts'] {
  const own = stepsOfRun(steps);
  const changes = changesOf(own);
  const touched = changes.map(({ resource }) => resource);
  const asked = { now: new Date(now), touched, ...(caller === undefined ? {} : { caller }) };
  // Mostly a run does all of it, and then what it leaves was made already.
  const isAll = changes.length === changesOf(steps).length;
  const found = findLockOuts(inventory, isAll ? after : afterSteps(own, inventory), asked);
  const kept = new Set(admins.filter((admin) => keepsAdmin(admin, own)).map(({ clusterArn }) => clusterArn));
  return found.filter(({ who, clusterArn }) => who === 'node-role' || !kept.has(clusterArn));
}

/** Nothing of a grant is taken from a cluster while nobody can see whether what takes its place is there. */
function heldBack(deletes: readonly Step[], made: readonly Step[]): readonly Step[] {
  const place = ({ grant, resource }: Step): string => ('clusterArn' in resource ? `${grant} ${resource.clusterArn}` : '');
  const blind = new Set(made.filter(({ state }) => state === 'not-visible').map(place));
  return deletes.map((step) =>
    step.state === 'to-do' && place(step) !== '' && blind.has(place(step))
      ? { ...step, state: 'not-visible', notes: [...step.notes, 'it stays until what takes its place can be seen'] }
      : step,
  );
}

/** What a plan cannot tell, each once: of what is wished for, and of what may be left. */
export function openGaps({ gaps, unseen }: Pick<Plan, 'gaps' | 'unseen'>): readonly Gap[] {
  return distinctGaps([...gaps, ...unseen]);
}
