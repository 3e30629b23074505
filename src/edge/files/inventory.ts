import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Inventory, makeInventory, type Source, type TrustIndex, type Unreadable } from '../../inventory/index.ts';
import { decode } from './decode.ts';
import { type FoundFile, readFailure, walkFolder } from './walk.ts';

/** How an inventory folder is opened. */
export interface OpenOptions {
  /** Where role trusts are remembered between runs; false: nowhere. */
  readonly cache?: string | false;
}

/** An inventory with the way back to the texts that it was made from. */
export interface OpenedInventory {
  readonly inventory: Inventory;
  /** The text of a file of the folder, for printing positions; undefined when it cannot be read. */
  readonly readText: (file: string) => string | undefined;
}

/**
 * Opens an inventory folder. The folder is walked at once; files are read when something in them is asked for.
 * Throws only when the folder itself does not exist or is none (Node's ENOENT, ENOTDIR, EACCES).
 */
export function openInventory(folder: string, _options: OpenOptions = {}): OpenedInventory {
  const { files, problems } = walkFolder(folder);
  const index: TrustIndex | undefined = undefined;
  const inventory = makeInventory(files.map(sourceOf), { problems, ...(index === undefined ? {} : { trustIndex: index }) });
  return {
    inventory,
    readText: (file) => {
      const text = readText(join(folder, file));
      return typeof text === 'string' ? text : undefined;
    },
  };
}

function sourceOf(file: FoundFile): Source {
  return { path: file.path, size: file.stats.size, text: () => readText(file.absolute) };
}

/** Reads and decodes a file, or says why not. */
export function readText(file: string): string | Unreadable {
  try {
    return decode(readFileSync(file));
  } catch (error) {
    const { code, message } = readFailure(error);
    return { unreadable: code, message };
  }
}
