import { didYouMean } from '../../base/index.ts';
import type { GrantsFile } from '../../grants/index.ts';
import { readEntrances } from '../collect/request.ts';
import { usage } from '../exit.ts';

/**
 * Accounts that whoever runs this can get into, by `--credentials` (as with `--live`, an alias or an id) and the roles of the file; undefined where
 * neither says anything about that. Throws a CliError.
 *
 * @example accountsOfMine(file, ['platform=profile:admin']) // Set { '111111111111' }
 */
export function accountsOfMine(file: GrantsFile, written: readonly string[]): ReadonlySet<string> | undefined {
  const mine = new Set<string>();
  for (const alias of readEntrances(written).keys()) {
    const account = file.accounts.find((each) => each.alias === alias || each.id === alias);
    if (account === undefined) {
      throw usage(
        `--credentials ${alias}=…: the file has no account "${alias}"`,
        ...didYouMean(
          alias,
          file.accounts.map((each) => each.alias),
        ),
      );
    }
    if (mine.has(account.id)) throw usage(`--credentials names account "${alias}" twice`);
    mine.add(account.id);
  }
  for (const { id, role } of file.accounts) if (role !== undefined) mine.add(id);
  return mine.size === 0 ? undefined : mine;
}
