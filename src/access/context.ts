import type { Gap } from '../base/index.ts';
import type { Inventory } from '../inventory/index.ts';
import { type Context, type ContextValue, OPEN } from '../rules/iam/index.ts';
import type { Session } from '../rules/sts/index.ts';
import { closedValue } from './live-keys.ts';
import { type Found, organizationOf } from './principals.ts';
import type { World } from './world.ts';

/** What the keys about a resource rest on: its account and its tags. A role is one, as it was found. */
export interface KeyedResource {
  readonly identity: { readonly account: string };
  readonly record: { readonly tags: Readonly<Record<string, string>> } | undefined;
  readonly gap?: Found['gap'];
}

/**
 * The condition keys of one request, mostly an AssumeRole*: stated, else derived, else open.
 *
 * Which keys a request carries, and what a session still knows, is facts/iam.md §3.3 (IAM guide, condition-keys and
 * iam-condition-keys).
 *
 * @param hop 1-based number of the hop; keys may be stated for one hop alone
 */
export function requestContext(world: World, session: Session, resource: KeyedResource, hop: number): Context {
  return (key) => {
    const stated = world.given.any ? world.given.at(hop, key) : undefined;
    if (stated === null) return undefined;
    if (stated !== undefined) return stated;
    const derived = derive(world, session, resource, hop, key);
    return world.live === undefined || derived !== OPEN ? derived : closedValue(key, session);
  };
}

function derive(world: World, session: Session, role: KeyedResource, hop: number, key: string): ContextValue {
  const { principal } = session;
  if (world.whoever !== undefined && hop === 1 && (OF_CALLER.test(key) || (world.whoever === 'anybody' && OF_ACCOUNT.test(key))))
    return OPEN;
  const fromOutside = principal.kind === 'federated';
  switch (key) {
    case 'aws:principalarn':
      if (principal.kind !== 'assumed-role') return fromOutside ? undefined : principal.arn;
      return principal.roleArn ?? pathGap(principal.arn, principal.account);
    case 'aws:principalaccount':
      return fromOutside ? undefined : principal.account;
    case 'aws:principaltype':
      return PRINCIPAL_TYPE[principal.kind];
    case 'aws:principalisawsservice':
      // Signed requests alone carry it; web identity calls are not signed (facts/iam.md §3.3, §4.1).
      return fromOutside ? undefined : 'false';
    case 'aws:viaawsservice':
      return 'false';
    case 'aws:username':
      return principal.kind === 'user' ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1) : undefined;
    case 'aws:userid':
      return userId(session);
    case 'aws:principalorgid':
    case 'aws:principalorgpaths':
      return fromOutside ? undefined : organizationKey(world.inventory, principal.account, key.endsWith('id'));
    case 'aws:resourceaccount':
      return role.identity.account;
    case 'aws:resourceorgid':
    case 'aws:resourceorgpaths':
      return organizationKey(world.inventory, role.identity.account, key.endsWith('id'));
    case 'aws:multifactorauthpresent':
    case 'aws:multifactorauthage':
      // Long-term keys carry none, GetSessionToken carries it. AssumeRole loses it: then it is absent or "false", nobody says
      // which, and `withoutMfa` closes every way that wants it to be true (facts/iam.md §3.3).
      if (fromOutside || principal.kind === 'root') return undefined;
      return principal.kind === 'assumed-role' && key.endsWith('age') ? undefined : OPEN;
    case 'aws:federatedprovider':
      return session.origin === 'assumed' || principal.kind === 'user' ? undefined : OPEN;
    case 'aws:sourceidentity':
      if (session.sourceIdentity !== undefined) return session.sourceIdentity ?? undefined;
      return principal.kind === 'user' || fromOutside ? undefined : OPEN;
    case 'sts:sourceidentity':
      return session.sourceIdentity ?? OPEN;
    case 'aws:securetransport':
      return 'true';
    case 'sts:durationseconds':
    case 'aws:sourceaccount':
    case 'aws:sourcearn':
    case 'aws:sourceorgid':
    case 'aws:sourceorgpaths':
    case 'aws:principalservicename':
    case 'aws:principalservicenameslist':
    case 'aws:calledvia':
    case 'aws:calledviafirst':
    case 'aws:calledvialast':
      return undefined;
    case 'aws:tagkeys':
      return passedTagKeys(world, hop);
    case 'sts:rolesessionname':
    case 'sts:externalid':
      return OPEN;
  }
  if (key.startsWith('aws:principaltag/')) return principalTag(world, session, key.slice('aws:principaltag/'.length), hop);
  if (key.startsWith('aws:resourcetag/')) return resourceTag(session, role, key.slice('aws:resourcetag/'.length));
  if (key.startsWith('iam:resourcetag/')) return resourceTag(session, role, key.slice('iam:resourcetag/'.length));
  return isClaim(key) ? claim(session, key) : OPEN;
}

