import { readFileSync } from 'node:fs';
import { type Evidence, readEvidence } from '../inventory/index.ts';
import type { Io } from './context.ts';
import { labelled } from './error.ts';
import { usage } from './exit.ts';
import { absolute, cannotRead } from './files.ts';

/** Evidence with the name of its file, as the user wrote it. */
export interface NamedEvidence extends Evidence {
  readonly name: string;
}

/**
 * Reads the files of `--evidence` and says on stderr whose they are and how old. Throws a CliError for a file that is none, or
 * two of one account.
 */
export function openEvidence(
  names: readonly string[],
  io: Pick<Io, 'cwd' | 'home' | 'now' | 'stderr'>,
): readonly NamedEvidence[] {
  const all = readEvidenceFiles(names, io);
  for (const evidence of all)
    io.stderr.write(labelled('note', `evidence of account ${evidence.account}: ${whenAndWho(evidence, io.now())}`));
  return all;
}

/** The same for commands that say on their own page whose it is and how old. */
export function readEvidenceFiles(names: readonly string[], io: Pick<Io, 'cwd' | 'home'>): readonly NamedEvidence[] {
  const all: NamedEvidence[] = [];
  for (const name of names) {
    const evidence = readEvidence(textOf(name, io));
    if ('error' in evidence) throw usage(`${name} is no evidence: ${evidence.error}`, 'causeway evidence makes it');
    const other = all.find(({ account }) => account === evidence.account);
    if (other !== undefined) {
      const both = [other, { ...evidence, name }].map((one) => `${one.name} (${one.collectedAt ?? 'without a date'})`);
      throw usage(`there are two files of evidence about account ${evidence.account}: ${both.join(' and ')}; leave one out`);
    }
    all.push({ ...evidence, name });
  }
  return all;
}

/** When evidence was collected, how long ago, and by whom. */
export function whenAndWho({ collectedAt, as }: Pick<Evidence, 'collectedAt' | 'as'>, now: Date): string {
  const by = as === undefined ? 'it does not say by whom' : `by ${as}`;
  const when =
    collectedAt === undefined ? 'it does not say when' : `${collectedAt} (${age(now.getTime() - Date.parse(collectedAt))})`;
  return `collected ${when}, ${by}`;
}

/** How long ago, in the largest unit of which there are two. */
export function age(milliseconds: number): string {
  if (milliseconds < 0) return 'a time that is yet to come';
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 120) return `${minutes} minutes old`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours old` : `${Math.floor(hours / 24)} days old`;
}

function textOf(name: string, io: Pick<Io, 'cwd' | 'home'>): string {
  try {
    return readFileSync(absolute(name, io), 'utf8');
  } catch (error) {
    throw cannotRead(name, error);
  }
}
