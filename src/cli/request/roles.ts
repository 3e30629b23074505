import type { Inventory } from '../../inventory/index.ts';
import { readIdentity } from '../../rules/arn/index.ts';
import { usage } from '../exit.ts';
import { didYouMean } from '../suggest.ts';

/** Where a role name without an account belongs. */
export interface Home {
  readonly account: string;
}

/**
 * The roles of `--via` in order: role ARNs, ACCOUNT/NAME, or NAME in the cluster's account; a value may hold several,
 * joined by commas. A name gets the IAM path that the inventory knows for it. Throws a CliError.
 */
export function readVia(values: readonly string[], home: Home, accounts: Inventory['accounts']): readonly string[] {
  return values.flatMap(splitRoles).map((text) => readRole(text, home, accounts));
}

/** IAM allows commas in role names, so a comma divides only where what follows begins like a role. */
function splitRoles(value: string): readonly string[] {
  const parts = /^arn:|^\d{12}\//.test(value) ? value.split(/,(?=arn:|\d{12}\/)/) : value.split(',');
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function readRole(text: string, home: Home, accounts: Inventory['accounts']): string {
  if (/^arn:/i.test(text)) {
    const identity = readIdentity(text);
    if ('error' in identity) throw usage(`--via ${text}: ${identity.error}`);
    if (identity.kind === 'assumed-role') {
      throw usage(
        `--via ${text} is a session; the role that is assumed is expected`,
        `its role is arn:${identity.partition}:iam::${identity.account}:role/${identity.name}`,
      );
    }
    if (identity.kind !== 'role') throw usage(`--via ${text} is not a role`);
    return text;
  }
  const [, account = home.account, name = ''] = /^(?:(\d{12})\/)?([\w+=,.@/-]+)$/.exec(text) ?? [];
  if (name === '')
    throw usage(
      `--via ${text} is not a role`,
      'a role ARN, ACCOUNT/NAME or the NAME of a role in the account of the cluster is expected',
    );
  return namedRole(name.slice(name.lastIndexOf('/') + 1), account, accounts, text);
}

/** Only the account knows the IAM path of a role; a guess could name another role, or none. */
function namedRole(name: string, account: string, accounts: Inventory['accounts'], text: string): string {
  const iam = accounts.get(account)?.iam();
  if (iam?.state !== 'collected') {
    throw usage(
      `--via ${text}: account ${account} was not collected, so the path of its role ${name} is not known`,
      `write the whole ARN: arn:PARTITION:iam::${account}:role/…/${name}`,
    );
  }
  const role = iam.value.role(name);
  if (role !== undefined) return role.arn;
  const names = iam.value.roles.map((each) => each.name);
  throw usage(`--via ${text}: account ${account} has no role ${name}`, ...didYouMean(name, names));
}