/** Keys that tell who in an account makes a request, and those that tell the account. */
const OF_CALLER =
  /^aws:(principalarn|principaltype|username|userid|multifactorauthpresent|multifactorauthage|federatedprovider|sourceidentity|principaltag\/.*)$|^[^:]*\.[^:]*:|^saml:/;
const OF_ACCOUNT = /^aws:principal(account|orgid|orgpaths)$/;

/** Claims of a token: `saml:sub`, `token.actions.githubusercontent.com:sub`, `oidc.eks.REGION.amazonaws.com/id/X:aud`. */
function isClaim(key: string): boolean {
  return key.startsWith('saml:') || /^[^:]*\.[^:]*:/.test(key);
}

const LASTING =
  /^(cognito-identity\.amazonaws\.com|www\.amazon\.com|graph\.facebook\.com|accounts\.google\.com):(amr|aud|id|sub)$|^saml:(namequalifier|sub|sub_type)$/;

/** Claims come with the call that shows the token; the session made of it keeps few of them (facts/iam.md §3.3). */
function claim({ principal, origin }: Session, key: string): ContextValue {
  if (principal.kind === 'federated') return OPEN;
  return principal.kind === 'assumed-role' && origin !== 'assumed' && LASTING.test(key) ? OPEN : undefined;
}

const PRINCIPAL_TYPE: Readonly<Record<Session['principal']['kind'], string | undefined>> = {
  root: 'Account',
  user: 'User',
  'federated-user': 'FederatedUser',
  'assumed-role': 'AssumedRole',
  anonymous: 'Anonymous',
  service: undefined,
  federated: undefined,
};

/** `AROA…:session`, `AIDA…`, the account id for root; open as long as the session may have any name. */
function userId({ principal }: Session): ContextValue {
  if (principal.kind === 'root') return principal.account;
  if (principal.kind === 'federated-user')
    return `${principal.account}:${principal.arn.slice(principal.arn.lastIndexOf('/') + 1)}`;
  if (principal.kind === 'federated') return undefined;
  if (principal.uniqueId === undefined) return uniqueIdGap(principal.arn, principal.account);
  if (principal.kind !== 'assumed-role') return principal.uniqueId;
  return principal.sessionName === undefined ? OPEN : `${principal.uniqueId}:${principal.sessionName}`;
}

function organizationKey(inventory: Inventory, account: string, id: boolean): ContextValue {
  const found = organizationOf(inventory, account);
  if (found === undefined || (!id && found.member.orgPath === '')) {
    return {
      kind: 'gap',
      id: `${found === undefined ? 'organization' : 'organization-path'}:${account}`,
      state: 'notCollected',
      what:
        found === undefined
          ? `the organization that account ${account} belongs to`
          : `the place of account ${account} in ${found.organization.id}`,
      side: account,
      command: 'organizations/o-….json as docs/inventory.md makes it, in the management account',
    };
  }
  return id ? found.organization.id : [found.member.orgPath];
}

/**
 * A tag that the role itself lacks may still be a session tag, and a session tag wins over the role's (facts/iam.md §3.3). It is
 * settled where the session inherited it, or where it is stated what the call that made the session passed.
 */
function principalTag(world: World, session: Session, tag: string, hop: number): ContextValue {
  const value = session.tags.get(tag);
  if (session.principal.kind !== 'assumed-role') return value ?? (session.principal.kind === 'user' ? undefined : OPEN);
  const passed = hop > 1 && world.given.any ? world.given.at(hop - 1, `aws:requesttag/${tag}`) : undefined;
  if (passed !== undefined || session.transitive.has(tag)) return value;
  if (value === undefined || world.openTags) return OPEN;
  if (world.noticed !== undefined) world.noticed.ownTags = true;
  return value;
}

/** In a trust policy, transitive session tags stand in for the role's own (IAM guide, id_session-tags). */
function resourceTag(session: Session, role: KeyedResource, tag: string): ContextValue {
  if (session.transitive.has(tag)) return session.tags.get(tag);
  if (role.record === undefined) return role.gap ?? undefined;
  for (const [key, value] of Object.entries(role.record.tags)) {
    if (key.toLowerCase() === tag) return value;
  }
  return undefined;
}

function passedTagKeys(world: World, hop: number): ContextValue {
  const tags = world.given.withPrefix(hop, 'aws:requesttag/');
  return tags.length === 0 ? OPEN : tags.map(([key]) => key.slice('aws:requesttag/'.length));
}

function pathGap(arn: string, account: string): Gap {
  return {
    kind: 'gap',
    id: `iam:${account}`,
    state: 'notCollected',
    what: `the role of ${arn} with its path`,
    side: account,
    command: `aws iam get-account-authorization-details > accounts/${account}/iam.json`,
  };
}

function uniqueIdGap(arn: string, account: string): Gap {
  return { ...pathGap(arn, account), what: `the unique id of ${arn}` };
}
