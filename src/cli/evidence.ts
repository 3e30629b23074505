import { readFileSync } from 'node:fs';
import { type Evidence, readEvidence } from '../inventory/index.ts';
import type { Io } from './context.ts';
import { labelled } from './error.ts';
import { usage } from './exit.ts';
import { absolute, cannotRead } from './files.ts';

/**
 * Reads the files of `--evidence` and says on stderr whose they are and how old. Throws a CliError for a file that is none, or
 * two of one account.
 */
export function openEvidence(names: readonly string[], io: Pick<Io, 'cwd' | 'home' | 'now' | 'stderr'>): readonly Evidence[] {
  const all: Evidence[] = [];
  for (const name of names) {
    const evidence = readEvidence(textOf(name, io));
    if ('error' in evidence) throw usage(`${name} is no evidence: ${evidence.error}`, 'causeway evidence makes it');
    if (all.some(({ account }) => account === evidence.account))
      throw usage(`there are two files of evidence about account ${evidence.account}; leave one out`);
    all.push(evidence);
    io.stderr.write(labelled('note', about(evidence, io.now())));
  }
  return all;
}

function textOf(name: string, io: Pick<Io, 'cwd' | 'home'>): string {
  try {
    return readFileSync(absolute(name, io), 'utf8');
  } catch (error) {
    throw cannotRead(name, error);
  }
}

function about({ account, collectedAt, as }: Evidence, now: Date): string {
  const by = as === undefined ? 'it does not say by whom' : `by ${as}`;
  const when =
    collectedAt === undefined ? 'it does not say when' : `${collectedAt} (${age(now.getTime() - Date.parse(collectedAt))})`;
  return `evidence of account ${account}: collected ${when}, ${by}`;
}

/** How long ago, in the largest unit of which there are two. */
function age(milliseconds: number): string {
  if (milliseconds < 0) return 'a time that is yet to come';
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 120) return `${minutes} minutes old`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours old` : `${Math.floor(hours / 24)} days old`;
}
