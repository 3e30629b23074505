import type { PlacedFinding, Repair } from '../../kubeconfig/index.ts';
import { drawDiff } from './diff.ts';
import { newPage } from './page.ts';
import type { Style } from './style.ts';

/** What the doctor found and did, for a person. */
export interface DoctorReport {
  readonly files: readonly string[];
  readonly findings: readonly PlacedFinding[];
  /** What is repaired, or would be. */
  readonly repairs: readonly Repair[];
  readonly fixed: boolean;
  readonly backups: readonly string[];
}

/** Findings by file and line, then the repairs as a diff. */
export function printDoctor({ files, findings, repairs, fixed, backups }: DoctorReport, style: Style): string {
  const page = newPage(style, () => undefined);
  if (findings.length === 0) {
    page.prose(`nothing found in ${files.join(', ')}`, { lead: 'OK: ', leadTone: 'yes' });
    return page.text();
  }
  for (const { id, severity, text, advice, file, line, repair } of findings) {
    const isError = severity === 'error';
    page.prose(`${file}${line === undefined ? '' : `:${line}`}`, { tone: 'strong' });
    page.prose(`${text} [${id}]`, { lead: isError ? '  error: ' : '  warning: ', leadTone: isError ? 'no' : 'maybe' });
    const cured = repair !== undefined && repairs.some((each) => each.file === file);
    if (!cured) page.prose(advice, { lead: '  to do: ' });
    else page.prose(fixed ? 'repaired' : '--fix repairs it', { lead: '  ', tone: fixed ? 'good' : 'quiet' });
  }
  for (const { file, before, after } of repairs) {
    page.gap();
    page.prose(`${fixed ? 'What was changed' : 'What --fix would change'} in ${file}:`, { tone: 'strong' });
    drawDiff(page, before, after);
  }
  page.gap();
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const left = findings.filter(
    (each) => !(fixed && each.repair !== undefined && repairs.some(({ file }) => file === each.file)),
  ).length;
  const counts = `${errors} ${errors === 1 ? 'error' : 'errors'}, ${findings.length - errors} ${findings.length - errors === 1 ? 'warning' : 'warnings'}`;
  page.prose(fixed ? `${counts}; ${left} left` : counts);
  for (const backup of backups) page.prose(`the file as it was before: ${backup}`, { tone: 'quiet' });
  return page.text();
}
