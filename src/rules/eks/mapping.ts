import type { Gap } from '../../base/index.ts';
import { type AwsAuth, readAwsAuth } from './aws-auth.ts';
import { type Caller, readCaller } from './caller.ts';
import { matchCreator } from './creator.ts';
import { type FoundEntries, findEntries } from './entries.ts';
import { answerOfEntry } from './entry.ts';
import { NO_POLICIES } from './entry-match.ts';
import { type Deciding, entryNotes, rowNotes } from './notes.ts';
import { answerOfRows, type RowAnswer } from './row.ts';
import type { AwsAuthData, Mapping, MappingNote, MappingSource, StsIdentity } from './types.ts';

const NOBODY = { username: null, groups: [], open: false, by: null, policies: NO_POLICIES, gaps: [] } as const;

/**
 * Who a caller is in a cluster: by access entry, by aws-auth, as the cluster's hidden creator, or nobody; `unknown` when
 * something that nobody collected could change the answer. An entry replaces what aws-auth says of the same principal as
 * a whole (facts §2.5 to §2.7, §3.3; EKS user guide migrating-access-entries). Never throws. `notes: false` leaves the notes
 * out, for a search that asks for many callers.
 *
 * @example mapIdentity({ mode: 'CONFIG_MAP', awsAuth, accessEntries, creator }, { arn: 'arn:aws:sts::…:assumed-role/ci/7', account })
 */
export function mapIdentity(source: MappingSource, identity: StsIdentity, options: { readonly notes?: boolean } = {}): Mapping {
  const caller = readCaller(identity);
  if ('error' in caller) {
    return { ...NOBODY, result: 'unauthorized', reason: `the caller cannot be identified: ${caller.error}`, notes: [] };
  }
  const auth = source.awsAuth.state === 'collected' ? readAuth(source) : undefined;
  const found = findEntries(source.accessEntries, caller);
  const say: Say = (deciding) => {
    if (options.notes === false) return [];
    return [
      ...entryNotes(found, source.mode, deciding.entry),
      ...(auth === undefined ? [] : rowNotes(auth, caller, source.mode, deciding)),
    ];
  };
  switch (source.mode) {
    case 'API':
      return (
        byEntry(source, caller, found, say) ?? byPending(found, { state: 'none' }, caller, say) ?? nobody(source, caller, say)
      );
    case 'API_AND_CONFIG_MAP': {
      const rows = lookUpRows(source, auth, caller);
      return (
        byEntry(source, caller, found, say) ??
        byPending(found, rows, caller, say) ??
        byRows(rows, say) ??
        nobody(source, caller, say)
      );
    }
    case 'CONFIG_MAP':
      return byConfigMap(source, auth, caller, say);
  }
}

type Say = (deciding: Deciding) => readonly MappingNote[];

/** Read once for each ConfigMap, which is plain frozen data. */
const READ = new WeakMap<AwsAuthData, AwsAuth>();

const NO_AWS_AUTH = readAwsAuth({});

function readAuth(source: MappingSource): AwsAuth {
  const value = source.awsAuth.state === 'collected' ? source.awsAuth.value : null;
  return value === null ? NO_AWS_AUTH : awsAuthOf(value);
}

/** aws-auth as the authenticator holds it, read once for each ConfigMap. */
export function awsAuthOf(value: AwsAuthData): AwsAuth {
  const known = READ.get(value) ?? readAwsAuth(value.data, value.origin);
  READ.set(value, known);
  return known;
}

function lookUpRows(source: MappingSource, auth: AwsAuth | undefined, caller: Caller): RowAnswer {
  if (auth !== undefined) return answerOfRows(auth, caller, source.ec2PrivateDnsNames);
  return source.awsAuth.state === 'collected' ? { state: 'none' } : { state: 'unknown', gap: source.awsAuth.gap };
}

