/** What one measurement came to. */
export interface Row {
  readonly name: string;
  readonly measured: string;
  readonly target: string;
  /** Absent where there is no target. */
  readonly met?: boolean;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}

/**
 * How often a second of one core `work` runs: the median of the rounds, each at least `seconds` long, after the ones that
 * warm it up. The clock is the processor time of the whole process, garbage collection included, so that other programs
 * on a shared machine do not count.
 */
export function perSecond(rounds: number, work: (count: number) => void, seconds = 0.5): number {
  let count = 1000;
  const time = (): number => {
    const from = process.cpuUsage();
    work(count);
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1e6;
  };
  for (let took = time(); took < seconds; took = time())
    count = Math.ceil(count * Math.min(8, Math.max(1.2, (seconds * 1.1) / took)));
  return median(Array.from({ length: rounds }, () => count / time()));
}

/** 1234567 as `1,234,567`. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
