import { readSigningDate } from './read.ts';
import { encode, signatureOf, signingDate } from './sign.ts';

/** A request as it came over the wire, for the check of its signature. */
export interface SentRequest {
  readonly method: string;
  /** As sent: encoded, without the query. */
  readonly path: string;
  /** As sent, without `?`. */
  readonly query: string;
  /** In the order they came; names in any case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** SHA-256 of the body in hexadecimal. */
  readonly bodyHash: string;
}

/** What a request says of its signature; nothing of it is proven yet. */
export interface PresentedSignature {
  readonly accessKeyId: string;
  readonly sessionToken?: string;
  /** Of the credential scope. */
  readonly region: string;
  readonly service: string;
  /** `20260101T000000Z` */
  readonly date: string;
  readonly signedAt: Date;
  /** Lower case. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** Seconds that a presigned URL lives by its own word; absent for a signature in headers. */
  readonly expires?: number;
}

/** Why a signature cannot be read or does not hold, in AWS's words (STS API reference, common errors). */
export interface SignatureFault {
  readonly code: 'MissingAuthenticationToken' | 'IncompleteSignature' | 'SignatureDoesNotMatch';
  readonly message: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Minutes by which the clock of a signer may differ from AWS's (facts/iam.md §4.6; measured by every client). */
const SKEW_MINUTES = 5;

/** Minutes that a presigned GetCallerIdentity lives whatever its X-Amz-Expires says (facts/eks.md §1.1). */
const PRESIGNED_MINUTES = 15;

/** Reads the signature of a request out of its headers or, for a presigned URL, its query. */
export function readSignature(request: SentRequest): PresentedSignature | SignatureFault {
  const query = new Map(pairsOf(request.query));
  if (query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm')) return readPresigned(query);
  const header = headerOf(request, 'authorization');
  if (header === undefined) return fault('MissingAuthenticationToken', 'Request is missing Authentication Token');
  const [algorithm, ...rest] = header.split(' ');
  if (algorithm !== ALGORITHM) return incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`);
  const fields = new Map(
    rest
      .join(' ')
      .split(',')
      .map((part) => [part.slice(0, part.indexOf('=')).trim(), part.slice(part.indexOf('=') + 1).trim()]),
  );
  const lacking = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !fields.get(name));
  if (lacking.length > 0) {
    return incomplete(lacking.map((name) => `Authorization header requires '${name}' parameter.`).join(' '));
  }
  const date = headerOf(request, 'x-amz-date') ?? headerOf(request, 'date');
  if (date === undefined) {
    return incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return presented(fields.get('Credential') ?? '', date, {
    signedHeaders: (fields.get('SignedHeaders') ?? '').toLowerCase().split(';'),
    signature: fields.get('Signature') ?? '',
    ...optional('sessionToken', headerOf(request, 'x-amz-security-token')),
  });
}

function readPresigned(query: ReadonlyMap<string, string>): PresentedSignature | SignatureFault {
  const algorithm = query.get('X-Amz-Algorithm');
  if (algorithm !== ALGORITHM) return incomplete(`Unsupported AWS 'algorithm': '${algorithm ?? ''}'.`);
  const names = ['X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-Signature', 'X-Amz-SignedHeaders'];
  const lacking = names.filter((name) => !query.get(name));
  if (lacking.length > 0) {
    return incomplete(lacking.map((name) => `AWS query-string parameters must include '${name}'.`).join(' '));
  }
  const expires = query.get('X-Amz-Expires') ?? '';
  if (!/^\d{1,9}$/.test(expires)) return incomplete(`'${expires}' is no number of seconds: X-Amz-Expires`);
  return presented(query.get('X-Amz-Credential') ?? '', query.get('X-Amz-Date') ?? '', {
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').toLowerCase().split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    expires: Number(expires),
    ...optional('sessionToken', query.get('X-Amz-Security-Token')),
  });
}

function presented(
  credential: string,
  date: string,
  rest: Pick<PresentedSignature, 'signedHeaders' | 'signature' | 'expires' | 'sessionToken'>,
): PresentedSignature | SignatureFault {
  const [accessKeyId = '', day = '', region = '', service = '', end = '', ...more] = credential.split('/');
  if (accessKeyId === '' || end === '' || more.length > 0) {
    return incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  }
  if (end !== 'aws4_request') {
    return mismatch(`Credential should be scoped with a valid terminator: 'aws4_request', not '${end}'.`);
  }
  const signedAt = readSigningDate(date);
  if (signedAt === undefined) {
    return incomplete(`Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`);
  }
  if (day !== date.slice(0, 8)) {
    return mismatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${date.slice(0, 8)}', from '${date}'.`,
    );
  }
  if (!rest.signedHeaders.includes('host')) {
    return mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  return { accessKeyId, region, service, date, signedAt, ...rest };
}

/**
 * Whether a request was signed with this secret, just now. A signature in headers may be five minutes off either way; a
 * presigned URL may be fifteen minutes old.
 *
 * @param now AWS's clock
 */
export function checkSignature(
  request: SentRequest,
  signature: PresentedSignature,
  secretAccessKey: string,
  now: Date,
): SignatureFault | undefined {
  const headers: (readonly [string, string])[] = [];
  for (const name of signature.signedHeaders) {
    const value = headerOf(request, name);
    if (value === undefined) return mismatch(NO_MATCH);
    headers.push([name, value]);
  }
  const made = signatureOf(
    {
      method: request.method,
      path: canonicalPath(request.path),
      query: pairsOf(request.query).filter(([name]) => name !== 'X-Amz-Signature'),
      headers,
      bodyHash: request.bodyHash,
    },
    { date: signature.date, region: signature.region, service: signature.service, secretAccessKey },
  );
  if (!isSame(made, signature.signature)) return mismatch(NO_MATCH);
  return ageFault(signature, now);
}

const NO_MATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

function ageFault({ signedAt, expires }: PresentedSignature, now: Date): SignatureFault | undefined {
  const skew = SKEW_MINUTES * 60_000;
  const lives = expires === undefined ? SKEW_MINUTES : PRESIGNED_MINUTES;
  const oldest = new Date(now.getTime() - lives * 60_000);
  const newest = new Date(now.getTime() + skew);
  const [signed, present] = [signingDate(signedAt), signingDate(now)];
  if (signedAt < oldest) {
    return mismatch(`Signature expired: ${signed} is now earlier than ${signingDate(oldest)} (${present} - ${lives} min.)`);
  }
  if (signedAt > newest) {
    return mismatch(
      `Signature not yet current: ${signed} is still later than ${signingDate(newest)} (${present} + ${SKEW_MINUTES} min.)`,
    );
  }
  return undefined;
}

/**
 * The path as every service but S3 signs it: without dot segments and doubled slashes, and each segment encoded once more
 * (IAM user guide, "Create a signed AWS API request").
 */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  if (segments.length === 0) return '/';
  return `/${segments.map(encode).join('/')}${/\/(\.{1,2})?$/.test(path) ? '/' : ''}`;
}

