import { canonicalArn } from '../arn/index.ts';
import type { AwsAuth, AwsAuthRow } from './aws-auth.ts';
import { readCaller } from './caller.ts';
import { fold } from './fold.ts';
import { renderTemplate } from './template.ts';
import type { StsIdentity } from './types.ts';

/** One list of rows that a self-run authenticator maps callers by (`MountedFile`, `EKSConfigMap`). */
export interface Backend {
  readonly name: string;
  readonly rows: AwsAuth;
  /** Prefixes that a username from this list may not have (`reservedPrefixConfig`). */
  readonly reservedPrefixes: readonly string[];
}

/** What the lists make of a caller. */
export type BackendAnswer =
  | {
      readonly state: 'mapped';
      readonly backend: string;
      readonly by: 'mapRoles' | 'mapUsers' | 'mapAccounts';
      readonly username: string;
      readonly groups: readonly string[];
      readonly row?: AwsAuthRow;
    }
  /** A row is the caller's, and cannot be used; no other row or list is asked. */
  | { readonly state: 'refused'; readonly backend: string; readonly error: string; readonly row: AwsAuthRow }
  /** A row asks for the private DNS name of this instance: ask EC2, and look again. */
  | { readonly state: 'instance'; readonly backend: string; readonly instance: string; readonly row: AwsAuthRow }
  | { readonly state: 'none' };

/** What a self-run authenticator knows beside its lists. */
export interface BackendOptions {
  /** Partition of SSO rows that name none. */
  readonly partition: string;
  /** Instance id → private DNS name, as far as EC2 was asked. */
  readonly ec2PrivateDnsNames?: Readonly<Record<string, string>>;
}

/**
 * Who a caller is by the lists of a self-run authenticator: the first list that knows the caller decides, and nothing is
 * merged (aws-iam-authenticator pkg/server doMapping; facts §1.7).
 *
 * In a list: mapRoles by ARN, then its SSO patterns, then mapUsers, then mapAccounts; of rows with the same ARN the last
 * one wins as a whole. The original leaves the order of SSO patterns and of spellings of one user to chance. ARNs are
 * compared in their canonical form without regard to case, so the ARN of a session stands for its role in every list.
 *
 * @example mapByBackends([{ name: 'MountedFile', rows, reservedPrefixes: [] }], identity, { partition: 'aws' })
 */
export function mapByBackends(backends: readonly Backend[], identity: StsIdentity, options: BackendOptions): BackendAnswer {
  const caller = readCaller(identity);
  if ('error' in caller) return { state: 'none' };
  for (const { name, rows, reservedPrefixes } of backends) {
    const row = findRow(rows, caller.canonical, options.partition);
    if (row === undefined) {
      if (!rows.accounts.includes(caller.account)) continue;
      return { state: 'mapped', backend: name, by: 'mapAccounts', username: caller.canonical, groups: [] };
    }
    const texts: string[] = [];
    for (const [index, template] of [row.username, ...row.groups].entries()) {
      const rendered = renderTemplate(template, caller, options.ec2PrivateDnsNames);
      if (rendered.state === 'unknown') return { state: 'instance', backend: name, instance: caller.session ?? '', row };
      if (rendered.state === 'refused') {
        const what = index === 0 ? 'username' : 'group';
        const error = `mapper ${name} renderTemplates error: error rendering ${what} template "${template}": ${rendered.error}`;
        return { state: 'refused', backend: name, error, row };
      }
      texts.push(rendered.text);
    }
    const [username = '', ...groups] = texts;
    if (reservedPrefixes.some((prefix) => username.startsWith(prefix))) {
      const list = `[${reservedPrefixes.join(' ')}]`;
      // "with with" stands in the original.
      const error = `invalid username '${username}' for mapper ${name}: username must not begin with with the following prefixes: ${list}`;
      return { state: 'refused', backend: name, error, row };
    }
    return { state: 'mapped', backend: name, by: row.section, username, groups, row };
  }
  return { state: 'none' };
}

/** The ARN that a row is found by: canonical where it is a caller's, in one case. */
function rowKey(arn: string): string {
  const folded = fold(arn);
  const canonical = canonicalArn(folded);
  return 'error' in canonical ? folded : canonical.arn;
}

interface Index {
  readonly roles: ReadonlyMap<string, AwsAuthRow>;
  readonly sso: readonly AwsAuthRow[];
  readonly users: ReadonlyMap<string, AwsAuthRow>;
}

const INDEXES = new WeakMap<AwsAuth, Index>();

function indexOf(rows: AwsAuth): Index {
  const known = INDEXES.get(rows);
  if (known !== undefined) return known;
  const byArn = (list: readonly AwsAuthRow[]): ReadonlyMap<string, AwsAuthRow> =>
    new Map(list.filter((row) => row.sso === undefined).map((row) => [rowKey(row.arn), row]));
  const index = { roles: byArn(rows.roles), sso: rows.roles.filter((row) => row.sso !== undefined), users: byArn(rows.users) };
  INDEXES.set(rows, index);
  return index;
}

function findRow(rows: AwsAuth, canonical: string, partition: string): AwsAuthRow | undefined {
  const index = indexOf(rows);
  const key = fold(canonical);
  const isSso = (row: AwsAuthRow): boolean => {
    const start = ssoStart(row, partition);
    return start !== undefined && key.startsWith(start) && /^[^/]+$/.test(key.slice(start.length));
  };
  return index.roles.get(key) ?? index.sso.findLast(isSso) ?? index.users.get(key);
}

/** `arn:P:iam::ACCOUNT:role/AWSReservedSSO_NAME_`, after which IAM Identity Center writes a hash (pkg/config SSOArnLike). */
function ssoStart({ sso }: AwsAuthRow, partition: string): string | undefined {
  if (sso === undefined) return undefined;
  return fold(`arn:${sso.partition ?? partition}:iam::${sso.accountId}:role/AWSReservedSSO_${sso.permissionSetName}_`);
}
