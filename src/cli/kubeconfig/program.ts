import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { Io } from '../context.ts';
import { usage } from '../exit.ts';

/** Folders that package runners unpack a program into for one run. */
const PASSING = /[\\/](?:_npx|dlx(?:-[^\\/]*)?|bunx-[^\\/]*)[\\/]/;

/**
 * Absolute path of the program that a kubeconfig is to run: this one, as it was called (a link of a package manager stays
 * the same when the version behind it changes). Undefined where it runs from a package runner's cache or from its sources.
 */
export function ownProgram({ program }: Pick<Io, 'program'>): string | undefined {
  if (program === undefined || !isAbsolute(program) || PASSING.test(program)) return undefined;
  return isExecutable(program) ? program : undefined;
}

/** The same, or what `--command` names. Throws a CliError. */
export function commandFor(flag: string | undefined, io: Pick<Io, 'program'>): string {
  if (flag === undefined) {
    const own = ownProgram(io);
    if (own !== undefined) return own;
    throw usage(
      'this causeway has no path that a kubeconfig could run: it was started by a package runner or from its sources',
      'install it (npm install -g causeway), or build the clone (npm run build) and give --command /path/of/dist/causeway.js',
    );
  }
  if (!isAbsolute(flag))
    throw usage(`--command ${flag} is no absolute path`, 'kubectl looks for a relative one beside the kubeconfig');
  if (/(?:^|[\\/])(?:npx|npm|pnpm|pnpx|yarn|bunx)$/.test(flag))
    throw usage(
      `--command ${flag} is a package runner, which costs half a second at every kubectl`,
      'give the path of causeway itself',
    );
  return flag;
}

/** Whether a file is there and may be run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether kubectl would find a command: on the PATH, or at its path, a relative one beside the kubeconfig (kubernetes.io, "Authenticating"). */
export function isRunnable(command: string, folder: string, path: string): boolean {
  if (/[\\/]/.test(command)) return isExecutable(resolve(folder, command));
  return path.split(':').some((each) => each !== '' && isExecutable(resolve(each, command)));
}
