import type { Io } from '../context.ts';
import { usage } from '../exit.ts';

/** Whether somebody can be asked, or has said yes already. Throws a CliError (exit 2) where neither is so. */
export function requireYes(isYes: boolean, io: Pick<Io, 'stderr' | 'ask'>): void {
  if (isYes || (io.stderr.isTTY === true && io.ask !== undefined)) return;
  throw usage('it asks before it writes, and there is no terminal to ask on', '--yes says yes beforehand');
}

/** Asks for a yes on the terminal; anything else, and giving up, is a no. */
export async function confirm(question: string, isYes: boolean, io: Pick<Io, 'ask'>): Promise<boolean> {
  if (isYes) return true;
  const answer = await io.ask?.(`${question} Type yes: `, true);
  return answer?.trim().toLowerCase() === 'yes';
}
