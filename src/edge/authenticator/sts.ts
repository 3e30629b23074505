import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { CheckedToken } from '../../rules/token/index.ts';

/** What STS answered: a status and a whole body, or why there is none. */
export type StsReply =
  | { readonly status: number; readonly body: string }
  /** Check 18 (nothing came) or 19 (it could not be read). */
  | { readonly check: 18 | 19; readonly error: string };

/** How STS is asked. */
export interface StsClient {
  readonly ask: (token: CheckedToken) => Promise<StsReply>;
  /** Closes the connections that are kept. */
  readonly close: () => void;
}

/** What the client is told. */
export interface StsOptions {
  /** Value of `x-k8s-aws-id`: a token made for another cluster has another signature. */
  readonly clusterId: string;
  /** Seconds that one answer may take as a whole. */
  readonly seconds: () => number;
  /** PEM of certificate authorities of a lab; else those that Node trusts. */
  readonly ca?: string;
  /** The proxy for an address, as a URL; undefined where there is none. */
  readonly proxyOf: (origin: string) => string | undefined;
}

/** An answer of STS is below one kilobyte. */
const MOST_BYTES = 64 * 1024;

/**
 * Makes a client that asks STS who signed a token, with the headers of aws-iam-authenticator (pkg/token; facts §1.3, check
 * 18). Connections are kept. No redirect is followed, nothing is unpacked, and an answer has a deadline and a longest
 * size: whatever stands at the other end can only fail.
 */
export function createStsClient(options: StsOptions): StsClient {
  const kept = { keepAlive: true, maxSockets: 64, maxFreeSockets: 16, scheduling: 'lifo' } as const;
  const trust = { minVersion: 'TLSv1.2', ...(options.ca === undefined ? {} : { ca: options.ca }) } as const;
  const plain = new HttpAgent(kept);
  const secure = new HttpsAgent({ ...kept, ...trust });
  const proxied = new Map<string, Promise<HttpAgent>>();
  /** A proxy has an agent of its own, whose connections are kept as well. */
  const agentFor = (origin: string): HttpAgent | Promise<HttpAgent> => {
    if (!origin.startsWith('https:')) return plain;
    const proxy = options.proxyOf(origin);
    if (proxy === undefined) return secure;
    const known = proxied.get(proxy) ?? proxyAgent(proxy, { ...kept, ...trust });
    proxied.set(proxy, known);
    return known;
  };
  const once = async (token: CheckedToken): Promise<StsReply & { readonly stale?: boolean }> => {
    const found = agentFor(token.origin);
    const agent = found instanceof Promise ? await found : found;
    return new Promise((resolve) => {
      const url = new URL(token.origin);
      const isSecure = url.protocol === 'https:';
      const request = (isSecure ? requestHttps : requestHttp)({
        agent,
        ...(isSecure ? trust : {}),
        // Node wants an address of six without brackets.
        host: url.hostname.replaceAll(/[[\]]/g, ''),
        port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
        path: token.path,
        headers: { 'x-k8s-aws-id': options.clusterId, accept: 'application/json', 'user-agent': 'causeway-authenticator' },
      });
      const deadline = setTimeout(
        () => request.destroy(new Error(`no answer within ${options.seconds()} s`)),
        options.seconds() * 1000,
      );
      const finish = (reply: StsReply & { readonly stale?: boolean }): void => {
        clearTimeout(deadline);
        resolve(reply);
      };
      request.on('error', (error: NodeJS.ErrnoException) => {
        // A kept connection may have been closed at the other end just now: that says nothing about STS.
        const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        finish({ check: 18, error: error.message, stale });
      });
      request.on('response', (response) => {
        readBody(response).then(
          (body) => finish({ status: response.statusCode ?? 0, body }),
          (error: Error) => {
            request.destroy();
            finish({ check: 19, error: error.message });
          },
        );
      });
      request.end();
    });
  };
  return {
    ask: async (token) => {
      try {
        const reply = await once(token);
        return reply.stale === true ? await once(token) : reply;
      } catch {
        // Nothing else throws. The URL may hold a password, so it is not told.
        return { check: 18, error: 'the proxy of the environment (HTTPS_PROXY) is no URL' };
      }
    },
    close: () => {
      secure.destroy();
      plain.destroy();
      for (const agent of proxied.values())
        void agent.then(
          (one) => one.destroy(),
          () => {},
        );
    },
  };
}

async function proxyAgent(proxy: string, options: object): Promise<HttpAgent> {
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return new HttpsProxyAgent(proxy, options);
}

async function readBody(response: IncomingMessage): Promise<string> {
  const encoding = response.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new Error(`the answer is packed (${encoding.slice(0, 20)}), which was not asked for`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`the answer is larger than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error('unexpected EOF');
  return Buffer.concat(chunks).toString('utf8');
}
