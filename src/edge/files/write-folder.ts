import { dirname, join } from 'node:path';
import { codeOf, type Disk } from './disk.ts';

/** A file of a folder, written out. */
export interface FolderFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What became of a folder. */
export interface FolderWritten {
  readonly written: number;
  /** Files that already were as they are to be. */
  readonly unchanged: number;
  /** Files of an earlier run that are not there any more. */
  readonly removed: readonly string[];
}

/** Why a folder was not touched: files that this program did not write stand where its own are to go. */
export interface InTheWay {
  readonly inTheWay: readonly string[];
}

/** The file that says which files of a folder are its writer's. */
const LIST = 'inventory.json';

/**
 * Brings the files of a folder that an earlier run wrote to what they are to be: each is at any moment the old one or the new
 * one, owner-only, and files of others are left alone. `inventory.json` names what is its writer's, and says first that the
 * folder is being written, so that a run that was killed is known, and the next one goes on. Throws what the system says.
 *
 * @param files with `inventory.json` among them, an object
 */
export function writeFolder(folder: string, files: readonly FolderFile[], disk: Disk, pid: number): FolderWritten | InTheWay {
  const about = files.find(({ path }) => path === LIST);
  const others = files.filter(({ path }) => path !== LIST);
  const before = ownFiles(folder, disk);
  const inTheWay = (
    before === undefined ? [LIST] : others.map(({ path }) => path).filter((path) => !before.includes(path))
  ).filter((path) => disk.inspect(join(folder, path)) !== undefined);
  if (about === undefined || inTheWay.length > 0) return { inTheWay };
  for (const place of new Set(files.map(({ path }) => dirname(join(folder, path))))) sweep(place, disk);
  const own = others.map(({ path }) => path);
  const stale = (before ?? []).filter((path) => !own.includes(path));
  const changed = others.filter(({ path, text }) => disk.inspect(join(folder, path))?.text !== text);
  const final = `${JSON.stringify({ ...(JSON.parse(about.text) as object), files: own }, null, 2)}\n`;
  if (changed.length > 0 || stale.length > 0) {
    const error = 'causeway collect was stopped while it wrote: run it again';
    const refused = [
      { path: 'accounts', state: 'notCollected', error },
      { path: 'organizations', state: 'notCollected', error },
    ];
    put(join(folder, LIST), `${JSON.stringify({ version: 1, refused, files: [...own, ...stale] }, null, 2)}\n`, disk, pid);
  }
  for (const { path, text } of changed) put(join(folder, path), text, disk, pid);
  for (const path of stale) disk.remove(join(folder, path));
  put(join(folder, LIST), final, disk, pid);
  return { written: changed.length, unchanged: others.length - changed.length, removed: stale };
}

/** The files that an earlier run wrote; none where the folder is new, undefined where it is somebody else's. */
function ownFiles(folder: string, disk: Disk): readonly string[] | undefined {
  const found = disk.inspect(join(folder, LIST));
  if (found === undefined) return [];
  try {
    const value = JSON.parse(found.text) as { readonly files?: unknown } | null;
    if (!Array.isArray(value?.files)) return undefined;
    // A list that was changed by hand must not lead out of the folder.
    return value.files.filter((path): path is string => typeof path === 'string' && isBelow(path));
  } catch {
    return undefined;
  }
}

function isBelow(path: string): boolean {
  return (
    /^(accounts|organizations)\//.test(path) && path.split('/').every((step) => step !== '' && step !== '.' && step !== '..')
  );
}

const TEMPORARY = '.causeway-';

/** Takes away what a run that was killed left half written. */
function sweep(place: string, disk: Disk): void {
  let names: readonly string[] = [];
  try {
    names = disk.list(place);
  } catch {
    // There is no such folder yet.
  }
  for (const name of names) if (name.startsWith(TEMPORARY)) disk.remove(join(place, name));
}

function put(path: string, text: string, disk: Disk, pid: number): void {
  disk.makeFolder(dirname(path));
  const fresh = join(dirname(path), `${TEMPORARY}${pid}`);
  disk.remove(fresh);
  try {
    disk.create(fresh, text, 0o600);
    disk.rename(fresh, path);
  } catch (error) {
    disk.remove(fresh);
    throw error;
  }
}

/** Says in words why a folder could not be written. */
export function folderProblem(folder: string, error: unknown): string | undefined {
  const code = codeOf(error);
  return code === undefined ? undefined : `${folder} could not be written: ${WORDS[code] ?? code}`;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'no permission',
  EPERM: 'no permission',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'a folder stands where a file is to go',
};
