import { didYouMean } from '../../base/index.ts';
import type { GrantsFile } from '../../grants/index.ts';
import { usage } from '../exit.ts';

/**
 * Accounts that whoever runs this can get into, by `--credentials NAME=profile:PROFILE` and the roles of the file; undefined where
 * neither says anything about that. Throws a CliError.
 *
 * @example accountsOfMine(file, ['platform=profile:admin']) // Set { '111111111111' }
 */
export function accountsOfMine(file: GrantsFile, written: readonly string[]): ReadonlySet<string> | undefined {
  const mine = new Set<string>();
  for (const text of written) {
    const alias = /^([^=]+)=profile:.+$/.exec(text)?.[1];
    if (alias === undefined) {
      throw usage(`--credentials ${text}: NAME=profile:PROFILE is expected, with a name under accounts of the file`);
    }
    const account = file.accounts.find((each) => each.alias === alias || each.id === alias);
    if (account === undefined) {
      throw usage(
        `--credentials ${text}: the file has no account "${alias}"`,
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
