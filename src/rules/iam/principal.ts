import { and, compileGlob, FALSE, type Gap, globOf, not, or, TRUE, type Ways } from '../../base/index.ts';
import { parseArn } from '../arn/index.ts';
import { CALLER_SESSION_NAME, uniqueIdGap } from './condition.ts';
import { conditionFact } from './condition-fact.ts';
import { type Effect, missingEvidence, unjudgedGap } from './evidence.ts';
import type { Query } from './query.ts';
import type { IamFact, PolicyKind, Principal, StatementRef } from './types.ts';

/** How directly a grant names the caller; it decides what else must allow (IAM guide: evaluation-logic). */
export type MatchKind = 'account' | 'role' | 'direct';

/** One way in which a Principal element names the caller. */
export interface PrincipalMatch {
  readonly kind: MatchKind;
  readonly ways: Ways<IamFact>;
}

/** A `Principal` or `NotPrincipal` element, compiled. */
export interface PrincipalElement {
  readonly not: boolean;
  readonly entries: readonly PrincipalEntry[];
}

/** One named principal. */
export type PrincipalEntry =
  | { readonly type: 'everyone'; readonly bare: boolean }
  | { readonly type: 'account'; readonly account: string; readonly partition: string | undefined }
  | { readonly type: 'role' | 'user' | 'federated-user'; readonly arn: string }
  | {
      readonly type: 'session';
      readonly arn: string;
      readonly account: string;
      readonly partition: string;
      readonly role: string;
      readonly session: string;
    }
  | { readonly type: 'uniqueId'; readonly id: string }
  | { readonly type: 'service'; readonly host: string }
  | { readonly type: 'federated'; readonly provider: string }
  | { readonly type: 'canonicalUser' }
  /** Not in a form that IAM accepts, or with a wildcard in a part of it: it names nobody. */
  | { readonly type: 'nobody'; readonly text: string };

const NONE: readonly PrincipalMatch[] = [];
const ACCOUNT: readonly PrincipalMatch[] = [{ kind: 'account', ways: TRUE }];
const ROLE: readonly PrincipalMatch[] = [{ kind: 'role', ways: TRUE }];
const DIRECT: readonly PrincipalMatch[] = [{ kind: 'direct', ways: TRUE }];

/** Reads one principal under its map key (`AWS`, `Service`, `Federated`, `CanonicalUser`); undefined for another key. */
export function readPrincipal(type: string, text: string): PrincipalEntry | undefined {
  if (type === 'Service') return { type: 'service', host: text };
  if (type === 'Federated') return { type: 'federated', provider: text };
  if (type === 'CanonicalUser') return { type: 'canonicalUser' };
  if (type !== 'AWS') return undefined;
  if (text === '*') return { type: 'everyone', bare: false };
  if (/^\d{12}$/.test(text)) return { type: 'account', account: text, partition: undefined };
  if (/^A(ROA|IDA)[A-Z0-9]+$/.test(text)) return { type: 'uniqueId', id: text };
  const arn = parseArn(text);
  // No wildcard in a part of a principal, for sessions neither (IAM guide: reference_policies_elements_principal).
  if (arn === undefined || arn.region !== '' || /[*?]/.test(text)) return { type: 'nobody', text };
  const [kind, ...names] = arn.resource.split('/');
  if (arn.service === 'iam' && arn.resource === 'root')
    return { type: 'account', account: arn.account, partition: arn.partition };
  if (arn.service === 'iam' && (kind === 'role' || kind === 'user') && names.length > 0) return { type: kind, arn: text };
  if (arn.service === 'sts' && kind === 'federated-user' && names.length === 1) return { type: kind, arn: text };
  if (arn.service === 'sts' && kind === 'assumed-role' && names.length === 2) {
    const [role = '', session = ''] = names;
    return { type: 'session', arn: text, account: arn.account, partition: arn.partition, role, session };
  }
  return { type: 'nobody', text };
}

