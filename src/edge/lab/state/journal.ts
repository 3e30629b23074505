import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../files/index.ts';
import { type Change, makeStore } from './store.ts';

/** The kept state of a lab, for as long as it runs. */
export interface Journal {
  /** What was kept; undefined in a folder that is new. */
  readonly initial: readonly Change[] | undefined;
  /** Puts a commit through to the disk; throws when it cannot, and then nothing of it is kept. */
  readonly keep: (changes: readonly Change[]) => void;
  readonly close: () => void;
}

/** Why a state folder cannot be used; the message is for the user, and the hint says what can be done. */
export class StateProblem extends Error {
  override readonly name = 'StateProblem';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Opens a state folder: one file with a line for each commit, put through to the disk before the commit counts. A line that
 * a killed lab left half is no commit. The file is written anew, as one line, at each start. It holds the lab's keys and is
 * its owner's alone. Throws StateProblem.
 *
 * @param isAlive whether a process of this machine lives
 */
export function openJournal(folder: string, pid: number, isAlive: (pid: number) => boolean): Journal {
  try {
    return open(folder, pid, isAlive);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new StateProblem(
      `${folder} cannot keep the state of a lab (${String(error.code)})`,
      'name a folder that is yours to write; without --state nothing is kept',
    );
  }
}

function open(folder: string, pid: number, isAlive: (pid: number) => boolean): Journal {
  makeFolder(folder);
  const lock = join(folder, 'lab.lock');
  takeLock(lock, pid, isAlive);
  try {
    const file = join(folder, 'lab.jsonl');
    const initial = readJournal(file);
    if (initial !== undefined) rewrite(file, initial);
    // Without a whole commit there may be half of the first one.
    const handle = openSync(file, initial === undefined ? 'w' : 'a', 0o600);
    let size = statSync(file).size;
    return {
      initial,
      keep: (changes) => {
        const line = lineOf(changes);
        try {
          for (let at = 0; at < line.length; ) at += writeSync(handle, line, at);
          fsyncSync(handle);
          size += line.length;
        } catch (error) {
          // A half line must not become part of the next one.
          ftruncateSync(handle, size);
          throw error;
        }
      },
      close: () => {
        closeSync(handle);
        rmSync(lock, { force: true });
      },
    };
  } catch (error) {
    rmSync(lock, { force: true });
    throw error;
  }
}

/** One commit as a line. */
function lineOf(changes: readonly Change[]): Buffer {
  try {
    return Buffer.from(`${JSON.stringify(changes)}\n`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new StateProblem('the inventory is too large to be kept; without --state it is read as it is asked for');
  }
}

function takeLock(lock: string, pid: number, isAlive: (pid: number) => boolean): void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(lock, `${pid}\n`, { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = Number.parseInt(readFileSync(lock, 'utf8'), 10);
    if (Number.isInteger(owner) && isAlive(owner)) {
      throw new StateProblem(
        `a lab runs on this state already: process ${owner}, says ${lock}`,
        'give this lab a folder of its own; if that process is no lab, remove the lock',
      );
    }
    rmSync(lock, { force: true });
  }
  throw new StateProblem(`${lock} comes back as soon as it is taken away`);
}

/** Every commit that is there as a whole; undefined when nothing was ever kept. */
function readJournal(file: string): readonly Change[] | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const lines = text.split('\n').slice(0, -1);
  if (lines.length === 0) return undefined;
  return lines.flatMap((line, index): readonly Change[] => {
    const changes = parse(line);
    if (changes === undefined)
      throw new StateProblem(
        `line ${index + 1} of ${file} is no commit of a lab: the file was changed by something else`,
        index === 0
          ? 'move the file away to start anew'
          : `what stands before line ${index + 1} is whole: take the rest away to go on from there`,
      );
    return changes;
  });
}

function parse(line: string): readonly Change[] | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const whole =
      Array.isArray(value) &&
      value.every(
        (change: Partial<Change> | null) =>
          typeof change?.scope === 'string' && typeof change.kind === 'string' && typeof change.name === 'string',
      );
    return whole ? (value as readonly Change[]) : undefined;
  } catch {
    return undefined;
  }
}

/** One line that makes the same state: written beside, put through, then renamed. */
function rewrite(file: string, changes: readonly Change[]): void {
  const beside = `${file}.new`;
  const handle = openSync(beside, 'w', 0o600);
  try {
    writeFileSync(handle, `${JSON.stringify(makeStore(changes).all())}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(beside, file);
}
