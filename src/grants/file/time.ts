import type { Finding, Path } from './problem.ts';

const HOUR = 3600;

/** Reads `session:`; seconds. A role's sessions may last 1 to 12 hours (IAM API reference, CreateRole MaxSessionDuration). */
export function readSession(written: string | undefined, path: Path, via: string, findings: Finding[]): number {
  if (written === undefined) return HOUR;
  if (via === 'direct')
    findings.push({ path, message: 'session: there is no role whose session could be limited with via: direct' });
  const seconds = Number.parseInt(written, 10) * (written.endsWith('h') ? HOUR : 60);
  if (seconds >= HOUR && seconds <= 12 * HOUR) return seconds;
  findings.push({ path, message: `"${written}": the longest session of a role is 1h to 12h` });
  return HOUR;
}

/** Reads `expires:`; epoch milliseconds. */
export function readExpires(written: string | undefined, path: Path, findings: Finding[]): number | undefined {
  if (written === undefined) return undefined;
  const time = Date.parse(written);
  // Date.parse takes 31 February for 3 March.
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(written.slice(0, 10))) return time;
  findings.push({ path, message: `"${written}" is no day of the calendar` });
  return undefined;
}
