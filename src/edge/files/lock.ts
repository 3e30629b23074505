import { codeOf, type Disk } from './disk.ts';

/** What a lock needs to know about time and the machine. */
export interface LockWorld {
  readonly disk: Disk;
  readonly now: () => number;
  /** Waits for so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly host: string;
  readonly pid: number;
  /** Whether a process of this machine lives. */
  readonly isAlive: (pid: number) => boolean;
}

/** How long somebody else may hold the lock before we give up, in milliseconds. */
const PATIENCE = 5000;
/** A lock without an owner (kubectl's) is left over when it is as old as this: kubectl holds it for milliseconds. */
const NOBODYS = 60_000;
/** The same of a lock from another machine (a home folder on a network): whether its owner lives cannot be asked. */
const ELSEWHERES = 600_000;

/** Thrown when a lock stays somebody else's. */
export class Locked extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} is held by another program`);
    this.path = path;
  }
}

/**
 * Holds `FILE.lock` while `body` runs: the name and the way (made if it is not there) of `kubectl config`, so that the two
 * do not meet (client-go, clientcmd/loader.go, `lockFile`). Waits for some seconds; a lock whose owner is gone is taken over.
 * Throws `Locked`.
 */
export async function withLock<T>(file: string, world: LockWorld, body: () => T): Promise<T> {
  const path = `${file}.lock`;
  const mine = `${world.pid}@${world.host}\n`;
  await take(path, mine, world);
  try {
    return body();
  } finally {
    if (world.disk.inspect(path)?.text === mine) world.disk.remove(path);
  }
}

async function take(path: string, mine: string, world: LockWorld): Promise<void> {
  const start = world.now();
  for (let pause = 10; ; pause = Math.min(pause * 2, 200)) {
    try {
      world.disk.create(path, mine, 0o600);
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    if (takeAway(path, world)) continue;
    if (world.now() - start >= PATIENCE) throw new Locked(path);
    await world.wait(pause);
  }
}

/** Takes a left-over lock out of the way; gives back whether there is none now. */
function takeAway(path: string, world: LockWorld): boolean {
  const { disk } = world;
  const found = disk.inspect(path);
  if (found === undefined) return true;
  if (!isLeftOver(found, world)) return false;
  const aside = `${path}.${world.pid}`;
  disk.remove(aside);
  try {
    disk.rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  const moved = disk.inspect(aside);
  // Somebody was faster, and what was moved is already the next one's: it gets its lock back.
  const isIt = moved?.inode === found.inode && moved.text === found.text && moved.modified === found.modified;
  if (moved !== undefined && !isIt) {
    try {
      disk.link(aside, path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
  disk.remove(aside);
  return isIt;
}

function isLeftOver({ text, modified }: { readonly text: string; readonly modified: number }, world: LockWorld): boolean {
  const age = world.now() - modified;
  const [, pid, host] = /^(\d+)@(.*)\n$/.exec(text) ?? [];
  if (pid === undefined) return age > NOBODYS;
  if (host !== world.host) return age > ELSEWHERES;
  return !world.isAlive(Number(pid));
}

/** Whether an error says that somebody else holds the lock. */
export function isLocked(error: unknown): error is Locked {
  return error instanceof Locked;
}
