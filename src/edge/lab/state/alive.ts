import { readFileSync } from 'node:fs';

/**
 * Whether a process of this machine lives. One that was killed and whose parent has not asked for its exit yet (a zombie)
 * still takes signals, so where there is a /proc its state is looked up (proc(5): the letter behind the name in brackets).
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return true;
  }
}
