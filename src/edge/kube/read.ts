import { request as plainRequest } from 'node:http';
import { type RequestOptions, request } from 'node:https';

import { type KubeAccess, kubeConfigOf } from './access.ts';

/** Why an API server did not do it. Plain data: this room is a bundle of its own. */
export interface KubeFailure {
  /** The reason of its Status (`Forbidden`, `NotFound`), else `HTTP 502`, else the code of the network. */
  readonly code: string;
  readonly message: string;
  readonly status?: number;
}

/** What an API server answered, parsed and otherwise as it came; or why it did not. */
export type KubeAnswer = { readonly value: Readonly<Record<string, unknown>> } | { readonly failure: KubeFailure };

/** Reads one API server. */
export interface KubeReader {
  /** @param path with its query: `/api/v1/namespaces?limit=500` */
  readonly get: (path: string) => Promise<KubeAnswer>;
  readonly close: () => void;
}

/** How long one answer may take unless it is said, in milliseconds. */
const PATIENCE = 15_000;
/** Bytes of one answer; a page of 500 objects of the largest size that etcd holds is below. */
const LARGEST = 1 << 30;

/** Makes a reader. Tokens, certificates, plugins and proxies are those of the Kubernetes client; the answer is its raw text. */
export async function kubeReader(access: KubeAccess, timeoutMs = PATIENCE): Promise<KubeReader> {
  const config = await kubeConfigOf(access);
  const server = config.getCurrentCluster()?.server ?? access.server;
  const agents = new Set<{ destroy: () => void }>();
  return {
    get: async (path) => {
      try {
        const options: RequestOptions = {};
        await config.applyToHTTPSOptions(options);
        if (typeof options.agent === 'object') agents.add(options.agent);
        return read(await answerOf(new URL(server.replace(/\/+$/, '') + path), options, timeoutMs));
      } catch (error) {
        return { failure: networkFailure(error) };
      }
    },
    close: () => {
      for (const agent of agents) agent.destroy();
    },
  };
}

interface Raw {
  readonly status: number;
  readonly body: string;
}

function answerOf(url: URL, options: RequestOptions, timeoutMs: number): Promise<Raw> {
  const send = url.protocol === 'https:' ? request : plainRequest;
  const headers = { ...options.headers, accept: 'application/json', 'user-agent': 'causeway' };
  return new Promise((resolve, reject) => {
    const sent = send(url, { ...options, method: 'GET', headers }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > LARGEST) sent.destroy(Object.assign(new Error('its answer has no end'), { code: 'TooLarge' }));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('aborted', () => reject(Object.assign(new Error('the answer was cut off'), { code: 'ECONNRESET' })));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
    });
    const late = (): void => {
      sent.destroy(Object.assign(new Error(`no answer in ${timeoutMs / 1000} s`), { code: 'TimeoutError' }));
    };
    const timer = setTimeout(late, timeoutMs);
    sent.on('close', () => clearTimeout(timer));
    sent.on('error', reject);
    sent.end();
  });
}

function read({ status, body }: Raw): KubeAnswer {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = undefined;
  }
  const fields = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  if (status === 200 && fields !== undefined) return { value: fields };
  const isStatus = fields?.['kind'] === 'Status';
  const text = (key: string): string | undefined =>
    isStatus && typeof fields[key] === 'string' && fields[key] !== '' ? fields[key] : undefined;
  // Whatever else answers may have written anything; its words are not repeated.
  const code = text('reason') ?? `HTTP ${status}`;
  return {
    failure: {
      code,
      message: (text('message') ?? `the answer is no object of Kubernetes (HTTP ${status})`).slice(0, 500),
      status,
    },
  };
}

/** The cause alone: an error of a request could hold the request, and with it the token. */
function networkFailure(error: unknown): KubeFailure {
  if (!(error instanceof Error)) return { code: 'Error', message: 'unknown error' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { code, message: (error.message.split('\n')[0] || code).slice(0, 500) };
}

/** Whether another try of a read may help. */
export function kubeTryEnd(failure: KubeFailure): 'final' | 'throttled' | 'passing' {
  if (failure.status === 429) return 'throttled';
  if (failure.status !== undefined && failure.status >= 500 && failure.status !== 501) return 'passing';
  return ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'TimeoutError', 'EAI_AGAIN'].includes(failure.code) ? 'passing' : 'final';
}