function byEntry(source: MappingSource, caller: Caller, found: FoundEntries, say: Say): Mapping | undefined {
  const { entry } = found;
  if (entry === undefined) return undefined;
  const answer = answerOfEntry(entry, caller, source.ec2PrivateDnsNames);
  const base = { ...NOBODY, notes: say({ entry }), ...(entry.origin === undefined ? {} : { origin: entry.origin }) };
  const named = `the access entry of ${entry.principalArn}`;
  switch (answer.state) {
    case 'refused':
      return {
        ...base,
        result: 'unauthorized',
        taken: 'entry',
        reason: `${named} cannot be used by this session: ${answer.error}`,
      };
    case 'unknown':
      return {
        ...base,
        result: 'unknown',
        reason: `${named} is the caller's, but ${answer.gap.what} is not known`,
        gaps: [answer.gap],
      };
    case 'mapped': {
      const { username, open, groups, gaps } = answer;
      const reason = `${named} maps the caller to ${describe(username, groups)}`;
      return { ...base, result: 'mapped', by: 'accessEntry', username, open, groups, gaps, policies: entry.policies, reason };
    }
  }
}

/** Entries that may be the caller's, or that nobody collected: each would replace the row, so the row decides nothing. */
function byPending(found: FoundEntries, rows: RowAnswer, caller: Caller, say: Say): Mapping | undefined {
  if (found.pending.length === 0) return undefined;
  const gaps: readonly Gap[] = rows.state === 'unknown' ? [...found.pending, rows.gap] : found.pending;
  const what = gaps.map((gap) => gap.what).join('; ');
  const row = rows.state === 'mapped' ? `aws-auth has a row for ${caller.canonical}, but an access entry would replace it: ` : '';
  return { ...NOBODY, result: 'unknown', reason: `${row}not known: ${what}`, notes: say({ rows }), gaps };
}

function byRows(rows: RowAnswer, say: Say): Mapping | undefined {
  if (rows.state === 'none') return undefined;
  const row = 'row' in rows ? rows.row : undefined;
  const base = { ...NOBODY, notes: say({ rows }), ...(row?.origin === undefined ? {} : { origin: row.origin }) };
  const named = row === undefined ? 'mapAccounts of aws-auth' : `row ${row.index + 1} of ${row.section} in aws-auth`;
  switch (rows.state) {
    case 'refused':
      return {
        ...base,
        result: 'unauthorized',
        taken: 'row',
        reason: `${named} cannot be used by this session: ${rows.error}`,
      };
    case 'unknown':
      return { ...base, result: 'unknown', reason: `not known: ${rows.gap.what}`, gaps: [rows.gap] };
    case 'mapped': {
      const { by, username, groups, open } = rows;
      return {
        ...base,
        result: 'mapped',
        by,
        username,
        groups,
        open,
        reason: `${named} maps the caller to ${describe(username, groups)}`,
      };
    }
  }
}

/** Mode CONFIG_MAP: the creator is in system:masters whatever aws-auth says, and cannot be taken out (facts §2.7). */
function byConfigMap(source: MappingSource, auth: AwsAuth | undefined, caller: Caller, say: Say): Mapping {
  const creator = matchCreator(source, caller);
  if (creator.state === 'yes') {
    const reason = `${caller.canonical} created the cluster, which makes it a hidden member of system:masters in mode CONFIG_MAP`;
    const notes = say({ creator: true });
    return { ...NOBODY, result: 'mapped', by: 'creator', groups: ['system:masters'], reason, notes };
  }
  const rows = lookUpRows(source, auth, caller);
  const mapping = byRows(rows, say);
  if (creator.state === 'no') return mapping ?? nobody(source, caller, say);
  if (mapping === undefined || mapping.result === 'unauthorized') {
    const reason = `${mapping?.reason ?? `no row of aws-auth names ${caller.canonical}`}; not known: ${creator.gap.what}`;
    return { ...NOBODY, result: 'unknown', reason, notes: mapping?.notes ?? say({}), gaps: [creator.gap] };
  }
  return { ...mapping, gaps: [...mapping.gaps, creator.gap] };
}

function nobody(source: MappingSource, caller: Caller, say: Say): Mapping {
  const where = {
    API: 'no access entry is bound to',
    API_AND_CONFIG_MAP: 'no access entry is bound to, and no row of aws-auth names,',
    CONFIG_MAP: 'no row of aws-auth names',
  }[source.mode];
  return { ...NOBODY, result: 'unauthorized', reason: `${where} ${caller.principalArn ?? caller.canonical}`, notes: say({}) };
}

function describe(username: string | null, groups: readonly string[]): string {
  const name = username === null ? 'a name that AWS does not publish' : username === '' ? 'the empty name' : `"${username}"`;
  return groups.length === 0
    ? `${name} without groups`
    : `${name} with the groups ${groups.map((group) => `"${group}"`).join(', ')}`;
}
