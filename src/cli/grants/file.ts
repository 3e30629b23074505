import { escapeForTerminal } from '../../base/index.ts';
import { type GrantsFile, readGrants } from '../../grants/index.ts';
import type { Io } from '../context.ts';
import { usage } from '../exit.ts';
import { absolute, readTextIfThere } from '../files.ts';

const MOST_LISTED = 20;

/** Reads a grants file; what is wrong with it is told with line and column (exit 2). Warnings go to stderr. Throws a CliError. */
export function readGrantsFile(name: string, io: Pick<Io, 'cwd' | 'home' | 'stderr'>): GrantsFile {
  const text = readTextIfThere(absolute(name, io));
  if (text === undefined) throw usage(`there is no grants file ${name}`, 'causeway init writes one');
  const { file, problems } = readGrants(text, name);
  const lines = problems.map(({ line, column, message, hint }) => {
    const what = `${name}:${line}:${column}: ${message}`;
    return hint === undefined ? what : `${what} (${hint})`;
  });
  if (file === undefined) {
    const more = lines.length > MOST_LISTED ? [`and ${lines.length - MOST_LISTED} more`] : [];
    throw usage([...lines.slice(0, MOST_LISTED), ...more].join('\n'));
  }
  for (const line of lines) io.stderr.write(`warning: ${escapeForTerminal(line)}\n`);
  return file;
}
