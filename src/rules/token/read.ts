import { CLUSTER_HEADER, TOKEN_PREFIX } from './token.ts';

/** What can be read in a token without asking anybody. The signature and the session token stay out of it. */
export interface ReadToken {
  /** The presigned URL; it is as secret as the token. */
  readonly url: string;
  readonly scheme: string;
  readonly host: string;
  readonly accessKeyId: string;
  /** Region and service that it was signed for. */
  readonly region: string;
  readonly service: string;
  readonly action: string;
  readonly signedAt: Date;
  /** X-Amz-Expires in seconds, which STS does not look at; absent when it is no number. */
  readonly expiresSeconds?: number;
  /** STS honours it until then: 15 minutes after it was signed. */
  readonly diesAt: Date;
  /** Whether it was signed with temporary credentials. */
  readonly temporary: boolean;
  /** Lower case, in order. */
  readonly signedHeaders: readonly string[];
  /** Whether the cluster's header is signed, without which every cluster refuses the token. */
  readonly bound: boolean;
}

/**
 * Reads a token: whose key signed it, when it dies, and whether it is bound to a cluster. Which cluster that is stands
 * nowhere in it: the name is only in the signature. Nothing is verified (facts/eks.md §1.1).
 */
export function readToken(text: string): ReadToken | { readonly error: string } {
  if (!text.startsWith(TOKEN_PREFIX)) return { error: `it does not start with "${TOKEN_PREFIX}"` };
  const encoded = text.slice(TOKEN_PREFIX.length);
  if (!/^[A-Za-z0-9_-]*$/.test(encoded)) return { error: 'it is not base64url without padding' };
  const url = Buffer.from(encoded, 'base64url').toString();
  if (!URL.canParse(url)) return { error: 'what it encodes is not a URL' };
  const { protocol, host, searchParams } = new URL(url);
  const query = new Map([...searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const [accessKeyId = '', day = '', region = '', service = ''] = (query.get('x-amz-credential') ?? '').split('/');
  const signedAt = readSigningDate(query.get('x-amz-date') ?? '');
  if (accessKeyId === '' || day === '') return { error: 'its URL has no X-Amz-Credential: it is not signed' };
  if (signedAt === undefined) return { error: 'its URL has no X-Amz-Date that can be read' };
  const signedHeaders = (query.get('x-amz-signedheaders') ?? '').toLowerCase().split(';');
  const expires = query.get('x-amz-expires') ?? '';
  return {
    url,
    scheme: protocol.slice(0, -1),
    host,
    accessKeyId,
    region,
    service,
    action: query.get('action') ?? '',
    signedAt,
    ...(/^\d{1,9}$/.test(expires) ? { expiresSeconds: Number(expires) } : {}),
    diesAt: new Date(signedAt.getTime() + 15 * 60_000),
    temporary: query.has('x-amz-security-token'),
    signedHeaders,
    bound: signedHeaders.includes(CLUSTER_HEADER),
  };
}

/** `20260101T000000Z` as a moment. */
export function readSigningDate(text: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
