import { eksToken } from '../../rules/token/index.ts';
import { openCache } from './cache.ts';
import { hold, type Walk } from './chain.ts';
import { readTokenEntry } from './entry.ts';
import { failed } from './error.ts';
import { sessionKey, tokenKey } from './key.ts';
import { planChain } from './plan.ts';
import { connectionOf, profileName } from './settings.ts';
import { readSharedFiles } from './shared-files.ts';
import { getCallerIdentity } from './sts.ts';
import type { CallerIdentity, CredentialsRequest, Resolved, Surroundings } from './types.ts';

/**
 * Credentials for a request: those that the environment or the profile names, then each role in order.
 *
 * @throws CredentialsError (kind `usage` for flags and files, `failed` for what AWS or the network refuse), which names
 * the hop that failed and what to do
 */
export async function resolveCredentials(request: CredentialsRequest, around: Surroundings): Promise<Resolved> {
  return finish(prepare(request, around), request, around);
}

/** A token, and until when it can be promised to work. */
export interface MadeToken {
  readonly token: string;
  /** 14 minutes after it was signed, or the end of the credentials where that comes first. */
  readonly expires: Date;
}

/** Milliseconds that a token is promised to live: STS honours it for 15 minutes (facts/eks.md §1.1). */
const LIFE = 14 * 60_000;

/** A kept token is handed out while so much of it is left: kubectl asks again when it ends. */
const ENOUGH = 2 * 60_000;

/**
 * Makes a token for a cluster. One that was made with a session of the cache is kept and handed out again while it lives:
 * a cluster that has just verified it need not ask STS again. Throws as `resolveCredentials` does.
 *
 * @param cluster name, or id of a local cluster on Outposts
 */
export async function makeToken(cluster: string, request: CredentialsRequest, around: Surroundings): Promise<MadeToken> {
  const walk = prepare(request, around);
  const { plan, cache, connection } = walk;
  const key =
    cache === undefined || plan.hops.length === 0
      ? undefined
      : tokenKey(sessionKey(plan, plan.hops.length, connection, around.env), cluster);
  const kept = key === undefined ? undefined : readTokenEntry(cache?.read(key));
  if (kept !== undefined && kept.expires.getTime() - around.now().getTime() > ENOUGH) return kept;
  const { credentials, expires } = await finish(walk, request, around);
  const at = around.now();
  const token = eksToken({ cluster, credentials, endpoint: connection.endpoint, at });
  const end = new Date(Math.min(at.getTime() + LIFE, expires?.getTime() ?? Number.POSITIVE_INFINITY));
  if (key !== undefined) cache?.write(key, { token, expires: end });
  return { token, expires: end };
}

/** Who STS says the holder of these credentials is. */
export async function callerIdentity(
  resolved: Pick<Resolved, 'credentials' | 'region' | 'profile' | 'source'>,
  around: Surroundings,
): Promise<CallerIdentity> {
  const files = readSharedFiles(around);
  const connection = connectionOf(resolved.region, profileName(resolved.profile, around.env), files, around);
  return getCallerIdentity(resolved.credentials, { connection, now: around.now, what: resolved.source });
}

function prepare(request: CredentialsRequest, around: Surroundings): Walk {
  const files = readSharedFiles(around);
  const connection = connectionOf(request.region, profileName(request.profile, around.env), files, around);
  const plan = planChain(request, files, around);
  const isPlain = plan.hops.length === 0 && plan.source.kind !== 'web-identity' && plan.source.kind !== 'sdk';
  const cache = isPlain || request.cache === false ? undefined : openCache(around);
  return { plan, connection, around, cache };
}

async function finish(walk: Walk, request: CredentialsRequest, around: Surroundings): Promise<Resolved> {
  const { plan, connection } = walk;
  const { credentials, expires, hops } = await hold(walk, plan.hops.length);
  if (expires !== undefined && expires <= around.now())
    throw failed(`${plan.source.where}: the credentials expired at ${expires.toISOString()}`, 'renew them, then try again');
  const name = profileName(request.profile, around.env);
  return {
    credentials,
    ...(expires === undefined ? {} : { expires }),
    region: connection.region,
    source: plan.source.where,
    ...(request.profile === undefined && plan.source.where.startsWith('the environment') ? {} : { profile: name }),
    hops,
  };
}
