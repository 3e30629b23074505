import { request } from 'node:http';
import { escapeForTerminal } from '../../base/index.ts';
import type { Io } from '../context.ts';
import { failed, usage } from '../exit.ts';

/**
 * Calls a running lab, which only listens on loopback. Throws a CliError when there is none, or when it refuses.
 *
 * @param endpoint what the flag says, if anything
 */
export async function askLab(io: Pick<Io, 'env'>, endpoint: string | undefined, name: string, body: unknown): Promise<unknown> {
  const at = endpoint ?? (io.env['AWS_ENDPOINT_URL'] || io.env['CAUSEWAY_LAB'] || 'http://127.0.0.1:4640');
  const url = URL.canParse(at) ? new URL(at) : undefined;
  if (url === undefined || url.protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
    throw usage(
      `"${escapeForTerminal(at)}" is no lab: it only ever listens on loopback`,
      'give its address with --endpoint http://127.0.0.1:PORT',
    );
  }
  const { status, text } = await post(url, name, JSON.stringify(body)).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw failed(`no lab answers at ${url.origin}${code}`, 'causeway lab starts one; --endpoint says where another is');
  });
  const answer = readJson(text);
  const error = answer?.['error'];
  if (typeof error === 'string') throw usage(escapeForTerminal(error));
  if (status !== 200 || answer === undefined) throw failed(`what answers at ${url.origin} is no lab (HTTP ${status})`);
  return answer;
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
