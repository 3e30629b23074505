import type { AccessDiff } from '../access/index.ts';
import type { Gap } from '../base/index.ts';
import type { Inventory } from '../inventory/index.ts';
import { inOrder } from './order.ts';
import { pruneSteps } from './prune.ts';
import { type StepOptions, stepFor } from './steps.ts';
import type { Plan } from './types.ts';
import { sizeNotes } from './warn/sizes.ts';
import { warningsOf } from './warn/warnings.ts';
import { isExpired, wishedResources } from './wish/resources.ts';
import type { GrantsFile } from './wish/types.ts';

/** What a plan is made with, beside the file and the inventory. */
export interface PlanOptions extends Omit<StepOptions, 'file'> {
  /** Epoch milliseconds: grants end. */
  readonly now: number;
}

/** Before it is evaluated. */
export const NO_DIFF: AccessDiff = { changes: [], gaps: [] };

/**
 * What a grants file means for an inventory: the steps that lead from the one to the other, in an order in which they can be
 * made. A plan of the inventory that the steps lead to has no step to do.
 */
export function makePlan(file: GrantsFile, inventory: Inventory, options: PlanOptions): Plan {
  const wish = wishedResources(file, inventory, options.now);
  const made = wish.wanted.map((wanted) => stepFor(wanted, inventory, { ...options, file: file.name }));
  const expired = new Set(file.grants.filter((grant) => isExpired(grant, options.now)).map(({ name }) => name));
  const why = (grant: string): string =>
    expired.has(grant) ? 'the grant has expired' : 'no grant of the file wishes for it any more';
  const pruned = pruneSteps(file, wish.wanted, inventory, { ...options, file: file.name, why });
  const sizes = sizeNotes(wish.wanted, inventory);
  const owners = new Set(file.clusters.map(({ account }) => account));
  return {
    file: file.name,
    steps: inOrder([...made.map(({ step }) => step), ...pruned.steps], owners),
    diff: NO_DIFF,
    lockOuts: [],
    refusals: [...wish.refusals, ...made.flatMap(({ refusals }) => refusals), ...pruned.refusals, ...sizes.refusals],
    warnings: [...sizes.warnings, ...warningsOf(file, inventory, options.now)],
    gaps: distinct(wish.gaps),
  };
}

function distinct(gaps: readonly Gap[]): readonly Gap[] {
  return [...new Map(gaps.map((gap) => [gap.id, gap])).values()];
}
