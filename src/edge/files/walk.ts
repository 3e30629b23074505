import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../inventory/index.ts';

/** A file that was found, with what tells whether it changed. */
export interface FoundFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly absolute: string;
  readonly stats: Stats;
}

/** All regular files below a folder and the folders that could not be opened. Symbolic links are followed, each folder once. */
export function walkFolder(folder: string): { readonly files: readonly FoundFile[]; readonly problems: readonly Problem[] } {
  const files: FoundFile[] = [];
  const problems: Problem[] = [];
  const visit = (relative: string, above: ReadonlySet<string>): void => {
    const absolute = join(folder, relative);
    const real = attempt(() => realpathSync(absolute), relative, problems);
    if (real === undefined || above.has(real)) return;
    const here = new Set(above).add(real);
    const names = attempt(() => readdirSync(absolute), relative, problems) ?? [];
    for (const name of names.sort()) {
      if (name.startsWith('.')) continue;
      const path = relative === '' ? name : `${relative}/${name}`;
      const stats = attempt(() => statSync(join(folder, path)), path, problems);
      if (stats?.isDirectory() && here.size < 32) visit(path, here);
      else if (stats?.isFile()) files.push({ path, absolute: join(folder, path), stats });
    }
  };
  visit('', new Set());
  return { files, problems };
}

function attempt<T>(action: () => T, path: string, problems: Problem[]): T | undefined {
  try {
    return action();
  } catch (error) {
    const { code, message } = readFailure(error);
    problems.push({ code, message, file: path === '' ? '.' : path });
    return undefined;
  }
}

/** Puts an error of the file system into words; permissions are told apart from everything else. */
export function readFailure(error: unknown): { readonly code: string; readonly message: string } {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'EACCES' || code === 'EPERM') return { code: 'refused', message: 'no permission to read it' };
  if (code === 'ENOENT') return { code: 'gone', message: 'it does not exist (a broken link, or removed meanwhile)' };
  if (code === 'ELOOP') return { code: 'gone', message: 'a symbolic link that leads to itself' };
  return {
    code: 'unreadable',
    message: `it cannot be read (${code || (error instanceof Error ? error.message : String(error))})`,
  };
}
