import type { Collection } from '../../edge/collect/index.ts';
import type { GrantsFile } from '../../grants/index.ts';
import type { Inventory } from '../../inventory/index.ts';
import { collectLive, type Enter, entering, inventoryOf, type LiveRequest } from '../collect/live.ts';
import { makeProgress } from '../collect/progress.ts';
import { fileRequest } from '../collect/request.ts';
import type { Io } from '../context.ts';

/** Flags that say how accounts are entered. */
export interface LiveFileFlags {
  readonly credentials?: readonly string[];
  readonly region?: string;
}

/** What exists, read just now, as far as a grants file needs it. */
export interface LiveReading {
  readonly inventory: Inventory;
  readonly collection: Collection;
  /** Accounts that were entered. */
  readonly mine: ReadonlySet<string>;
  /** Whom STS takes us for where the clusters are; the plan must not lock them out. */
  readonly caller?: string;
}

/** The reading of a file's accounts and clusters, and the way into them. */
export interface LiveFile {
  readonly request: LiveRequest;
  readonly enter: Enter;
  /** Reads everything anew. */
  readonly read: () => Promise<LiveReading>;
}

/** Prepares reading what a grants file needs: its accounts and clusters, those of its callers, and no more. */
export function liveFile(file: GrantsFile, flags: LiveFileFlags, io: Io): LiveFile {
  const request = fileRequest(file, flags);
  const enter = entering(request, io);
  return {
    request,
    enter,
    read: async () => {
      const { end, ...listener } = makeProgress(request.accounts.length + request.clusters.length, io);
      const collection = await collectLive(request, io, listener, enter).finally(end);
      const mine = new Set(collection.as.map((arn) => arn.split(':')[4] ?? ''));
      const owner = file.clusters[0]?.account;
      const caller = collection.as.find((arn) => arn.split(':')[4] === owner);
      return { inventory: inventoryOf(collection), collection, mine, ...(caller === undefined ? {} : { caller }) };
    },
  };
}
