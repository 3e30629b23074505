import { answer } from '../../src/edge/lab/answer.ts';
import { credentialsOf, type ShellCredentials } from '../../src/edge/lab/credentials.ts';
import { type BareLab, makeLab } from '../../src/edge/lab/lab.ts';
import { articleSeed } from '../../src/edge/lab/seed/article.ts';
import { makeRequest } from '../../src/edge/lab/server.ts';
import type { Change } from '../../src/edge/lab/state/store.ts';
import type { AwsReply, AwsRequest } from '../../src/edge/lab/wire/request.ts';
import { sha256, signatureOf } from '../../src/rules/token/index.ts';

/** The moment at which every lab of the tests stands. */
export const NOW = new Date('2026-11-25T12:00:00Z');

/** A lab without sockets, as the article has it or bare, with further documents. */
export function labOf({
  bare = false,
  more = [],
  keep,
}: {
  bare?: boolean;
  more?: readonly Change[];
  keep?: (changes: readonly Change[]) => void;
} = {}): BareLab {
  return makeLab({ initial: [...articleSeed(NOW, bare), ...more], now: () => NOW, ...(keep === undefined ? {} : { keep }) });
}

/** Credentials of somebody in the lab. */
export function as(lab: BareLab, who: string): ShellCredentials {
  const credentials = credentialsOf(lab, who);
  if ('error' in credentials) throw new Error(credentials.error);
  return credentials;
}

/** What is changed of a request on its way. */
export interface Wire {
  readonly region?: string;
  readonly at?: Date;
  readonly headers?: Readonly<Record<string, string>>;
  /** Changes the request after it was signed. */
  readonly alter?: (request: AwsRequest) => AwsRequest;
}

/** A signed request. */
export function signed(
  who: Pick<ShellCredentials, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>,
  service: string,
  { method, path, query = '', body = '' }: { method: string; path: string; query?: string; body?: string },
  { region = 'eu-west-1', at = NOW, headers: more = {}, alter = (request) => request }: Wire = {},
): AwsRequest {
  const date = `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const headers = Object.entries({
    host: '127.0.0.1:4640',
    'x-amz-date': date,
    ...(who.sessionToken === undefined ? {} : { 'x-amz-security-token': who.sessionToken }),
    ...more,
  });
  const scope = { date, region, service };
  const signature = signatureOf(
    {
      method,
      path: path.split('/').map(encodeURIComponent).join('/'),
      query: [...new URLSearchParams(query)],
      headers,
      bodyHash: sha256(body),
    },
    { ...scope, secretAccessKey: who.secretAccessKey },
  );
  const credential = `${who.accessKeyId}/${date.slice(0, 8)}/${region}/${service}/aws4_request`;
  const names = headers.map(([name]) => name.toLowerCase()).sort();
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return alter(makeRequest(method, path, query, [...headers, ['authorization', authorization]], Buffer.from(body)));
}

/** A call of a query service with its answer as JSON where the service gives it. */
export function query(
  lab: BareLab,
  who: Pick<ShellCredentials, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>,
  service: 'sts' | 'iam',
  parameters: Readonly<Record<string, string>>,
  wire: Wire = {},
): { readonly status: number; readonly body: string; readonly json: unknown } {
  const version = service === 'sts' ? '2011-06-15' : '2010-05-08';
  const body = new URLSearchParams({ ...parameters, Version: version }).toString();
  const headers = { accept: 'application/json', ...wire.headers };
  return read(answer(lab, signed(who, service, { method: 'POST', path: '/', body }, { ...wire, headers })));
}

/** A call of EKS. */
export function eks(
  lab: BareLab,
  who: Pick<ShellCredentials, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>,
  method: string,
  path: string,
  body?: unknown,
): { readonly status: number; readonly body: string; readonly json: unknown } {
  const [plain = '', text = ''] = path.split('?');
  const sent = body === undefined ? '' : JSON.stringify(body);
  return read(answer(lab, signed(who, 'eks', { method, path: plain, query: text, body: sent })));
}

function read({ status, body }: AwsReply): { readonly status: number; readonly body: string; readonly json: unknown } {
  return { status, body, json: body.startsWith('{') ? (JSON.parse(body) as unknown) : undefined };
}

/** Credentials out of an answer of AssumeRole or GetSessionToken. */
export function credentialsIn(json: unknown): ShellCredentials {
  const [response] = Object.values(json as Record<string, Record<string, { Credentials?: Record<string, string> }>>);
  const found = Object.values(response ?? {}).find((part) => part.Credentials !== undefined)?.Credentials;
  if (found === undefined) throw new Error(`no credentials in ${JSON.stringify(json)}`);
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = found;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, arn: '' };
}
