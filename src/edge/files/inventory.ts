import { closeSync, openSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type Inventory, makeInventory, type Source } from '../../inventory/index.ts';
import { readText } from './read-text.ts';
import { splitJson } from './split.ts';
import { makeTrustCache } from './trust-cache.ts';
import { type FoundFile, walkFolder } from './walk.ts';

/** JSON files above this size are read in pieces: far below V8's longest string, far above what one account has. */
const STREAMED = 64 * 1024 * 1024;

/** How an inventory folder is opened. */
export interface OpenOptions {
  /** Folder in which role trusts are remembered between runs; false: nowhere; absent: the user's cache folder. */
  readonly cache?: string | false;
  /** Bytes above which a JSON file is read in pieces. */
  readonly streamedAbove?: number;
  /** Files that are not in the folder and count as if they were: evidence that somebody sent. */
  readonly beside?: readonly { readonly path: string; readonly text: string }[];
}

/** An inventory with the way back to the texts that it was made from. */
export interface OpenedInventory {
  readonly inventory: Inventory;
  /** The text of a file of the folder, for printing positions; undefined when it cannot be read. */
  readonly readText: (file: string) => string | undefined;
  /** The files that it was made from. */
  readonly sources: readonly Source[];
}

/**
 * Opens an inventory folder. The folder is walked at once; files are read when something in them is asked for.
 * Throws only when the folder itself does not exist or is none (Node's ENOENT, ENOTDIR, EACCES).
 */
export function openInventory(folder: string, options: OpenOptions = {}): OpenedInventory {
  const { files, problems } = walkFolder(resolve(folder));
  const { cache = defaultCacheFolder(), streamedAbove = STREAMED, beside = [] } = options;
  const index = cache === false ? {} : { trustIndex: makeTrustCache(cache, files) };
  const sources = [
    ...files.map((file) => sourceOf(file, streamedAbove)),
    ...beside.map(({ path, text }): Source => ({ path, size: Buffer.byteLength(text), text: () => text })),
  ];
  return {
    inventory: makeInventory(sources, { problems, ...index }),
    sources,
    readText: (file) => {
      const own = beside.find(({ path }) => path === file);
      if (own !== undefined) return own.text;
      const text = readText(join(folder, file));
      return typeof text === 'string' ? text : undefined;
    },
  };
}

/**
 * `$XDG_CACHE_HOME/causeway/trusts`, else under `~/.cache` (XDG Base Directory Specification: relative values are ignored).
 * A folder of its own: the one above also holds Node's compiled code and is then open to readers.
 */
function defaultCacheFolder(): string | false {
  const base = process.env.XDG_CACHE_HOME;
  if (base !== undefined && isAbsolute(base)) return join(base, 'causeway', 'trusts');
  try {
    // With an empty HOME it would be whatever folder the command was called in.
    const home = homedir();
    return isAbsolute(home) && join(home, '.cache', 'causeway', 'trusts');
  } catch {
    return false;
  }
}

function sourceOf(file: FoundFile, streamedAbove: number): Source {
  const source = { path: file.path, size: file.stats.size, text: () => readText(file.absolute) };
  const streamed = file.stats.size > streamedAbove && file.path.endsWith('.json');
  return streamed ? { ...source, elements: () => splitJson(readChunks(file.absolute)) } : source;
}

function* readChunks(file: string): Generator<Uint8Array> {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(1 << 20);
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) yield buffer.subarray(0, read);
  } finally {
    closeSync(handle);
  }
}
