import type { StepResult } from '../../edge/apply/index.ts';
import type { Plan } from '../../grants/index.ts';
import { EXIT, type Exit } from '../exit.ts';

/** Whether a step is as it should be; with `--mine` those of others do not count. */
export function isContent({ outcome }: StepResult, isMine: boolean): boolean {
  return outcome === 'done' || (isMine && outcome === 'not-ours');
}

/**
 * 4 where an API refused or did not answer, 1 where something is not as wished, 3 where something could not be seen, else 0.
 *
 * @param left the plan of what was read after the run
 */
export function exitOfRun({ steps, gaps }: Pick<Plan, 'steps' | 'gaps'>, results: readonly StepResult[], isMine: boolean): Exit {
  const open = results.filter((result) => !isContent(result, isMine));
  if (open.some(({ outcome }) => outcome === 'denied' || outcome === 'closed' || outcome === 'failed')) return EXIT.failed;
  if (open.some(({ outcome }) => outcome === 'changed' || outcome === 'not-ours' || outcome === 'stopped')) return EXIT.no;
  const counting = steps.filter(({ state }) => !(isMine && state === 'other-owner'));
  if (counting.some(({ state }) => state === 'to-do' || state === 'other-owner')) return EXIT.no;
  const unseen = open.length > 0 || counting.some(({ state }) => state === 'not-visible');
  return unseen || gaps.length > 0 ? EXIT.unsettled : EXIT.yes;
}