/** The ways in which a `Principal` element names the caller; only the most direct one where it is firm. */
export function principalMatches(
  element: PrincipalElement,
  query: Query,
  effect: Effect,
  ref: StatementRef,
): readonly PrincipalMatch[] {
  let best = NONE;
  let open: PrincipalMatch[] | undefined;
  for (const entry of element.entries) {
    const here = entryMatch(entry, query, effect, ref);
    if (here === DIRECT) return DIRECT;
    if (here === ROLE || (here === ACCOUNT && best === NONE)) best = here;
    else if (here !== NONE && here !== ACCOUNT) open = [...(open ?? []), ...here];
  }
  return open === undefined ? best : [...best, ...open];
}

function entryMatch(entry: PrincipalEntry, query: Query, effect: Effect, ref: StatementRef): readonly PrincipalMatch[] {
  const { principal } = query;
  switch (entry.type) {
    case 'everyone':
      return everyone(entry.bare, query, effect, ref);
    case 'account': {
      const inAccount = isAccountPrincipal(principal) && entry.account === principal.account;
      return inAccount && (entry.partition ?? principal.partition) === principal.partition ? ACCOUNT : NONE;
    }
    case 'role':
      return roleMatch(entry.arn, principal, effect);
    case 'user':
    case 'federated-user':
      return principal.kind === entry.type && principal.arn === entry.arn ? DIRECT : NONE;
    case 'session':
      return sessionMatch(entry, principal, ref);
    case 'uniqueId':
      return uniqueIdMatch(entry.id, principal, effect);
    case 'service':
      return principal.kind === 'service' && principal.arn === entry.host ? DIRECT : NONE;
    case 'federated':
      return federatedMatch(entry.provider, query) ? DIRECT : NONE;
    case 'canonicalUser':
      if (query.service !== 's3') return NONE;
      return [{ kind: 'direct', ways: missingEvidence(unjudgedGap(ref, 'whom the canonical user id names'), effect) }];
    case 'nobody':
      return effect === 'denies' && mayMean(entry.text, principal)
        ? [{ kind: 'direct', ways: missingEvidence(unjudgedGap(ref, `whom ${entry.text} names`), effect) }]
        : NONE;
  }
}

/** IAM saves no principal of such a form, so a Deny that holds one may do anything that it could be meant for. */
function mayMean(text: string, principal: Principal): boolean {
  if (!text.startsWith('arn:') || !/[*?]/.test(text)) return true;
  const covers = compileGlob(globOf(text));
  const root = `arn:${principal.partition}:iam::${principal.account}:root`;
  return [principal.arn, roleArnOf(principal), root].some(covers);
}

/** Whether `{"AWS": "*"}` holds for service principals is not confirmed. */
function everyone(bare: boolean, { principal }: Query, effect: Effect, ref: StatementRef): readonly PrincipalMatch[] {
  // A trust policy must name a web identity or SAML provider under Federated (Access Analyzer: mismatched action for principal).
  if (principal.kind === 'federated' && effect === 'allows') return NONE;
  if (principal.kind !== 'service' || bare) return DIRECT;
  return [{ kind: 'direct', ways: missingEvidence(unjudgedGap(ref, 'whether {"AWS": "*"} names service principals'), effect) }];
}

function isAccountPrincipal({ kind }: Principal): boolean {
  return kind === 'root' || kind === 'user' || kind === 'assumed-role' || kind === 'federated-user';
}

/** The role behind a session; where its path is not known, it has none. */
export function roleArnOf(principal: Principal): string {
  if (principal.roleArn !== undefined) return principal.roleArn;
  const [, kind, name] = /^arn:[^:]+:[^:]+::\d*:(role|assumed-role)\/([^/]+)/.exec(principal.arn) ?? [];
  return kind === 'assumed-role' ? `arn:${principal.partition}:iam::${principal.account}:role/${name}` : principal.arn;
}

