import { readFileSync } from 'node:fs';

/** Milliseconds of processor that a process has used; the kernel counts in hundredths of a second. */
export function processorOf(pid: number | string | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
