import { type Drift, type DriftFinding, findDrift } from '../../grants/index.ts';
import type { Inventory } from '../../inventory/index.ts';
import type { Context } from '../context.ts';
import { guarded } from '../error.ts';
import type { NamedEvidence } from '../evidence.ts';
import { EXIT, type Exit } from '../exit.ts';
import { evidenceFor } from '../grants/evidence.ts';
import { readGrantsFile } from '../grants/file.ts';
import { liveFile } from '../grants/live.ts';
import { drawShut, type ShutAccount } from '../grants/shut.ts';
import { openFolder } from '../inventory.ts';
import type { DriftOutput } from '../output/drift.ts';
import { evidenceData, gapData } from '../output/render.ts';
import { drawEvidence, type EvidenceShown } from '../print/evidence.ts';
import { gapsWithout } from '../print/open.ts';
import { newPage, type Page } from '../print/page.ts';
import { type Style, styleFor } from '../print/style.ts';
import { reportProblems } from '../problems.ts';
import { writeData } from '../write.ts';
import type { DriftFlags } from './drift.ts';

/** Reads what there is and says what is not as it was applied. */
export async function run(this: Context, flags: DriftFlags, source = 'causeway.yaml'): Promise<void> {
  await guarded(this, async () => {
    const { io } = this;
    const file = readGrantsFile(source, io);
    const { inventory, evidence, shut = [] } = await read();
    const drift = findDrift(file, inventory, { now: io.now().getTime() });
    reportProblems(inventory.problems(), io.stderr);
    const exit = exitOf(drift);
    if (flags.output === 'json' || flags.output === 'yaml')
      await writeData(io.stdout, flags.output, dataOf(drift, exit, evidence));
    else io.stdout.write(printDrift(drift, { evidence, file, now: io.now(), shut }, styleFor(io)));
    return exit;

    async function read(): Promise<Read> {
      if (flags.inventory !== undefined) {
        const evidence = evidenceFor(file, flags, io);
        return { inventory: openFolder(flags.inventory, io, evidence).inventory, evidence };
      }
      const live = liveFile(file, flags, io);
      return { ...(await live.read()), evidence: live.evidence };
    }
  });
}

interface Shown extends EvidenceShown {
  readonly shut: readonly ShutAccount[];
}

/** What there is, and where it was read. */
interface Read {
  readonly inventory: Inventory;
  readonly evidence: readonly NamedEvidence[];
  readonly shut?: readonly ShutAccount[];
}

function exitOf({ drifted, gaps, unseen }: Drift): Exit {
  if (drifted.length > 0) return EXIT.no;
  return gaps.length > 0 || unseen.length > 0 ? EXIT.unsettled : EXIT.yes;
}

function dataOf(
  { file, drifted, pending, gaps, unseen }: Drift,
  exitCode: Exit,
  evidence: readonly NamedEvidence[],
): DriftOutput {
  const finding = ({ code, grant, step, text }: DriftFinding) => ({ code, grant, ...(step === undefined ? {} : { step }), text });
  return {
    apiVersion: 'causeway.dev/v1alpha1',
    kind: 'Drift',
    file,
    exitCode,
    drifted: drifted.map(finding),
    pending: pending.map(finding),
    gaps: gaps.map(gapData),
    unseen: unseen.map(({ id, grant, notes }) => ({ id, grant, notes: [...notes] })),
    evidence: evidenceData(evidence),
  };
}

function printDrift({ file, drifted, pending, gaps, unseen }: Drift, { shut, ...shown }: Shown, style: Style): string {
  const page = newPage(style, () => undefined);
  const isOpen = gaps.length > 0 || unseen.length > 0;
  if (drifted.length > 0)
    page.prose(`${file}: ${count(drifted.length)} not as the last apply left it`, { lead: 'DRIFTED: ', leadTone: 'no' });
  else if (isOpen) page.prose(`${file}: nothing drifted in what could be seen`, { lead: 'CANNOT TELL: ', leadTone: 'maybe' });
  else page.prose(`${file}: everything is as the last apply left it`, { lead: 'NO DRIFT: ', leadTone: 'yes' });
  drawShut(page, shut);
  list(page, drifted, undefined);
  list(page, pending, 'No drift, but to do (causeway plan shows it):');
  if (unseen.length > 0) {
    page.gap();
    page.prose('Could not be seen:', { tone: 'strong' });
    for (const { id, grant } of unseen)
      page.prose(`${grant}: ${id}`, { lead: `  ${page.style.mark.unknown} `, leadTone: 'open' });
  }
  gapsWithout(page, gaps);
  drawEvidence(page, shown);
  return page.text();
}

function count(things: number): string {
  return things === 1 ? 'one thing is' : `${things} things are`;
}

function list(page: Page, findings: readonly DriftFinding[], heading: string | undefined): void {
  if (findings.length === 0) return;
  page.gap();
  if (heading !== undefined) page.prose(heading, { tone: 'strong' });
  for (const { code, grant, text } of findings) {
    const isDrift = heading === undefined;
    const lead = isDrift ? `  ${page.style.mark.no} ` : '  - ';
    page.prose(`${grant === '' ? '' : `${grant}: `}${text} (${code})`, { lead, leadTone: isDrift ? 'bad' : 'quiet' });
  }
}
