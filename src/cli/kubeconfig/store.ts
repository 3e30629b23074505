import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { type Change, disk, isLocked, type Replaced, replaceFile, replaceProblem } from '../../edge/files/index.ts';
import type { Io } from '../context.ts';
import { failed } from '../exit.ts';
import { absolute } from '../files.ts';

/** Changes a kubeconfig on the disk as `replaceFile` does. Throws a CliError. */
export async function store(file: string, io: Pick<Io, 'cwd' | 'home'>, change: Change): Promise<Replaced> {
  try {
    return await replaceFile(absolute(file, io), change, {
      disk,
      now: Date.now,
      wait: (milliseconds) => setTimeout(milliseconds),
      host: hostname(),
      pid: process.pid,
      isAlive,
      uid: process.getuid?.() ?? 0,
    });
  } catch (error) {
    if (isLocked(error))
      throw failed(`${file} was not changed: ${error.message}`, `if nothing else writes it, remove ${error.path} and try again`);
    const problem = replaceProblem(file, error);
    throw problem === undefined ? error : failed(problem);
  }
}

/** A signal that does nothing is refused to a process of another user, which then lives. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