/** A session whose role's path is not known may or may not be one of a role of that account and name: STS drops the path. */
function roleMatch(arn: string, principal: Principal, effect: Effect): readonly PrincipalMatch[] {
  if (principal.kind !== 'assumed-role') return NONE;
  const own = roleArnOf(principal);
  const isKnown = principal.roleArn !== undefined || principal.arn === own;
  if (isKnown) return own === arn ? ROLE : NONE;
  if (arn.replace(/:role\/.*\//, ':role/') !== own) return NONE;
  return [{ kind: 'role', ways: missingEvidence(rolePathGap(principal), effect, `is ${arn}`) }];
}

function rolePathGap({ arn, account }: Principal): Gap {
  const name = arn.split('/')[1] ?? '';
  return {
    kind: 'gap',
    id: `role-path:${arn}`,
    state: 'notCollected',
    what: `the role of ${arn} with its path`,
    side: account,
    command: `aws iam get-role --role-name ${name}`,
  };
}

function sessionMatch(
  entry: PrincipalEntry & { readonly type: 'session' },
  principal: Principal,
  ref: StatementRef,
): readonly PrincipalMatch[] {
  if (principal.kind !== 'assumed-role') return NONE;
  if (principal.sessionName !== undefined) return principal.arn === entry.arn ? DIRECT : NONE;
  const role = roleArnOf(principal);
  const name = role.slice(role.lastIndexOf('/') + 1);
  if (entry.account !== principal.account || entry.partition !== principal.partition || entry.role !== name) return NONE;
  const condition = { key: CALLER_SESSION_NAME, operator: 'StringEquals', ifExists: false, values: [entry.session], ref };
  return [{ kind: 'direct', ways: conditionFact(condition, true) }];
}

function uniqueIdMatch(id: string, principal: Principal, effect: Effect): readonly PrincipalMatch[] {
  const role = id.startsWith('AROA');
  if (principal.kind !== (role ? 'assumed-role' : 'user')) return NONE;
  if (principal.uniqueId === id) return role ? ROLE : DIRECT;
  if (principal.uniqueId !== undefined) return NONE;
  const arn = role ? roleArnOf(principal) : principal.arn;
  return [{ kind: role ? 'role' : 'direct', ways: missingEvidence(uniqueIdGap(arn, principal.account), effect, `is ${id}`) }];
}

/**
 * The provider stands in the role's account, and its kind fits the action: OIDC with AssumeRoleWithWebIdentity, SAML with
 * AssumeRoleWithSAML (IAM guide: reference_policies_elements_principal; Access Analyzer: mismatched action for principal).
 */
function federatedMatch(provider: string, { principal, action, resourceAccount }: Query): boolean {
  if (principal.kind !== 'federated' || principal.arn !== provider) return false;
  if (provider.startsWith('arn:') && principal.account !== resourceAccount) return false;
  if (action === 'sts:assumerole') return false;
  const saml = provider.includes(':saml-provider/');
  return action !== (saml ? 'sts:assumerolewithwebidentity' : 'sts:assumerolewithsaml');
}

/**
 * Whether a Deny with `NotPrincipal` covers the caller. Listed means: the user and its account, or role, session and account;
 * where only a part is listed "the account or role may be hit", which nobody can judge. A caller with a permissions boundary is
 * always covered (IAM guide: reference_policies_elements_notprincipal).
 */
export function notPrincipalWays(element: PrincipalElement, query: Query, effect: Effect, ref: StatementRef): Ways<IamFact> {
  const { principal } = query;
  if (query.hasBoundary) return TRUE;
  const doubt = missingEvidence(unjudgedGap(ref, 'whether NotPrincipal spares the caller'), effect);
  if (element.entries.length === 0) return doubt;
  if (element.entries.some(({ type }) => type === 'nobody' || type === 'everyone' || type === 'canonicalUser')) return doubt;
  const matches = element.entries.flatMap((entry) => entryMatch(entry, query, effect, ref));
  const named = (kind: MatchKind) =>
    matches.filter((match) => match.kind === kind).reduce<Ways<IamFact>>((ways, match) => or(ways, match.ways), FALSE);
  const account = named('account');
  const direct = named('direct');
  if (principal.kind === 'root') return not(account);
  if (principal.kind === 'service' || principal.kind === 'federated' || principal.kind === 'anonymous') return not(direct);
  const role = named('role');
  const some = principal.kind === 'assumed-role' ? or(role, direct) : direct;
  const all = and(account, principal.kind === 'assumed-role' ? and(role, direct) : direct);
  return or(not(some), and(not(all), doubt));
}

/** Whether a policy of this kind may hold the element at all. */
export function mayHavePrincipal(kind: PolicyKind): boolean {
  return kind === 'resource' || kind === 'trust' || kind === 'rcp';
}
