import type { CollectedFile, Collection } from '../../edge/collect/index.ts';
import type { GrantsFile } from '../../grants/index.ts';
import type { Inventory } from '../../inventory/index.ts';
import { collectLive, type Enter, entering, inventoryOf, type LiveRequest } from '../collect/live.ts';
import { makeProgress } from '../collect/progress.ts';
import { fileRequest } from '../collect/request.ts';
import type { Io } from '../context.ts';
import type { NamedEvidence } from '../evidence.ts';
import { freshEvidenceFor } from './evidence.ts';
import { type ShutAccount, shutAmong, shutNotes } from './shut.ts';

/** Flags that say how accounts are entered, and what is read in place of them. */
export interface LiveFileFlags {
  readonly credentials?: readonly string[];
  readonly evidence?: readonly string[];
  readonly region?: string;
}

/** What exists, read just now, as far as a grants file needs it. */
export interface LiveReading {
  readonly inventory: Inventory;
  readonly collection: Collection;
  /** Everything that the inventory is made of: what was read, and the evidence. */
  readonly files: readonly CollectedFile[];
  /** Accounts that were entered. */
  readonly mine: ReadonlySet<string>;
  /** Accounts that were not entered, without those that evidence stands for. */
  readonly shut: readonly ShutAccount[];
  /** Whom STS takes us for where the clusters are; the plan must not lock them out. */
  readonly caller?: string;
}

/** The reading of a file's accounts and clusters, and the way into them. */
export interface LiveFile {
  /** What the file speaks of, with the accounts that evidence was given of. */
  readonly request: LiveRequest;
  /** No account that evidence was given of is ever entered. */
  readonly enter: Enter;
  readonly evidence: readonly NamedEvidence[];
  /** Reads everything anew; the first time stderr is told which accounts were not entered. */
  readonly read: () => Promise<LiveReading>;
}

/**
 * Prepares reading what a grants file needs: its accounts and clusters, those of its callers, and no more. Accounts that evidence
 * was given of are read from it, also where the file has a role to enter them. Throws a CliError.
 */
export function liveFile(file: GrantsFile, flags: LiveFileFlags, io: Io): LiveFile {
  const evidence = freshEvidenceFor(file, flags, io);
  const request = fileRequest(file, flags);
  const given = new Set(evidence.map(({ account }) => account));
  const enterAny = entering(request, io);
  const enter: Enter = async (account) =>
    given.has(account.id) ? { none: 'evidence stands for the account' } : enterAny(account);
  const asked = without(given, request);
  let isTold = false;
  return {
    ...{ request, enter, evidence },
    read: async () => {
      const { end, ...listener } = makeProgress(asked.accounts.length + asked.clusters.length, io);
      const collection = await collectLive(asked, io, listener, enter).finally(end);
      const shut = await shutAmong(asked.accounts, enter);
      if (!isTold) io.stderr.write(shutNotes(shut));
      isTold = true;
      const mine = new Set(collection.as.map((arn) => arn.split(':')[4] ?? ''));
      const owner = file.clusters[0]?.account;
      const caller = collection.as.find((arn) => arn.split(':')[4] === owner);
      const files = [...collection.files, ...evidence.flatMap((each) => each.files)];
      const inventory = inventoryOf({ files });
      return { inventory, collection, files, mine, shut, ...(caller === undefined ? {} : { caller }) };
    },
  };
}

/** A request without these accounts and what is theirs: `collect` reads the owner of every cluster that it is asked for. */
function without(given: ReadonlySet<string>, request: LiveRequest): LiveRequest {
  const names = new Set(request.accounts.flatMap(({ id, alias = id }) => (given.has(id) ? [id, alias] : [])));
  const ofOthers = (arn: string): boolean => !given.has(arn.split(':')[4] ?? '');
  return {
    ...request,
    accounts: request.accounts.filter(({ id }) => !given.has(id)),
    clusters: request.clusters.filter(ofOthers),
    principals: request.principals.filter(ofOthers),
    entrances: new Map([...request.entrances].filter(([name]) => !names.has(name))),
  };
}
