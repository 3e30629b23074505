import type { Gap } from '../../base/index.ts';
import type { AwsAuth, AwsAuthRow } from './aws-auth.ts';
import type { Caller } from './caller.ts';
import { unjudged } from './entry-match.ts';
import { fold } from './fold.ts';
import { renderTemplate } from './template.ts';

/** What aws-auth makes of a caller. */
export type RowAnswer =
  | { readonly state: 'none' }
  | {
      readonly state: 'mapped';
      readonly by: 'mapRoles' | 'mapUsers' | 'mapAccounts';
      readonly username: string;
      readonly groups: readonly string[];
      readonly open: boolean;
      readonly row?: AwsAuthRow;
    }
  | { readonly state: 'refused'; readonly error: string; readonly row: AwsAuthRow }
  | { readonly state: 'unknown'; readonly gap: Gap; readonly row?: AwsAuthRow };

/** Prefixes that no username of an access entry may have; for aws-auth nobody says which of them EKS reserves (facts §2.3, §3.4). */
export const RESERVED_PREFIXES: readonly string[] = ['system:', 'eks:', 'aws:', 'amazon:', 'iam:'];

/** The names of AWS's own node rows, which are known to work whatever is reserved (facts §2.4). */
const NODE_NAMES: readonly string[] = ['system:node:{{EC2PrivateDNSName}}', 'system:node:{{SessionName}}'];

/**
 * Looks a caller up in aws-auth: roles, then users, then accounts, by the whole canonical ARN without regard to case; the
 * last row of an ARN wins as a whole (aws-iam-authenticator pkg/mapper/configmap/mapper.go; facts §2.3).
 */
export function answerOfRows(auth: AwsAuth, caller: Caller, dnsNames: Readonly<Record<string, string>> | undefined): RowAnswer {
  const index = indexOf(auth);
  const key = fold(caller.canonical);
  const role = index.roles.get(key);
  if (role !== undefined) return answerOfRow(role, caller, dnsNames);
  if (auth.unjudged.includes('mapRoles')) return unreadable('mapRoles');
  const users = index.users.get(key) ?? [];
  const [first] = users;
  if (first !== undefined) {
    // Spellings of one ARN are several keys of a Go map, and which one is met first is random (facts §2.3).
    if (users.every((row) => sameAnswer(row, first))) return answerOfRow(first, caller, dnsNames);
    const what = `which of the rows ${users.map((row) => row.index + 1).join(', ')} of mapUsers the cluster takes (spellings of one ARN: it is random)`;
    return { state: 'unknown', gap: unjudged(`aws-auth-users:${fold(caller.canonical)}`, what) };
  }
  if (auth.unjudged.includes('mapUsers')) return unreadable('mapUsers');
  if (auth.accounts.includes(caller.account)) {
    return { state: 'mapped', by: 'mapAccounts', username: caller.canonical, groups: [], open: false };
  }
  return auth.unjudged.includes('mapAccounts') ? unreadable('mapAccounts') : { state: 'none' };
}

/** The rows by folded ARN: the last role row of each, and the last user row of each spelling. */
interface RowIndex {
  readonly roles: ReadonlyMap<string, AwsAuthRow>;
  readonly users: ReadonlyMap<string, readonly AwsAuthRow[]>;
}

const INDEXES = new WeakMap<AwsAuth, RowIndex>();

function indexOf(auth: AwsAuth): RowIndex {
  const known = INDEXES.get(auth);
  if (known !== undefined) return known;
  const roles = new Map(auth.roles.filter((row) => row.sso === undefined).map((row) => [fold(row.arn), row]));
  const users = new Map<string, AwsAuthRow[]>();
  for (const row of new Map(auth.users.map((user) => [user.arn, user])).values()) {
    const key = fold(row.arn);
    users.set(key, [...(users.get(key) ?? []), row]);
  }
  const index = { roles, users };
  INDEXES.set(auth, index);
  return index;
}

function sameAnswer(a: AwsAuthRow, b: AwsAuthRow): boolean {
  return a.username === b.username && [...a.groups].sort().join('\n') === [...b.groups].sort().join('\n');
}

function answerOfRow(row: AwsAuthRow, caller: Caller, dnsNames: Readonly<Record<string, string>> | undefined): RowAnswer {
  let open = false;
  const texts: string[] = [];
  // The name first, then the groups in order; the first error ends it, and no other row or list is asked (server.go doMapping).
  for (const template of [row.username, ...row.groups]) {
    const rendered = renderTemplate(template, caller, dnsNames);
    if (rendered.state === 'refused') return { state: 'refused', error: rendered.error, row };
    if (rendered.state === 'unknown') return { state: 'unknown', gap: rendered.gap, row };
    open ||= rendered.open;
    texts.push(rendered.text);
  }
  const [username = '', ...groups] = texts;
  const reserved = RESERVED_PREFIXES.find((prefix) => username.startsWith(prefix));
  if (reserved !== undefined && !NODE_NAMES.includes(row.username)) {
    const what = `whether EKS takes a username that begins with "${reserved}" from aws-auth (some prefixes are reserved, AWS does not say which)`;
    return { state: 'unknown', gap: unjudged(`aws-auth-username:${reserved}`, what), row };
  }
  return { state: 'mapped', by: row.section, username, groups, open, row };
}

function unreadable(section: string): RowAnswer {
  return { state: 'unknown', gap: unjudged(`aws-auth:${section}`, `what the cluster makes of ${section} in aws-auth`) };
}
