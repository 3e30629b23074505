import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { makeCa } from './certificates.ts';

/** What a request of an API server came with. */
export interface ApiRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string;
  /** How many requests of this path came so far, this one among them. */
  readonly nth: number;
}

/** An answer; `hang` never comes, `cut` breaks off. */
export type ApiAnswer = { readonly status: number; readonly body: unknown } | 'hang' | 'cut';

/** An API server on the loopback that answers as a test says. */
export interface ApiServer {
  readonly url: string;
  /** The CA of its certificate, PEM in base64. */
  readonly ca: string;
  readonly asked: readonly ApiRequest[];
  readonly close: () => Promise<void>;
}

/** Starts it. */
export async function startApiServer(answer: (request: ApiRequest) => ApiAnswer): Promise<ApiServer> {
  const ca = await makeCa();
  const asked: ApiRequest[] = [];
  const server = createServer(await ca.issue('127.0.0.1', 'localhost'), (request, response) => {
    const url = new URL(request.url ?? '/', 'https://127.0.0.1');
    const nth = asked.filter(({ path }) => path === url.pathname).length + 1;
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    const call = { path: url.pathname, query: url.searchParams, token, nth };
    asked.push(call);
    const given = answer(call);
    if (given === 'hang') return;
    if (given === 'cut') response.destroy();
    else response.writeHead(given.status, { 'content-type': 'application/json' }).end(JSON.stringify(given.body));
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: Buffer.from(ca.cert).toString('base64'),
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A Status of a failure, as an API server writes it. */
export function apiFailure(status: number, reason: string, message = reason): ApiAnswer {
  return { status, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code: status } };
}
