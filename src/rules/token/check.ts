import { goTime, parseAmzDate, TOKEN_LIFE_MS } from './check-date.ts';
import { type HostPolicy, refuseHost, regionOfHost } from './check-host.ts';
import { type CheckedQuery, checkQuery, writeQuery } from './check-query.ts';
import { formatRefusal, type TokenRefusal } from './check-refusal.ts';
import { parsePresignedUrl } from './check-url.ts';
import { CLUSTER_HEADER, TOKEN_PREFIX } from './token.ts';

/** What the server that checks a token knows. */
export interface CheckOptions extends HostPolicy {
  /** Milliseconds since 1970. */
  readonly now: number;
  /**
   * Origins (`https://127.0.0.1:4566`, `http://localhost:4566`) that count as STS beside those of AWS: for a lab alone,
   * because whoever answers there says who everybody is.
   */
  readonly labOrigins?: readonly string[];
}

/** A token that passed every check that needs no answer of STS. Nobody is known yet: STS has to say who signed it. */
export interface CheckedToken {
  /** Where to ask: an origin on the list. */
  readonly origin: string;
  readonly host: string;
  /** Path and query to ask for, written anew from what was checked. */
  readonly path: string;
  /** For messages and metrics: `global` or the region of the endpoint. */
  readonly region: string;
  /** As the token claims it, until STS has agreed. */
  readonly accessKeyId: string;
  /** When the token dies, milliseconds since 1970. */
  readonly expiresAt: number;
  /** Texts that no log may hold. */
  readonly secrets: readonly string[];
}

const LONGEST = 4096;

/**
 * Checks 1 to 17 of a token, in the order and with the words of aws-iam-authenticator pkg/token `Verify` (facts §1.3).
 * Asks nobody. The signature is not judged here: only STS can.
 *
 * @example checkToken(token, { partition: 'aws', now: Date.now() })
 */
export function checkToken(token: string, options: CheckOptions): CheckedToken | TokenRefusal {
  if (Buffer.byteLength(token) > LONGEST) return formatRefusal(1, 'token is too large');
  if (!token.startsWith(TOKEN_PREFIX)) return formatRefusal(2, `token is missing expected "${TOKEN_PREFIX}" prefix`);
  const decoded = decode(token.slice(TOKEN_PREFIX.length));
  if (typeof decoded === 'object') return formatRefusal(3, decoded.error);
  const url = parsePresignedUrl(decoded);
  if ('error' in url) return formatRefusal(4, url.error);
  const origin = `${url.scheme}://${url.host}`;
  const isLab = options.labOrigins?.includes(origin) === true;
  if (url.scheme !== 'https' && !isLab) {
    return formatRefusal(5, `unexpected scheme ${JSON.stringify(url.scheme.slice(0, 20))} in pre-signed URL`);
  }
  const host = isLab ? undefined : refuseHost(url.host, options);
  if (host !== undefined) return formatRefusal(6, host);
  if (url.path !== '/') return formatRefusal(7, 'unexpected path in pre-signed URL');
  const query = checkQuery(url.query);
  if ('check' in query) return query;
  const life = checkParameters(query, options.now);
  if ('check' in life) return life;
  const value = query.value;
  return {
    origin,
    host: url.host,
    path: `/?${writeQuery(query.pairs)}`,
    region: isLab ? 'lab' : regionOfHost(url.host),
    accessKeyId: value('x-amz-credential').split('/')[0] ?? '',
    expiresAt: life.expiresAt,
    secrets: [token, value('x-amz-signature'), value('x-amz-security-token')].filter((text) => text !== ''),
  };
}

/** Checks 12 to 17: the request is GetCallerIdentity, is bound to a cluster, and its time has not run out. */
function checkParameters({ value }: CheckedQuery, now: number): { readonly expiresAt: number } | TokenRefusal {
  if (value('action') !== 'GetCallerIdentity') return formatRefusal(12, 'unexpected action parameter in pre-signed URL');
  const signed = value('x-amz-signedheaders').split(';');
  if (!signed.some((name) => name.toLowerCase() === CLUSTER_HEADER)) {
    return formatRefusal(13, 'client did not sign the x-k8s-aws-id header in the pre-signed URL');
  }
  const expires = /^[+-]?\d{1,15}$/.test(value('x-amz-expires')) ? Number(value('x-amz-expires')) : undefined;
  if (expires === undefined || expires < 0 || expires > 900) {
    return formatRefusal(14, `invalid X-Amz-Expires parameter in pre-signed URL: ${expires ?? 0}`);
  }
  const date = value('x-amz-date');
  if (date === '') return formatRefusal(15, 'X-Amz-Date parameter must be present in pre-signed URL');
  const parsed = parseAmzDate(date);
  if ('error' in parsed) {
    const shown = date.length <= 24 ? date : `${date.slice(0, 24)}…`;
    return formatRefusal(16, `error parsing X-Amz-Date parameter ${shown} into format 20060102T150405Z: ${parsed.error}`);
  }
  const expiresAt = parsed.ms + TOKEN_LIFE_MS;
  if (now > expiresAt) {
    return formatRefusal(17, `X-Amz-Date parameter is expired (15 minute expiration) ${goTime(parsed.ms)}`);
  }
  return { expiresAt };
}

/** Go's RawURLEncoding: no padding. Line breaks inside, which Go skips, are refused. Bytes become the characters of the same number. */
function decode(text: string): string | { readonly error: string } {
  const odd = /[^A-Za-z0-9_-]/.exec(text);
  const at = odd?.index ?? (text.length % 4 === 1 ? text.length - 1 : undefined);
  if (at !== undefined) return { error: `illegal base64 data at input byte ${at}` };
  return Buffer.from(text, 'base64url').toString('latin1');
}
