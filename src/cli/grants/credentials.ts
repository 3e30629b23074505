import { didYouMean } from '../../base/index.ts';
import type { GrantsFile } from '../../grants/index.ts';
import { usage } from '../exit.ts';

/** How to get into an account: the profile of the user's own AWS configuration. */
export type AccountCredentials = ReadonlyMap<string, { readonly profile: string }>;

/**
 * Reads `--credentials NAME=profile:PROFILE`; by account id. Throws a CliError.
 *
 * @example readCredentials(file, ['platform=profile:admin']) // Map { '111111111111' => { profile: 'admin' } }
 */
export function readCredentials(file: GrantsFile, written: readonly string[]): AccountCredentials {
  const credentials = new Map<string, { readonly profile: string }>();
  for (const text of written) {
    const [, alias, profile] = /^([^=]+)=profile:(.+)$/.exec(text) ?? [];
    if (alias === undefined || profile === undefined) {
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
    if (credentials.has(account.id)) throw usage(`--credentials names account "${alias}" twice`);
    credentials.set(account.id, { profile });
  }
  return credentials;
}

/** Accounts that whoever runs this can get into; undefined where neither the flags nor the file say anything about that. */
export function accountsOfMine(file: GrantsFile, written: readonly string[]): ReadonlySet<string> | undefined {
  const given = readCredentials(file, written);
  const mine = new Set([...given.keys(), ...file.accounts.flatMap(({ id, role }) => (role === undefined ? [] : [id]))]);
  return mine.size === 0 ? undefined : mine;
}
