import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openInventory } from '../edge/files/index.ts';
import type { Evidence, Inventory } from '../inventory/index.ts';
import type { Io } from './context.ts';
import { usage } from './exit.ts';
import { absolute, cannotRead } from './files.ts';
import { type Locate, placesIn } from './positions.ts';

/** An inventory that is open, with the way from an origin to a line of its files. */
export interface Opened {
  readonly inventory: Inventory;
  readonly locate: Locate;
  /** The text of a file that an origin names. */
  readonly readText: (file: string) => string | undefined;
  /** The folder as the user wrote it. */
  readonly folder: string;
}

/**
 * Opens the folder of `--inventory`, else of CAUSEWAY_INVENTORY, else `./inventory`, with the evidence that owners of accounts
 * sent. Throws a CliError when there is no such folder, or when it has files of such an account.
 */
export function openFolder(
  flag: string | undefined,
  io: Pick<Io, 'cwd' | 'home' | 'env'>,
  evidence: readonly Evidence[] = [],
): Opened {
  const folder = flag ?? (io.env.CAUSEWAY_INVENTORY || './inventory');
  const path = folderThere(folder, io);
  for (const { account } of evidence) {
    if (holdsFiles(join(path, 'accounts', account)))
      throw usage(
        `${folder} has files of account ${account} of its own, and evidence of it was given: they are of two moments`,
        `take accounts/${account} out of the folder, or leave the evidence out`,
      );
  }
  const { inventory, readText } = openInventory(path, { beside: evidence.flatMap(({ files }) => files) });
  return { inventory, locate: placesIn(readText), readText, folder };
}

/**
 * The path of an inventory's folder. Throws a CliError when there is no such folder.
 *
 * @param named how a command is told of it, for the hint
 */
export function folderThere(
  folder: string,
  io: Pick<Io, 'cwd' | 'home'>,
  named = '--inventory DIR or CAUSEWAY_INVENTORY names it; ',
): string {
  const path = absolute(folder, io);
  try {
    if (!statSync(path).isDirectory()) throw usage(`${folder} is a file; the folder of an inventory is expected`);
  } catch (error) {
    if (!isMissing(error)) throw cannotRead(folder, error);
    throw usage(`there is no inventory folder ${folder}`, `${named}docs/inventory.md has the commands that make one`);
  }
  return path;
}

function holdsFiles(path: string): boolean {
  return existsSync(path) && readdirSync(path, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile());
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
