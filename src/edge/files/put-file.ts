import { closeSync, constants, openSync, statSync, writeFileSync } from 'node:fs';
import { codeOf, type Disk } from './disk.ts';

/** Names of what a process has open: what is behind them may be a file, but it is somebody's who writes into it. */
const OPEN_ALREADY = /^(?:\/dev\/(?:std(?:in|out|err)|fd\/\d+)$|\/proc\/)/;

/**
 * Writes a whole text where a user asked for it. A regular file, and one that is not there yet, is at any moment the old one
 * or the new one, for its owner alone; the one behind a symbolic link changes, and the link stays. A pipe, a device or what
 * the process has open already is written into as it is, and never replaced. Throws what the system says.
 */
export function putFile(path: string, text: string, disk: Disk, pid: number): void {
  if (isWrittenInto(path)) {
    // Neither made nor emptied: a file behind /dev/stdout holds what others wrote before.
    const file = openSync(path, constants.O_WRONLY | constants.O_APPEND);
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
    return;
  }
  const target = disk.resolve(path);
  const fresh = `${target}.causeway-${pid}`;
  try {
    disk.create(fresh, text, 0o600);
    disk.rename(fresh, target);
  } catch (error) {
    disk.remove(fresh);
    throw error;
  }
}

/** Whether something stands at a path that is not to be replaced by a file: a pipe, a device, a socket, a stream of the process. */
export function isWrittenInto(path: string): boolean {
  if (OPEN_ALREADY.test(path)) return true;
  try {
    const facts = statSync(path);
    return !facts.isFile() && !facts.isDirectory();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
