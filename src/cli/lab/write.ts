import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { escapeForTerminal } from '../../base/index.ts';
import { makeFolder } from '../../edge/files/index.ts';
import { failed, usage } from '../exit.ts';

/** A file with its place below a folder. */
interface Placed {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes files into a folder that is new or empty, for its owner alone: who may do what is a map of the accounts. Throws a
 * CliError.
 *
 * @param shown the folder as the user wrote it
 */
export function writeFolder(folder: string, shown: string, files: readonly Placed[]): void {
  // The names come from whatever answered; none may lead out of the folder.
  const odd = files.find(({ path }) => !path.split('/').every((part) => /^[\w@=+,.-]+$/.test(part) && !/^\.+$/.test(part)));
  if (odd !== undefined) throw failed(`"${escapeForTerminal(odd.path)}" cannot be the name of a file below ${shown}`);
  try {
    makeFolder(folder);
    if (readdirSync(folder).length > 0)
      throw usage(`${shown} is not empty`, 'name a new folder: files of another moment must not mix with these');
    for (const { path, text } of files) {
      const file = join(folder, path);
      makeFolder(dirname(file));
      writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
    }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw failed(`${shown} cannot be written (${String(error.code)})`);
  }
}
