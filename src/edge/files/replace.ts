import { basename, dirname } from 'node:path';
import { codeOf, type Disk } from './disk.ts';
import { type LockWorld, withLock } from './lock.ts';

/** What a file is to become: the new text, or undefined to leave it; called again with what is there under the lock. */
export type Change = (text: string | undefined) => string | undefined;

/** What was done. */
export interface Replaced {
  readonly changed: boolean;
  /** The copy that was made before the first change of ours. */
  readonly backup?: string;
}

/** Thrown when a file may not be replaced; the message is for the user. */
export class NotReplaced extends Error {}

const BACKUP = '.before-causeway';

/**
 * Changes a file so that it is at any moment the old one or the new one as a whole: locked, read again under the lock,
 * written beside it, put through to the disk and renamed. Mode and owner stay; a new file and its folders are their owner's
 * alone. A symbolic link stays, and the file behind it changes. Before the first change a copy is made.
 *
 * @param uid who runs this; 0 may write for others, and the owner stays
 */
export async function replaceFile(path: string, change: Change, world: LockWorld & { readonly uid: number }): Promise<Replaced> {
  const { disk } = world;
  const target = disk.resolve(path);
  if (change(disk.read(target)?.text) === undefined) return { changed: false };
  disk.makeFolder(dirname(target));
  const replace = (): Replaced => replaceLocked(target, change, world);
  // kubectl locks the name that it was given: behind a link both are held.
  if (target === path || !isThere(disk, dirname(path))) return withLock(target, world, replace);
  return withLock(path, world, () => withLock(target, world, replace));
}

function isThere(disk: Disk, folder: string): boolean {
  try {
    disk.list(folder);
    return true;
  } catch {
    return false;
  }
}

function replaceLocked(target: string, change: Change, { disk, pid, uid }: LockWorld & { readonly uid: number }): Replaced {
  const old = disk.read(target);
  const text = change(old?.text);
  if (text === undefined || text === old?.text) return { changed: false };
  if (old !== undefined && uid !== 0 && old.uid !== uid)
    throw new NotReplaced(`${target} belongs to another user (id ${old.uid}): it would not stay theirs`);
  sweep(disk, target);
  const backup = old === undefined ? undefined : keep(disk, target, old, pid);
  const fresh = temporary(target, pid);
  try {
    disk.create(fresh, text, old?.mode ?? 0o600, old);
    disk.rename(fresh, target);
  } catch (error) {
    tryTo(() => disk.remove(fresh));
    throw error;
  }
  // The name is on the disk when the folder is; some file systems do not know how.
  tryTo(() => disk.syncFolder(dirname(target)));
  return { changed: true, ...(backup === undefined ? {} : { backup }) };
}

/** The copy from before the first change; one that is there stays. It holds what the file holds, so it is the owner's alone. */
function keep(
  disk: Disk,
  target: string,
  old: { readonly text: string; readonly uid: number; readonly gid: number },
  pid: number,
): string | undefined {
  const backup = target + BACKUP;
  if (disk.inspect(backup) !== undefined) return undefined;
  const fresh = temporary(target, pid);
  try {
    disk.create(fresh, old.text, 0o600, old);
    disk.rename(fresh, backup);
  } catch (error) {
    tryTo(() => disk.remove(fresh));
    throw error;
  }
  return backup;
}

function temporary(target: string, pid: number): string {
  return `${dirname(target)}/.${basename(target)}.causeway-${pid}`;
}

/** Takes away what a run that was killed left behind: under the lock nobody else writes here. */
function sweep(disk: Disk, target: string): void {
  const folder = dirname(target);
  for (const name of disk.list(folder)) {
    if (name.startsWith(`.${basename(target)}.causeway-`)) tryTo(() => disk.remove(`${folder}/${name}`));
  }
}

function tryTo(step: () => void): void {
  try {
    step();
  } catch {
    // What went wrong before is what the caller has to hear; this was only tidying up.
  }
}

/** Says in words why a file could not be replaced. */
export function replaceProblem(path: string, error: unknown): string | undefined {
  if (error instanceof NotReplaced) return error.message;
  const code = codeOf(error);
  if (code === undefined) return undefined;
  return `${path} was not changed: ${WORDS[code] ?? code}`;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'no permission to write into its folder',
  EPERM: 'no permission to write into its folder',
  ELOOP: 'its symbolic links lead in a circle',
  ENOTFILE: 'it is no ordinary file',
  ENOTUTF8: 'it is not written in UTF-8',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
};
