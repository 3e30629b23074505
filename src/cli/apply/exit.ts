import type { Gap } from '../../base/index.ts';
import type { StepResult } from '../../edge/apply/index.ts';
import type { Plan } from '../../grants/index.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { ShutAccount } from '../grants/shut.ts';

/** Whether a step is as it should be; with `--mine` those of others do not count. */
export function isContent({ outcome }: StepResult, isMine: boolean): boolean {
  return outcome === 'done' || (isMine && outcome === 'not-ours');
}

/** As whom a plan was made, and what is asked of it. */
export interface Asked {
  /** Be content where only others' things are left. */
  readonly isMine: boolean;
  /** Accounts that were entered; absent: nobody said. */
  readonly mine?: ReadonlySet<string>;
  readonly shut?: readonly ShutAccount[];
}

/**
 * 4 where an API refused or did not answer, credentials that were named among them; 1 where something is not as wished, 3 where
 * something could not be seen, else 0: a firm yes.
 *
 * @param left the plan of what was read after the run
 */
export function exitOfRun(left: Left, results: readonly StepResult[], asked: Asked): Exit {
  const open = results.filter((result) => !isContent(result, asked.isMine));
  if (open.some(({ outcome }) => outcome === 'denied' || outcome === 'closed' || outcome === 'failed')) return EXIT.failed;
  if (asked.shut?.some(({ isRefused }) => isRefused) === true) return EXIT.failed;
  if (open.some(({ outcome }) => outcome === 'changed' || outcome === 'not-ours' || outcome === 'stopped')) return EXIT.no;
  const exit = exitOfPlan(left, asked);
  return exit === EXIT.yes && open.length > 0 ? EXIT.unsettled : exit;
}

/** The same where nothing was to be written: 1 differs, 3 cannot tell, else 0. */
export function exitOfPlan({ steps, gaps, unseen }: Left, asked: Asked): Exit {
  const counting = steps.filter(({ state }) => !(asked.isMine && state === 'other-owner'));
  if (counting.some(({ state }) => state === 'to-do' || state === 'other-owner')) return EXIT.no;
  const isOpen = counting.some(({ state }) => state === 'not-visible') || gaps.length > 0;
  return isOpen || unseen.some((gap) => !isOthers(gap, asked)) ? EXIT.unsettled : EXIT.yes;
}

type Left = Pick<Plan, 'steps' | 'gaps' | 'unseen'>;

/** What is left in an account that nobody named credentials for is for others to look at; but somebody has to have looked at something. */
function isOthers({ side = '' }: Gap, { isMine, mine, shut = [] }: Asked): boolean {
  if (!isMine || mine === undefined || mine.size === 0) return false;
  const account = side.split(':')[4] ?? side;
  return !mine.has(account) && !shut.some(({ id, isRefused }) => isRefused && id === account);
}
