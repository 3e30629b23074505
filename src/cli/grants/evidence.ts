import type { GrantsFile } from '../../grants/index.ts';
import { fileRequest, readEntrances } from '../collect/request.ts';
import type { Io } from '../context.ts';
import { age, type NamedEvidence, readEvidenceFiles } from '../evidence.ts';
import { usage } from '../exit.ts';

/** Flags that say what is read in place of an account, and how the others are entered. */
export interface EvidenceFlags {
  readonly evidence?: readonly string[];
  readonly credentials?: readonly string[];
}

const DAY = 24 * 3_600_000;
/** Evidence stands beside what is there now: a plan that is applied must not rest on what may be long gone. */
const MOST_DAYS = 7;
/** Clocks differ; AWS itself takes signatures that are so far off. */
const SKEW = 300_000;

/**
 * Evidence for accounts that a grants file speaks of. Throws a CliError where an account has credentials as well, where the file
 * does not speak of it, and for what is no evidence.
 */
export function evidenceFor(file: GrantsFile, flags: EvidenceFlags, io: Pick<Io, 'cwd' | 'home'>): readonly NamedEvidence[] {
  const all = readEvidenceFiles(flags.evidence ?? [], io);
  const known = fileRequest(file, {}).accounts;
  const entrances = [...readEntrances(flags.credentials ?? []).keys()];
  for (const { name, account } of all) {
    const named = known.find(({ id }) => id === account);
    if (named === undefined)
      throw usage(
        `${name} is evidence of account ${account}, which ${file.name} does not speak of`,
        `its accounts are ${known.map(shown).join(', ')}`,
      );
    const entrance = entrances.find((each) => each === account || each === named.alias);
    if (entrance !== undefined)
      throw usage(
        `account ${shown(named)} has evidence (${name}) and --credentials ${entrance}=…: it is read from the one or the other`,
        'leave the evidence out, and the account is read as it is now',
      );
  }
  return all;
}

/** The same where it stands beside what is read now. Throws a CliError for what is too old for that, too, or has no date. */
export function freshEvidenceFor(
  file: GrantsFile,
  flags: EvidenceFlags,
  io: Pick<Io, 'cwd' | 'home' | 'now'>,
): readonly NamedEvidence[] {
  const all = evidenceFor(file, flags, io);
  for (const { name, account, collectedAt } of all) {
    const again = `ask its owner for a new one: causeway evidence --account ${account}`;
    if (collectedAt === undefined)
      throw usage(`${name} does not say when it was collected, so nobody knows what account ${account} is like now`, again);
    const old = io.now().getTime() - Date.parse(collectedAt);
    if (old < -SKEW) throw usage(`${name} says that it was collected at ${collectedAt}: that is yet to come`, again);
    if (old > MOST_DAYS * DAY)
      throw usage(
        `${name} is too old: collected ${collectedAt}, ${age(old)}; beside what is there now it may be ${MOST_DAYS} days old`,
        again,
      );
  }
  return all;
}

/** Accounts that are ours where some have evidence: those were, or all that the file speaks of, without the ones that have it. */
export function mineWithout(
  file: GrantsFile,
  mine: ReadonlySet<string> | undefined,
  evidence: readonly NamedEvidence[],
): { readonly mine?: ReadonlySet<string> } {
  if (evidence.length === 0) return mine === undefined ? {} : { mine };
  const all = mine ?? fileRequest(file, {}).accounts.map(({ id }) => id);
  return { mine: new Set([...all].filter((id) => !evidence.some(({ account }) => account === id))) };
}

function shown({ id, alias }: { readonly id: string; readonly alias?: string }): string {
  return alias === undefined ? id : `${id} (${alias})`;
}
