import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from './error.ts';
import { makeFolder } from './make-folder.ts';
import type { Surroundings } from './types.ts';

/** Small JSON values of our own, one a file, that only the owner may read. */
export interface Cache {
  /** The value of a key, or undefined: when it is not there, not whole, or not safe to trust. */
  readonly read: (key: string) => unknown;
  /** Keeps a value. Where that cannot be done a note says so, once, and nothing fails. */
  readonly write: (key: string, value: unknown) => void;
  /** Path of the lock that goes with a key. */
  readonly lockPath: (key: string) => string;
}

/** Where assumed credentials are kept: `$XDG_CACHE_HOME/causeway/credentials`, else below `~/.cache`. */
export function cacheFolder({ env, home }: Pick<Surroundings, 'env' | 'home'>): string {
  const base = env['XDG_CACHE_HOME'];
  return join(base?.startsWith('/') ? base : join(home, '.cache'), 'causeway', 'credentials');
}

/** Hours after which a file in the folder is of no use to anybody: a session lives 12 at most. */
const OLDEST = 36;

/**
 * Opens the cache. A folder that is a symbolic link, belongs to somebody else, or lets others write is refused with a note
 * and gives undefined: whoever could write to it could hand us credentials of his own.
 */
export function openCache(around: Pick<Surroundings, 'env' | 'home' | 'note' | 'now'>): Cache | undefined {
  const folder = cacheFolder(around);
  for (const path of [dirname(folder), folder]) {
    const fault = faultOf(path);
    if (fault === undefined) continue;
    around.note(`the cache of sessions in ${folder} is not used: ${path} ${fault}`);
    return undefined;
  }
  let noted = false;
  const note = (text: string): void => {
    if (!noted) around.note(text);
    noted = true;
  };
  const path = (key: string): string => join(folder, `${key}.json`);
  return {
    lockPath: (key) => join(folder, `${key}.lock`),
    read: (key) => {
      const text = readOwn(path(key), note);
      try {
        return text === undefined ? undefined : JSON.parse(text);
      } catch {
        return undefined;
      }
    },
    write: (key, value) => {
      try {
        makeFolder(folder);
        writeWhole(path(key), JSON.stringify(value));
        sweep(folder, around.now());
      } catch (error) {
        const hint = 'without it the roles are assumed at every run; --no-cache asks for nothing else';
        note(`the session could not be kept in ${folder} (${codeOf(error) ?? 'unknown error'}): ${hint}`);
      }
    },
  };
}

/** Removes everything that is kept; gives how many entries there were. */
export function cleanCache(around: Pick<Surroundings, 'env' | 'home'>): number {
  const folder = cacheFolder(around);
  let names: readonly string[];
  try {
    // A link is not followed: what it leads to is not ours to remove.
    names = lstatSync(folder).isDirectory() ? readdirSync(folder) : [];
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return 0;
    throw error;
  }
  const ours = names.filter((name) => /^[0-9a-f]{64}\.(?:json|lock)/.test(name));
  for (const name of ours) rmSync(join(folder, name), { force: true });
  return ours.filter((name) => name.endsWith('.json')).length;
}

/** Why a folder is not to be trusted; undefined when it is, or is not there yet. */
function faultOf(path: string): string | undefined {
  let stats: Stats | undefined;
  try {
    stats = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return `cannot be looked at (${codeOf(error) ?? 'unknown error'})`;
  }
  if (stats === undefined) return undefined;
  if (stats.isSymbolicLink()) return 'is a symbolic link';
  if (!stats.isDirectory()) return 'is not a folder';
  return faultOfOwner(stats);
}

function faultOfOwner({ uid, mode }: { readonly uid: number; readonly mode: number }): string | undefined {
  if (process.getuid === undefined) return undefined;
  if (uid !== process.getuid()) return 'belongs to another user';
  return (mode & 0o022) === 0 ? undefined : 'can be written to by others (chmod go-w)';
}

function readOwn(path: string, note: (text: string) => void): string | undefined {
  let handle: number;
  try {
    handle = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (codeOf(error) === 'ELOOP') note(`${path} is not used: it is a symbolic link`);
    return undefined;
  }
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) return undefined;
    const fault =
      faultOfOwner(stats) ?? (process.getuid !== undefined && (stats.mode & 0o044) !== 0 ? 'can be read by others' : undefined);
    if (fault !== undefined) note(`${path} is not used: it ${fault}`);
    return fault === undefined ? readFileSync(handle, 'utf8') : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(handle);
  }
}

let written = 0;

/** A file is whole or not there, whenever the process is killed: it is on the disk before it has its name. */
function writeWhole(path: string, text: string): void {
  written += 1;
  const fresh = `${path}.${process.pid}.${written}.tmp`;
  try {
    const handle = openSync(fresh, 'wx', 0o600);
    try {
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Removes what has long expired, and what a killed process left. */
function sweep(folder: string, now: Date): void {
  for (const name of readdirSync(folder)) {
    if (!/^[0-9a-f]{64}\./.test(name)) continue;
    const path = join(folder, name);
    const age = now.getTime() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now.getTime());
    if (age > OLDEST * 3_600_000) rmSync(path, { force: true });
  }
}
