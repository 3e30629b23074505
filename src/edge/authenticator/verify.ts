import { hash } from 'node:crypto';
import { type CheckedToken, checkToken, readStsAnswer, type TokenIdentity, type TokenRefusal } from '../../rules/token/index.ts';
import { createCache } from './cache.ts';
import type { OwnSettings } from './config.ts';
import { createLimiter } from './limit.ts';
import type { Metrics } from './metrics.ts';
import type { StsClient } from './sts.ts';

/** Who sent a token, why it is refused, or that nobody was asked because too much was asked already. */
export type Verdict =
  | { readonly state: 'known'; readonly identity: TokenIdentity }
  | { readonly state: 'refused'; readonly refusal: TokenRefusal; readonly accessKeyId?: string }
  | { readonly state: 'limited'; readonly error: string; readonly accessKeyId: string };

/** What a verifier needs. */
export interface VerifierOptions {
  readonly sts: StsClient;
  readonly partition: string;
  readonly labOrigins: readonly string[];
  readonly settings: () => OwnSettings;
  readonly metrics: Metrics;
  readonly now: () => number;
}

/** Calls of STS that may be under way at once; a review beyond them is turned away at once, and not kept waiting. */
const MOST_PENDING = 512;

/** How long a signature that STS called wrong stays wrong without asking again. */
const REFUSED_MS = 5000;

/**
 * Makes the function that says who signed a token: the local checks, then the cache, then the limits, then STS.
 *
 * - A verified token is remembered by its digest, for a short time and never past its life. The same token twice at once
 *   is one call. Only `SignatureDoesNotMatch` is remembered as a no, for seconds: every other no may be a yes soon.
 * - Limits never let one harm another: an identity is charged for tokens that it signed itself, a source and an access key
 *   for tokens that STS refused. A source that has used up its refusals may still bring keys that are known to be good.
 */
export function createVerifier(options: VerifierOptions): (token: string, source: string) => Promise<Verdict> {
  const { sts, settings, metrics, now } = options;
  const good = createCache<TokenIdentity>(settings().cacheSize);
  const bad = createCache<TokenRefusal>(1024);
  const owners = createCache<string>(8192);
  const pending = new Map<string, Promise<Verdict>>();
  const byIdentity = createLimiter(() => settings().identityRate);
  const refusals = createLimiter(() => settings().refusalRate);

  const limited = (checked: CheckedToken, source: string): string | undefined => {
    const at = now();
    const { accessKeyId } = checked;
    const owner = owners.get(accessKeyId, at);
    if (owner !== undefined && !byIdentity.allows(owner, at))
      return metrics.limited('identity', 'too many new tokens of this identity');
    const isSpent = !refusals.allows(`source ${source}`, at);
    if (isSpent && (owner === undefined || !refusals.allows(`key ${accessKeyId}`, at))) {
      return metrics.limited('source', `too many refused tokens from ${source}`);
    }
    return pending.size >= MOST_PENDING ? metrics.limited('pending', 'too many calls of STS are under way') : undefined;
  };

  const ask = async (checked: CheckedToken, key: string, source: string): Promise<Verdict> => {
    const { accessKeyId, region, secrets, expiresAt } = checked;
    const reply = await sts.ask(checked);
    const refused = (refusal: TokenRefusal): Verdict => ({ state: 'refused', refusal, accessKeyId });
    if ('check' in reply) {
      metrics.stsFailure(region);
      refusals.take(`source ${source}`, now());
      const text =
        reply.check === 18
          ? `error during GET: ${reply.error} on ${region} endpoint`
          : `error reading HTTP result: ${reply.error}`;
      return refused({ check: reply.check, kind: 'sts', error: `sts getCallerIdentity failed: ${text}` });
    }
    metrics.stsResponse(region, reply.status);
    const identity = readStsAnswer({ ...reply, region, accessKeyId, secrets });
    const at = now();
    if (!('check' in identity)) {
      good.set(key, identity, Math.min(at + settings().cacheSeconds * 1000, expiresAt), at);
      // The session and not its role: the nodes of a cluster are many sessions of one role.
      owners.set(accessKeyId, identity.arn, at + 3_600_000, at);
      byIdentity.take(identity.arn, at);
      return { state: 'known', identity };
    }
    if (identity.kind === 'throttled') metrics.stsThrottled(region);
    refusals.take(`source ${source}`, at);
    refusals.take(`key ${accessKeyId}`, at);
    if (identity.code === 'SignatureDoesNotMatch') bad.set(key, identity, at + REFUSED_MS, at);
    return refused(identity);
  };

  return async (token, source) => {
    const at = now();
    // The digest alone is kept: whoever reads the memory of the cache finds no token in it.
    const key = hash('sha256', token, 'base64');
    const known = good.get(key, at);
    if (known !== undefined) {
      metrics.cache('hit');
      return { state: 'known', identity: known };
    }
    const { partition, labOrigins } = options;
    const checked = checkToken(token, { partition, labOrigins, region: settings().region, now: at });
    if ('check' in checked) return { state: 'refused', refusal: checked };
    const refusal = bad.get(key, at);
    if (refusal !== undefined) {
      metrics.cache('refused');
      return { state: 'refused', refusal, accessKeyId: checked.accessKeyId };
    }
    const under = pending.get(key);
    if (under !== undefined) {
      metrics.cache('joined');
      return under;
    }
    metrics.cache('miss');
    const error = limited(checked, source);
    if (error !== undefined) return { state: 'limited', error, accessKeyId: checked.accessKeyId };
    const call = ask(checked, key, source).finally(() => pending.delete(key));
    pending.set(key, call);
    return call;
  };
}
