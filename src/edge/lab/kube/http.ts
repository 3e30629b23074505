import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, type Call, json, readTarget, type Sink } from './call.ts';
import { badRequest, internal, Refused, statusObject, tooLarge, unsupportedMediaType } from './status.ts';

/** The largest body that Kubernetes reads, in bytes (kubernetes/apiserver pkg/server/config.go MaxRequestBodyBytes). */
export const MOST_BODY = 3 * 1024 * 1024;

/** Bytes that may wait for a slow reader of a watch before it is cut off. */
export const MOST_WAITING = 4 * 1024 * 1024;

/** Reads a request; throws `Refused` for what cannot be read. */
export async function readCall(request: IncomingMessage): Promise<Call> {
  const { path, query } = readTarget(request.url ?? '/');
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw unsupportedMediaType(['identity']);
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = Array.isArray(value) ? value[0] : value;
  const body = await readBody(request);
  return {
    method: request.method ?? 'GET',
    path,
    query,
    headers,
    all: (header) => request.headersDistinct[header] ?? [],
    body,
  };
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? '0') > MOST_BODY) throw tooLarge(MOST_BODY);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      if (!(chunk instanceof Uint8Array)) continue;
      size += chunk.length;
      if (size > MOST_BODY) throw tooLarge(MOST_BODY);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof Refused ? error : badRequest('the body of the request broke off');
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/** Sends an answer; for a stream, gives back what stops it. */
export function send(response: ServerResponse, answer: Answer, head: boolean): (() => void) | undefined {
  if ('body' in answer) {
    const length = String(Buffer.byteLength(answer.body));
    response.writeHead(answer.status, { ...COMMON, ...answer.headers, 'content-length': length });
    response.end(head ? undefined : answer.body);
    return undefined;
  }
  response.writeHead(answer.status, { ...COMMON, ...answer.headers });
  if (head) {
    response.end();
    return undefined;
  }
  response.flushHeaders();
  const sink: Sink = {
    write: (text) => {
      if (response.destroyed || response.writableEnded) return false;
      response.write(text);
      if (response.writableLength <= MOST_WAITING) return true;
      // It reads too slowly: what waits is thrown away with the connection, and the client watches anew.
      response.destroy();
      return false;
    },
    end: () => {
      if (!response.writableEnded) response.end();
    },
  };
  const stop = answer.stream(sink);
  response.on('close', stop);
  return stop;
}

const COMMON = { 'cache-control': 'no-cache, private' };

/** The answer to a failure; a fault of the lab is told as Kubernetes tells its own, without what is inside. */
export function failure(error: unknown): Answer {
  const refused = error instanceof Refused ? error : internal('the lab failed to answer this request');
  const answer = json(refused.status.code, statusObject(refused.status));
  return { ...answer, headers: { ...answer.headers, ...refused.headers } };
}
