import { canonicalArn, parseArn, stripPath } from '../arn/index.ts';
import type { AwsAuth, AwsAuthProblem, AwsAuthRow } from './aws-auth.ts';
import type { Caller } from './caller.ts';
import type { FoundEntries } from './entries.ts';
import { fold, sameText } from './fold.ts';
import type { RowAnswer } from './row.ts';
import { couldMatch } from './scope.ts';
import type { AccessEntry, AuthenticationMode, MappingNote } from './types.ts';

/** The row or entry that decided, for the notes about those that did not. */
export interface Deciding {
  readonly entry?: AccessEntry;
  readonly rows?: RowAnswer;
  readonly creator?: true;
}

/** Notes about entries that name the caller and did not decide. */
export function entryNotes(
  found: FoundEntries,
  mode: AuthenticationMode,
  deciding: AccessEntry | undefined,
): readonly MappingNote[] {
  const notes: MappingNote[] = [];
  if (mode === 'CONFIG_MAP' && found.entry !== undefined) {
    const text = `the access entry of ${found.entry.principalArn} is not read: the authentication mode is CONFIG_MAP`;
    notes.push(note('ignored-by-mode', text, found.entry));
  }
  for (const { entry, match } of found.near) {
    if (entry === deciding) continue;
    if (match.state === 'recreated') {
      const text = `the access entry of ${entry.principalArn} ${match.reason}: the principal was deleted and made again, and the entry must be made again as well`;
      notes.push(note('recreated', text, entry));
    } else {
      notes.push(note('other', `the access entry of ${entry.principalArn} names another path than the caller's role has`, entry));
    }
  }
  return notes;
}

/** Notes about rows and problems of aws-auth that bear on the caller. */
export function rowNotes(auth: AwsAuth, caller: Caller, mode: AuthenticationMode, deciding: Deciding): readonly MappingNote[] {
  const { rows } = deciding;
  const decided = rows !== undefined && 'row' in rows ? rows.row : undefined;
  const notes: MappingNote[] = [];
  for (const row of [...auth.roles, ...auth.users]) {
    if (row === decided) continue;
    const found = sameText(row.arn, caller.canonical) ? lost(row, mode, deciding, decided) : nearMiss(row, caller);
    if (found === undefined) continue;
    notes.push({ ...note(found.code, `row ${row.index + 1} of ${row.section} ${found.text}`, row), rowArn: row.arn });
  }
  for (const problem of auth.problems) {
    if (bearsOn(problem, caller, decided))
      notes.push(note(problem.code === 'data-key' ? 'other' : 'broken-row', problem.text, problem));
  }
  return notes;
}

type Found = Pick<MappingNote, 'code' | 'text'> | undefined;

/** A row that names the caller rightly and still does not decide. */
function lost(row: AwsAuthRow, mode: AuthenticationMode, deciding: Deciding, decided: AwsAuthRow | undefined): Found {
  if (mode === 'API') return { code: 'ignored-by-mode', text: 'names the caller, but aws-auth is not read in mode API' };
  if (deciding.entry !== undefined)
    return { code: 'overridden', text: 'names the caller, but the access entry replaces it as a whole' };
  if (deciding.creator)
    return { code: 'overridden', text: 'names the caller, but the creator of the cluster is system:masters whatever it says' };
  if (decided === undefined) return undefined;
  if (decided.section !== row.section) return { code: 'duplicate', text: 'names the caller too, but mapRoles is read first' };
  return { code: 'duplicate', text: `names the caller too, but the last row of an ARN wins, which is row ${decided.index + 1}` };
}

/** A row that somebody may have meant for the caller. */
function nearMiss(row: AwsAuthRow, caller: Caller): Found {
  if (row.sso !== undefined) return ssoMiss(row.sso, caller);
  if (!fold(row.arn).includes(fold(caller.name)) && !/\*|:root\s*$/.test(row.arn)) return undefined;
  const trimmed = row.arn.trim();
  if (trimmed !== row.arn && sameText(trimmed, caller.canonical)) {
    return { code: 'other', text: 'has white space around its ARN, which is compared as it stands' };
  }
  if (sameText(stripPath(trimmed), caller.canonical)) {
    return {
      code: 'arn-with-path',
      text: `names ${trimmed}, but STS never reports the path of a role: write ${caller.canonical}`,
    };
  }
  if (sameText(sessionRole(trimmed), caller.canonical)) {
    return { code: 'sts-arn', text: `names ${trimmed}, a session and not the role: write ${caller.canonical}` };
  }
  const arn = parseArn(trimmed);
  if (arn === undefined) return undefined;
  if (trimmed.includes('*') && couldMatch(fold(trimmed).split('*'), fold(caller.canonical))) {
    return { code: 'other', text: `names ${trimmed}, but aws-auth knows no wildcards` };
  }
  if (arn.resource === 'root' && arn.account === caller.principalAccount) {
    return { code: 'other', text: `names ${trimmed}, which is the root user alone and not everybody in the account` };
  }
  const mine = parseArn(caller.canonical);
  if (mine === undefined || !sameText(arn.resource, mine.resource)) return undefined;
  if (arn.account !== mine.account)
    return { code: 'other', text: `names ${trimmed}, of account ${arn.account} and not ${mine.account}` };
  if (arn.partition !== mine.partition)
    return { code: 'other', text: `names ${trimmed}, of partition ${arn.partition} and not ${mine.partition}` };
  return undefined;
}

/** The role of a session's ARN, also of one that lacks its session. */
function sessionRole(text: string): string {
  const found = canonicalArn(text);
  if (!('error' in found)) return found.arn;
  return text.replace(/^(arn:[^:]+):sts::([^:]*):assumed-role\/([^/]+)$/i, '$1:iam::$2:role/$3');
}

function ssoMiss(sso: NonNullable<AwsAuthRow['sso']>, caller: Caller): Found {
  const name = `awsreservedsso_${sso.permissionSetName.toLowerCase()}_`;
  if (sso.accountId !== caller.principalAccount || !caller.name.toLowerCase().startsWith(name)) return undefined;
  return { code: 'other', text: `is an sso row, which EKS does not read: write rolearn: ${caller.canonical}` };
}

/** Whether a problem can be why the caller is not mapped as its author wished. */
function bearsOn(problem: AwsAuthProblem, caller: Caller, decided: AwsAuthRow | undefined): boolean {
  if (problem.index === undefined) return true;
  if (decided !== undefined) return decided.section === problem.section && decided.index === problem.index;
  return problem.dropped !== undefined && sameText(problem.dropped.arn, caller.canonical);
}

function note(code: MappingNote['code'], text: string, from: { readonly origin?: MappingNote['origin'] }): MappingNote {
  return from.origin === undefined ? { code, text } : { code, text, origin: from.origin };
}
