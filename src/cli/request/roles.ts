import { didYouMean } from '../../base/index.ts';
import type { Inventory } from '../../inventory/index.ts';
import { readIdentity } from '../../rules/arn/index.ts';
import { usage } from '../exit.ts';

/** Where a role name without an account belongs. */
export interface Home {
  readonly account: string;
}

type Accounts = Inventory['accounts'];

/**
 * The roles of `--via` in order: role ARNs, ACCOUNT/NAME, or NAME in the cluster's account; a value may hold several,
 * joined by commas. A name gets the IAM path that the inventory knows for it. Throws a CliError.
 */
export function readVia(values: readonly string[], home: Home, accounts: Accounts): readonly string[] {
  return values.flatMap((value) => splitRoles(value, home, accounts)).map((text) => readRole(text, home, accounts));
}

const SAY_WHICH = ['for several roles repeat --via', 'a comma in the name of a role is written \\,'];

/**
 * IAM allows commas in role names, so a comma divides where a role certainly follows: an ARN, ACCOUNT/NAME, or the name of a role
 * that exists. Where the inventory knows the two parts as one role, they are one. What could be either is refused: the other
 * reading would be an answer to another question.
 */
function splitRoles(value: string, home: Home, accounts: Accounts): readonly string[] {
  const parts = value.split(/(?<!\\),/).map((part) => part.trim().replaceAll('\\,', ','));
  if (parts.includes('')) throw usage(`--via "${value}" names no role before or after a comma`, ...SAY_WHICH);
  const roles: string[] = [];
  for (const part of parts) {
    const before = roles.at(-1);
    const joined = before === undefined ? part : `${before},${part}`;
    if (before === undefined || (startsRole(part, home, accounts) && !exists(joined, home, accounts))) roles.push(part);
    else if (!startsRole(part, home, accounts) && exists(joined, home, accounts)) roles.splice(-1, 1, joined);
    else throw eitherWay(value, part, home, accounts);
  }
  return roles;
}

function eitherWay(value: string, part: string, home: Home, accounts: Accounts): Error {
  const iam = accounts.get(home.account)?.iam();
  const names = iam?.state === 'collected' ? iam.value.roles.map(({ name }) => name) : [];
  const why = exists(part, home, accounts) ? '' : `: account ${home.account} has no role ${part}`;
  return usage(`--via ${value} could be one role or several${why}`, ...(why === '' ? [] : didYouMean(part, names)), ...SAY_WHICH);
}

function startsRole(text: string, home: Home, accounts: Accounts): boolean {
  return /^arn:|^\d{12}\//i.test(text) || exists(text, home, accounts);
}

/** Whether the inventory holds the role. */
function exists(text: string, home: Home, accounts: Accounts): boolean {
  const identity = readIdentity(text);
  if (!('error' in identity))
    return identity.kind === 'role' && roleNamed(identity.name, identity.account, accounts)?.arn === text;
  const named = readName(text, home);
  return named !== undefined && roleNamed(named.name, named.account, accounts) !== undefined;
}

/** A role by name, or by its path and name; IAM names are unique in an account whatever the path. */
function roleNamed(text: string, account: string, accounts: Accounts): { readonly arn: string } | undefined {
  const iam = accounts.get(account)?.iam();
  const role = iam?.state === 'collected' ? iam.value.role(text.slice(text.lastIndexOf('/') + 1)) : undefined;
  return text.includes('/') && role?.arn.endsWith(`:role/${text}`) !== true ? undefined : role;
}

/** ACCOUNT/NAME or NAME, either with the role's path before its name. */
function readName(text: string, home: Home): { readonly name: string; readonly account: string } | undefined {
  const [, account = home.account, name = ''] = /^(?:(\d{12})\/)?([\w+=,.@/-]+)$/.exec(text) ?? [];
  return name === '' || name.endsWith('/') ? undefined : { name, account };
}

function readRole(text: string, home: Home, accounts: Accounts): string {
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
  const named = readName(text, home);
  if (named === undefined)
    throw usage(
      `--via ${text} is not a role`,
      'a role ARN, ACCOUNT/NAME or the NAME of a role in the account of the cluster is expected',
    );
  return namedRole(named.name, named.account, accounts, text);
}

/** Only the account knows the IAM path of a role; a guess could name another role, or none. */
function namedRole(name: string, account: string, accounts: Accounts, text: string): string {
  const iam = accounts.get(account)?.iam();
  if (iam?.state !== 'collected') {
    throw usage(
      `--via ${text}: account ${account} was not collected, so the path of its role ${name} is not known`,
      `write the whole ARN: arn:PARTITION:iam::${account}:role/…/${name}`,
    );
  }
  const role = roleNamed(name, account, accounts);
  if (role !== undefined) return role.arn;
  const names = iam.value.roles.map((each) => each.name);
  throw usage(
    `--via ${text}: account ${account} has no role ${name}`,
    ...didYouMean(name.slice(name.lastIndexOf('/') + 1), names),
  );
}
