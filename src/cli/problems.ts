import { escapeForTerminal } from '../base/index.ts';
import type { Problem } from '../inventory/index.ts';
import type { Output } from './context.ts';

const MOST_LISTED = 10;

/** Says on stderr which files of the inventory could not be used as they stand, the first ten by name. */
export function reportProblems(problems: readonly Problem[], stderr: Output): void {
  for (const { code, message, file, line, column } of problems.slice(0, MOST_LISTED)) {
    const place = [file, line, column].filter((part) => part !== undefined).join(':');
    stderr.write(`warning: ${escapeForTerminal(place)}: ${escapeForTerminal(message)} [${code}]\n`);
  }
  if (problems.length > MOST_LISTED)
    stderr.write(`warning: and ${problems.length - MOST_LISTED} more problems with files of the inventory\n`);
}
