import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import type { StsPost } from '../../rules/token/index.ts';
import { codeOf, textOf, unavailable, wrong } from './error.ts';
import type { Connection } from './settings.ts';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** The server's clock, as its Date header says. */
  readonly date?: Date;
}

/** What an answer may take. */
export interface AnswerLimits {
  readonly milliseconds: number;
  readonly bytes: number;
}

/** STS answers in far less; who does not is down. */
const LIMITS: AnswerLimits = { milliseconds: 10_000, bytes: 1 << 20 };

/**
 * Sends one request; redirects are not followed. Throws a CredentialsError that names the host when nobody answers.
 *
 * @param what the hop that the request is part of, for the error
 */
export async function send(
  post: StsPost & { readonly method?: 'GET' },
  connection: Connection,
  what: string,
  { milliseconds, bytes } = LIMITS,
): Promise<Answer> {
  const url = new URL(post.url);
  const secure = url.protocol === 'https:';
  // node:https and not fetch, which takes ten times as long to load (facts/clients.md §2).
  const { request } = secure ? await import('node:https') : await import('node:http');
  const options: RequestOptions = {
    method: post.method ?? 'POST',
    headers: {
      ...post.headers,
      'user-agent': 'causeway',
      ...(post.method === 'GET' ? {} : { 'content-length': Buffer.byteLength(post.body) }),
    },
    ...(secure && connection.caBundle !== undefined ? { ca: trusted(connection.caBundle) } : {}),
    ...(connection.proxy === undefined ? {} : { agent: await proxyAgent(connection.proxy, secure) }),
  };
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const sent = request(url, options, (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > bytes) response.destroy(new Error('its answer has no end'));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          const date = new Date(response.headers.date ?? '');
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            ...(Number.isNaN(date.getTime()) ? {} : { date }),
          });
        });
      });
      const timer = setTimeout(() => sent.destroy(new Error(`no answer in ${milliseconds / 1000} s`)), milliseconds);
      sent.on('close', () => clearTimeout(timer));
      sent.on('error', reject);
      sent.end(post.body);
    });
  } catch (error) {
    throw unreachable(error, url.host, connection, what);
  }
}

/** As with the AWS CLI, the certificates of the bundle stand for the usual ones. */
function trusted(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw wrong(
      `the CA bundle ${file} cannot be read (${codeOf(error) ?? 'unknown error'})`,
      'AWS_CA_BUNDLE or ca_bundle names it',
    );
  }
}

async function proxyAgent(proxy: string, secure: boolean): Promise<NonNullable<RequestOptions['agent']>> {
  if (!URL.canParse(proxy))
    throw wrong('the proxy in the environment is not a URL', 'HTTPS_PROXY, HTTP_PROXY and NO_PROXY decide');
  if (!secure) throw wrong('a proxy for an http:// endpoint is not supported', 'name the host in NO_PROXY');
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return new HttpsProxyAgent(proxy);
}

/** Why nobody answered, in words; a proxy's URL may hold a password, so only its host is named. */
function unreachable(error: unknown, host: string, { proxy, caBundle }: Connection, what: string): Error {
  const code = codeOf(error) ?? '';
  const by = proxy === undefined ? '' : ` through the proxy ${new URL(proxy).host}`;
  const name = `${host}${by}`;
  const lead = `${what}: `;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return unavailable(`${lead}the name of ${name} cannot be resolved (${code})`, 'is the region right, and is there a network?');
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) {
    const hint =
      caBundle === undefined
        ? 'behind a proxy that opens TLS, AWS_CA_BUNDLE names the file with its certificate'
        : `the certificates that are trusted come from ${caBundle}`;
    return unavailable(`${lead}the certificate of ${name} is not trusted (${code})`, hint);
  }
  const reason = code === '' ? textOf(error) : code;
  return unavailable(`${lead}${name} cannot be reached (${reason})`, 'is there a network, and is a proxy needed (HTTPS_PROXY)?');
}
