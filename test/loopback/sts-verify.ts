import type { IncomingMessage } from 'node:http';
import { readSigningDate, sha256, signatureOf } from '../../src/rules/token/index.ts';
import type { StsCaller } from './sts.ts';

/** An error as STS answers it. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** A request whose signature was recomputed and found right; a web identity has none. */
export interface Signed {
  readonly action: string;
  readonly caller?: StsCaller;
  readonly parameters: Readonly<Record<string, string>>;
  readonly presigned: boolean;
}

type Pairs = readonly (readonly [string, string])[];

/** Checks the signature of a request, in its query or in its header, as STS, or another service that is wanted, would. */
export function verify(
  request: IncomingMessage,
  body: string,
  callers: ReadonlyMap<string, StsCaller>,
  now: Date,
  wanted = 'sts',
): Signed | Refusal {
  const url = new URL(request.url ?? '/', 'http://loopback');
  const query: Pairs = [...url.searchParams];
  const parameters: Record<string, string> = Object.fromEntries([...query, ...new URLSearchParams(body)]);
  const action = parameters['Action'] ?? '';
  const presigned = url.searchParams.has('X-Amz-Signature');
  if (!presigned && action === 'AssumeRoleWithWebIdentity') return { action, parameters, presigned };
  const claim = presigned ? claimOfQuery(url.searchParams) : claimOfHeaders(request);
  if (claim === undefined)
    return { status: 403, code: 'MissingAuthenticationToken', message: 'Request is missing Authentication Token' };
  const [accessKeyId = '', day = '', region = '', service = '', end] = claim.credential.split('/');
  const caller = callers.get(accessKeyId);
  if (caller === undefined || caller.sessionToken !== claim.sessionToken)
    return { status: 403, code: 'InvalidClientTokenId', message: 'The security token included in the request is invalid.' };
  if (caller.expires !== undefined && caller.expires <= now)
    return { status: 403, code: 'ExpiredToken', message: 'The security token included in the request is expired' };
  const signedAt = readSigningDate(claim.date);
  const age = signedAt === undefined ? Number.POSITIVE_INFINITY : now.getTime() - signedAt.getTime();
  if (Math.abs(age) > 15 * 60_000)
    return {
      status: 403,
      code: 'SignatureDoesNotMatch',
      message: `Signature ${age > 0 ? 'expired' : 'not yet current'}: ${claim.date}`,
    };
  const headers: (readonly [string, string])[] = claim.signedHeaders.map((name) => [name, String(request.headers[name] ?? '')]);
  const expected = signatureOf(
    {
      method: request.method === 'POST' ? 'POST' : 'GET',
      path: url.pathname,
      query: query.filter(([name]) => name !== 'X-Amz-Signature'),
      headers,
      bodyHash: sha256(body),
    },
    { secretAccessKey: caller.secretAccessKey, date: claim.date, region, service },
  );
  if (expected !== claim.signature || service !== wanted || end !== 'aws4_request' || !claim.date.startsWith(day))
    return {
      status: 403,
      code: 'SignatureDoesNotMatch',
      message:
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    };
  return { action, caller, parameters, presigned };
}

interface Claim {
  readonly credential: string;
  readonly date: string;
  readonly sessionToken: string | undefined;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

function claimOfQuery(query: URLSearchParams): Claim {
  const value = (name: string): string => query.get(name) ?? '';
  return {
    credential: value('X-Amz-Credential'),
    date: value('X-Amz-Date'),
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    signedHeaders: value('X-Amz-SignedHeaders').split(';'),
    signature: value('X-Amz-Signature'),
  };
}

function claimOfHeaders({ headers }: IncomingMessage): Claim | undefined {
  const [, credential = '', names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(headers.authorization ?? '') ?? [];
  const token = headers['x-amz-security-token'];
  if (signature === '') return undefined;
  return {
    credential,
    date: String(headers['x-amz-date'] ?? ''),
    sessionToken: token === undefined ? undefined : String(token),
    signedHeaders: names.split(';'),
    signature,
  };
}

/** The envelope of an error (facts/iam.md §4.4). */
export function refuse({ code, message }: Refusal) {
  return {
    ErrorResponse: {
      Error: { Type: 'Sender', Code: code, Message: message },
      RequestId: '00000000-0000-0000-0000-000000000000',
    },
  };
}
