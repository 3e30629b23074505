import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { escapeForTerminal } from '../../base/index.ts';
import type { Io } from '../context.ts';
import { failed, usage } from '../exit.ts';

/** How a lab is called. */
export interface Asking {
  /** What the flag says, if anything. */
  readonly endpoint?: string | undefined;
  /** Whether to wait for a lab that is only starting. */
  readonly wait?: boolean;
}

/** A lab is there in less than a second, on a busy machine in some. */
const LONGEST_WAIT = 30_000;
const BETWEEN = 100;

/** Calls a running lab, which only listens on loopback. Throws a CliError when there is none, or when it refuses. */
export async function askLab(
  io: Pick<Io, 'env'>,
  { endpoint, wait = false }: Asking,
  name: string,
  body: unknown,
): Promise<unknown> {
  const { url, from } = placeOf(io, endpoint);
  const send = (): ReturnType<typeof post> => post(url, name, JSON.stringify(body));
  const { status, text } = await (wait ? whenThere(send) : send()).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw failed(`no lab answers at ${url.origin}${from}${code}`, 'causeway lab starts one; --endpoint says where another is');
  });
  const answer = readJson(text);
  const error = answer?.['error'];
  if (typeof error === 'string') throw usage(escapeForTerminal(error));
  if (status !== 200 || answer === undefined)
    throw failed(`what answers at ${url.origin}${from} is no lab (HTTP ${status})`, '--endpoint says where the lab is');
  return answer;
}

/** Where the lab is said to be, and by what when the person at the keyboard did not say it now. */
function placeOf(io: Pick<Io, 'env'>, endpoint: string | undefined): { readonly url: URL; readonly from: string } {
  const name = ['CAUSEWAY_LAB', 'AWS_ENDPOINT_URL'].find((each) => (io.env[each] ?? '') !== '');
  const at = endpoint ?? (name === undefined ? 'http://127.0.0.1:4640' : (io.env[name] ?? ''));
  const from = endpoint === undefined && name !== undefined ? ` (from ${name})` : '';
  const url = URL.canParse(at) ? new URL(at) : undefined;
  if (url === undefined || url.protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
    throw usage(
      `"${escapeForTerminal(at)}"${from} is no lab: it only ever listens on loopback`,
      'give its address with --endpoint http://127.0.0.1:PORT',
    );
  }
  return { url, from };
}

async function whenThere<T>(send: () => Promise<T>): Promise<T> {
  for (const end = performance.now() + LONGEST_WAIT; ; await sleep(BETWEEN)) {
    try {
      return await send();
    } catch (error) {
      const refused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
      if (!refused || performance.now() > end) throw error;
    }
  }
}

function readJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function post(url: URL, name: string, body: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-causeway-lab': '1', 'content-type': 'application/json' };
    const sent = request(new URL(`/_causeway/${name}`, url), { method: 'POST', headers, timeout: 10_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end(body);
  });
}
