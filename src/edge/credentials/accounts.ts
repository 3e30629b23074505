import { partitionOfRegion } from '../../rules/arn/index.ts';
import type { Credentials } from '../../rules/token/index.ts';
import { isCredentialsError, wrong } from './error.ts';
import { callerIdentity, makeToken, resolveCredentials } from './resolve.ts';
import { profileName, type Reach, regionOf, type SdkService, serviceReach } from './settings.ts';
import { readSharedFiles } from './shared-files.ts';
import type { CredentialsRequest, Resolved, Surroundings } from './types.ts';

/** How somebody gets into one account. */
export type Entrance =
  | { readonly kind: 'profile'; readonly profile: string }
  /** A role that the default credentials assume. */
  | { readonly kind: 'role'; readonly arn: string }
  /** The same, of a name that every account has. */
  | { readonly kind: 'pattern'; readonly role: string };

/** An account that is to be entered. */
export interface AccountWish {
  readonly id: string;
  readonly alias?: string;
  /** Absent: the default credentials, where they are of this account. */
  readonly entrance?: Entrance;
  /** Where STS is asked when neither the environment nor the profile names a region: a cluster's. */
  readonly region?: string;
}

/** Credentials that are of the account that they are wanted for; functions, so that they can be renewed on the way. */
export interface AccountSession {
  readonly account: string;
  /** Whom STS takes us for. */
  readonly caller: string;
  /** As the ARN of the caller has it. */
  readonly partition: string;
  readonly region: string;
  readonly credentials: () => Credentials;
  /** Makes new ones, once, past whatever is kept; false where that was done before or does not help. */
  readonly renew: (stale: Credentials) => Promise<boolean>;
  readonly reach: (service: SdkService, region: string) => Reach;
  /** A token for a cluster of this account. */
  readonly token: (cluster: string, region: string) => Promise<string>;
}

/** An account with its session; or why there is none: nobody said how, or it was refused. */
export type Entered =
  | { readonly session: AccountSession }
  | { readonly none: string }
  | { readonly failure: { readonly code: string; readonly message: string; readonly hints: readonly string[] } };

/**
 * Makes the function that enters accounts: credentials by the entrance that was named, else the default ones where they are
 * of the account. That they are of the account is known from STS before anything is read; credentials of another account
 * than the one that they were named for are an error of whoever named them.
 *
 * The function throws a CredentialsError of kind `usage` for such credentials and for broken files and flags.
 */
export function accountEntrance(
  around: Surroundings,
  asked: { readonly region?: string; readonly advice?: string } = {},
): (wish: AccountWish) => Promise<Entered> {
  let own: Promise<Known> | undefined;
  return async (wish) => {
    const request = requestOf(wish, asked.region, around);
    try {
      if (wish.entrance !== undefined) return { session: await enter(wish, request, around, asked.advice) };
      // Without an entrance it is one question for all accounts.
      own ??= identify(request, around);
      const known = await own;
      if (known.account === wish.id) return { session: sessionOf(known, request, around) };
      return { none: `the default credentials are of account ${known.account}` };
    } catch (error) {
      if (!isCredentialsError(error)) throw error;
      if (error.kind === 'usage' && wish.entrance !== undefined) throw error;
      const { message, hints } = error;
      if (wish.entrance === undefined) return { none: `there are no default credentials (${message})` };
      return { failure: { code: /\((\w+)\)/.exec(message)?.[1] ?? 'CredentialsError', message, hints } };
    }
  };
}

function requestOf(
  { id, entrance, region: fallback }: AccountWish,
  asked: string | undefined,
  around: Surroundings,
): CredentialsRequest {
  const profile = entrance?.kind === 'profile' ? entrance.profile : undefined;
  const files = readSharedFiles(around);
  const known = regionOf(asked, around.env, files.profiles.get(profileName(profile, around.env))) ?? fallback;
  const base = { ...(profile === undefined ? {} : { profile }), ...(known === undefined ? {} : { region: known }) };
  if (entrance?.kind === 'role') return { ...base, roles: [{ arn: entrance.arn }] };
  if (entrance?.kind !== 'pattern') return { ...base, roles: [] };
  const partition = known === undefined ? undefined : partitionOfRegion(known);
  if (partition === undefined)
    throw wrong(
      `which partition account ${id} is in is not known: there is no region`,
      '--region, AWS_REGION or a cluster names one',
    );
  return { ...base, roles: [{ arn: `arn:${partition}:iam::${id}:role/${entrance.role}` }] };
}

interface Known {
  readonly resolved: Resolved;
  readonly account: string;
  readonly caller: string;
}

async function identify(request: CredentialsRequest, around: Surroundings): Promise<Known> {
  const resolved = await resolveCredentials(request, around);
  // STS named the session when it gave it out.
  const caller = resolved.hops.at(-1)?.session ?? (await callerIdentity(resolved, around)).arn;
  return { resolved, account: caller.split(':')[4] ?? '', caller };
}

async function enter(
  wish: AccountWish,
  request: CredentialsRequest,
  around: Surroundings,
  advice = '--credentials ALIAS=profile:NAME or ALIAS=role:ARN names others',
): Promise<AccountSession> {
  const known = await identify(request, around);
  if (known.account !== wish.id) {
    const name = wish.alias === undefined ? wish.id : `${wish.alias} (${wish.id})`;
    throw wrong(
      `the credentials for account ${name} are of account ${known.account}: ${known.caller}`,
      `nothing was read; ${advice}`,
    );
  }
  return sessionOf(known, request, around);
}

function sessionOf(known: Known, request: CredentialsRequest, around: Surroundings): AccountSession {
  let { resolved } = known;
  let renewed: Promise<boolean> | undefined;
  const renew = async (): Promise<boolean> => {
    try {
      const fresh = await identify({ ...request, cache: false }, around);
      if (fresh.account !== known.account || fresh.resolved.credentials.accessKeyId === resolved.credentials.accessKeyId)
        return false;
      resolved = fresh.resolved;
      return true;
    } catch (error) {
      if (isCredentialsError(error)) return false;
      throw error;
    }
  };
  return {
    account: known.account,
    caller: known.caller,
    partition: known.caller.split(':')[1] ?? '',
    region: resolved.region,
    credentials: () => resolved.credentials,
    renew: async (stale) => {
      if (stale.accessKeyId !== resolved.credentials.accessKeyId) return true;
      renewed ??= renew();
      return renewed;
    },
    reach: (service, region) => serviceReach(service, region, request.profile, around),
    token: async (cluster, region) => (await makeToken(cluster, { ...request, region }, around)).token,
  };
}

/**
 * Reads `ALIAS=profile:NAME` or `ALIAS=role:ARN`.
 *
 * @example readEntrance('platform=profile:admin') // { alias: 'platform', entrance: { kind: 'profile', profile: 'admin' } }
 */
export function readEntrance(text: string): { readonly alias: string; readonly entrance: Entrance } | { readonly error: string } {
  const [, alias = '', kind, value = ''] = /^([^=]+)=(profile|role):(.+)$/.exec(text) ?? [];
  if (kind === 'profile') return { alias, entrance: { kind, profile: value } };
  if (kind === 'role' && /^arn:[^:]+:iam::\d{12}:role\/./.test(value)) return { alias, entrance: { kind, arn: value } };
  if (kind === 'role') return { error: `"${value}" is no ARN of a role` };
  return { error: `"${text}" is neither ALIAS=profile:NAME nor ALIAS=role:ARN` };
}
