import { formatRefusal, quoteName, type TokenRefusal } from './check-refusal.ts';
import { encode } from './sign.ts';

/** One `key=value` of the query, decoded. */
export type QueryPair = readonly [key: string, value: string];

/** aws-iam-authenticator pkg/token `parameterWhitelist`; compared in lower case. */
const ALLOWED: ReadonlySet<string> = new Set([
  'action',
  'version',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
]);

/** A query that passed: its values by lower-case key, and the pairs as they were, for the request. */
export interface CheckedQuery {
  readonly pairs: readonly QueryPair[];
  readonly value: (key: string) => string;
}

/**
 * Checks 8 to 11: the query can be read in one way only. No key is there twice in any spelling, and none that is not part
 * of a pre-signed GetCallerIdentity (CVE-2022-2385: `Action` beside `action` made STS and the server read two requests).
 * Keys and values are ASCII, so that no character of another script folds to one of a key.
 */
export function checkQuery(query: string): CheckedQuery | TokenRefusal {
  const pairs = readPairs(query);
  if (pairs === undefined) return formatRefusal(8, 'malformed query parameter');
  const spelled = new Map<string, string>();
  for (const [key] of pairs) {
    const lower = key.toLowerCase();
    const known = spelled.get(lower);
    // The same spelling twice is one key with two values, which is the business of check 11.
    if (known !== undefined && known !== key) return formatRefusal(9, `duplicate query parameter found: ${quoteName(lower)}`);
    spelled.set(lower, key);
  }
  for (const [key] of pairs) {
    if (!ALLOWED.has(key.toLowerCase())) return formatRefusal(10, `non-whitelisted query parameter ${quoteName(key)}`);
  }
  if (spelled.size < pairs.length) return formatRefusal(11, 'query parameter with multiple values not supported');
  const values = new Map(pairs.map(([key, value]) => [key.toLowerCase(), value]));
  return { pairs, value: (key) => values.get(key) ?? '' };
}

/** As Go's url.ParseQuery (a semicolon and a bad escape are errors, `+` is a blank), but empty parts are errors too. */
function readPairs(query: string): readonly QueryPair[] | undefined {
  const pairs: QueryPair[] = [];
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';')) return undefined;
    const equals = part.indexOf('=');
    const key = unescapeQuery(equals < 0 ? part : part.slice(0, equals));
    const value = unescapeQuery(equals < 0 ? '' : part.slice(equals + 1));
    if (key === undefined || key === '' || value === undefined) return undefined;
    pairs.push([key, value]);
  }
  return pairs;
}

function unescapeQuery(text: string): string | undefined {
  if (!text.includes('%') && !text.includes('+')) return text;
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  const decoded = text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return /^[ -~]*$/.test(decoded) ? decoded : undefined;
}

/** Writes the pairs as RFC 3986 wants them: what is sent is what was checked, however the token spelled it. */
export function writeQuery(pairs: readonly QueryPair[]): string {
  return pairs.map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&');
}
