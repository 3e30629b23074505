import { digest, hmac } from './sha256.ts';

/** What is signed of a request: Signature Version 4, IAM user guide, "Create a signed AWS API request". */
export interface Signable {
  readonly method: string;
  /** Encoded path, `/` at least. */
  readonly path: string;
  /** Names and values as they are; the signature is made over their encoded and sorted form. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Every header that is signed, `host` among them; names in any case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** SHA-256 of the body, in hexadecimal. */
  readonly bodyHash: string;
}

/** Who signs, when, and for which region and service. */
export interface Scope {
  readonly secretAccessKey: string;
  /** `20260101T000000Z` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** SHA-256 in hexadecimal. */
export function sha256(text: string): string {
  return hex(digest(bytesOf(text)));
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Hash of the empty body, which a presigned GET of STS is signed with. */
export const EMPTY_BODY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** A moment as Signature Version 4 writes it: `20260101T000000Z`. */
export function signingDate(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** RFC 3986: everything but letters, digits and `-_.~` is percent-encoded, in upper case (facts/iam.md §4.6). */
export function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `20260101/us-west-2/sts/aws4_request` */
export function credentialScope({ date, region, service }: Omit<Scope, 'secretAccessKey'>): string {
  return `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
}

/** Names of the signed headers, as X-Amz-SignedHeaders has them: lower case, sorted, joined by `;`. */
export function signedHeaderNames(headers: Signable['headers']): string {
  return headers
    .map(([name]) => name.toLowerCase())
    .sort()
    .join(';');
}

/** The text whose hash is signed. */
export function canonicalRequest({ method, path, query, headers, bodyHash }: Signable): string {
  const pairs = query.map(([name, value]): readonly [string, string] => [encode(name), encode(value)]);
  pairs.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  const lines = headers.map(([name, value]): readonly [string, string] => [
    name.toLowerCase(),
    // Blanks around are dropped, and a run of blanks inside counts as one.
    value.trim().replaceAll(/\s+/g, ' '),
  ]);
  lines.sort(([a], [b]) => compare(a, b));
  return [
    method,
    path,
    pairs.map((pair) => pair.join('=')).join('&'),
    ...lines.map((pair) => pair.join(':')),
    '',
    lines.map(([name]) => name).join(';'),
    bodyHash,
  ].join('\n');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The signature of a request, 64 hexadecimal digits. */
export function signatureOf(request: Signable, scope: Scope): string {
  const text = ['AWS4-HMAC-SHA256', scope.date, credentialScope(scope), sha256(canonicalRequest(request))].join('\n');
  let key = bytesOf(`AWS4${scope.secretAccessKey}`);
  for (const part of [scope.date.slice(0, 8), scope.region, scope.service, 'aws4_request', text]) key = hmac(key, bytesOf(part));
  return hex(key);
}