/** Names and values of a query as they are meant; a text that no decoder takes stays as it came, and its signature will not hold. */
function pairsOf(query: string): readonly (readonly [name: string, value: string])[] {
  if (query === '') return [];
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      const [name, value] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
      return [decode(name), decode(value)];
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The values of a header, joined as they are signed. */
function headerOf({ headers }: SentRequest, name: string): string | undefined {
  const values = headers.flatMap(([key, value]) => (key.toLowerCase() === name ? [value.trim()] : []));
  return values.length === 0 ? undefined : values.join(',');
}

/** Takes as long for a text that differs early as for one that differs late. */
function isSame(made: string, given: string): boolean {
  let differs = made.length ^ given.length;
  for (let i = 0; i < made.length; i++) differs |= made.charCodeAt(i) ^ given.charCodeAt(i);
  return differs === 0;
}

function optional(key: 'sessionToken', value: string | undefined): { readonly sessionToken?: string } {
  return value === undefined || value === '' ? {} : { [key]: value };
}

function fault(code: SignatureFault['code'], message: string): SignatureFault {
  return { code, message };
}

function incomplete(message: string): SignatureFault {
  return fault('IncompleteSignature', message);
}

function mismatch(message: string): SignatureFault {
  return fault('SignatureDoesNotMatch', message);
}
