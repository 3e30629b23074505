import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { codeOf } from './error.ts';
import { makeFolder } from './make-folder.ts';

/** How long somebody else's work is waited for, in milliseconds; it is two calls of STS as a rule. */
export interface Patience {
  readonly wait: number;
  readonly pause: number;
  /** A lock that is older was left by somebody who is gone. */
  readonly stale: number;
}

const PATIENCE: Patience = { wait: 8000, pause: 20, stale: 30_000 };

/**
 * Runs `work` while no other process does the work of the same lock; `ready` is asked while waiting, and what it gives ends
 * the wait. After a bounded wait, or where no lock can be made, the work is done without one: a lock spares calls, and
 * nothing breaks when two do the same.
 */
export async function withLock<T>(
  path: string,
  ready: () => T | undefined,
  work: () => Promise<T>,
  patience: Patience = PATIENCE,
): Promise<T> {
  const until = performance.now() + patience.wait;
  const mark = `${process.pid}@${hostname()}`;
  for (;;) {
    const taken = take(path, mark);
    if (taken === 'impossible') return work();
    if (taken === 'mine') {
      try {
        return ready() ?? (await work());
      } finally {
        release(path, mark);
      }
    }
    const done = ready();
    if (done !== undefined) return done;
    if (performance.now() > until) return work();
    if (!breakStale(path, patience.stale)) await new Promise((resolve) => setTimeout(resolve, patience.pause));
  }
}

function take(path: string, mark: string): 'mine' | 'theirs' | 'impossible' {
  let handle: number;
  try {
    handle = openSync(path, 'wx', 0o600);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return 'theirs';
    return code === 'ENOENT' && madeFolder(path) ? 'theirs' : 'impossible';
  }
  try {
    writeSync(handle, mark);
    return 'mine';
  } catch {
    // A full disk: a lock without a mark would hold up whoever comes next.
    rmSync(path, { force: true });
    return 'impossible';
  } finally {
    closeSync(handle);
  }
}

function madeFolder(path: string): boolean {
  try {
    makeFolder(dirname(path));
    return true;
  } catch {
    return false;
  }
}

/** Takes the lock away when its holder is dead or too old; true when the next try may be made at once. */
function breakStale(path: string, stale: number): boolean {
  try {
    const text = readFileSync(path, 'utf8');
    const age = Date.now() - statSync(path).mtimeMs;
    const [pid = '', host] = text.split('@');
    if (age < stale && (host !== hostname() || isAlive(Number(pid)))) return false;
    // By another name first: of several that see it stale one gets it, and a lock that is not the stale one goes back.
    const aside = `${path}.${process.pid}.old`;
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== text) linkSync(aside, path);
    rmSync(aside, { force: true });
    return true;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function release(path: string, mark: string): void {
  try {
    if (readFileSync(path, 'utf8') === mark) rmSync(path, { force: true });
  } catch {
    // It was taken from us as stale.
  }
}
