import { closeSync, existsSync, fsyncSync, openSync, renameSync, utimesSync, writeSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { makeFolder } from '../files/index.ts';

/**
 * Where backups are kept: `$XDG_STATE_HOME/causeway/backups`, else below `~/.local/state` (XDG Base Directory
 * Specification: relative values are ignored).
 */
export function backupFolder(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const base = env['XDG_STATE_HOME'];
  return join(base !== undefined && isAbsolute(base) ? base : join(home, '.local', 'state'), 'causeway', 'backups');
}

/**
 * Keeps a text for its owner alone, whole or not at all; what is there under its name stays,
 * and gets the time of now, since the same text may stand there again after others. Gives the path. Throws what the
 * system says.
 */
export function keepText(folder: string, name: string, text: string, pid: number): string {
  const path = join(folder, name);
  if (existsSync(path)) {
    const now = Date.now() / 1000;
    utimesSync(path, now, now);
    return path;
  }
  makeFolder(dirname(path));
  const fresh = `${path}.${pid}`;
  const handle = openSync(fresh, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, path);
  return path;
}
