import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { fastify } from 'fastify';
import type { Answer } from './authenticate.ts';
import type { ServerIdentity } from './certificate.ts';
import type { Metrics } from './metrics.ts';

/** What is served. */
export interface ServeOptions {
  readonly address: string;
  readonly port: number;
  readonly healthPort: number | undefined;
  readonly identity: ServerIdentity;
  readonly authenticate: (body: string, source: string) => Promise<Answer>;
  readonly metrics: Metrics;
  /** Why the server is not ready; empty when it is. */
  readonly notReady: () => readonly string[];
  readonly drainSeconds: () => number;
}

/** A server that listens. */
export interface Serving {
  readonly port: number;
  /** Port of plain HTTP; undefined where none was asked for. */
  readonly healthPort: number | undefined;
  /** Takes no more, lets what is under way end, and closes what does not end in time. */
  readonly stop: () => Promise<void>;
}

/** A token has at most 4 KiB; the rest of a review is small. */
const MOST_BODY = 64 * 1024;

const TEXT = 'text/plain; charset=utf-8';

/**
 * Serves `POST /authenticate`, `/metrics`, `/healthz` and `/readyz` over TLS, and the two checks over plain HTTP as well
 * (facts §1.8). A client that sends slowly, or nothing, loses its connection; none can hold a place for ever.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const app = createApp(options.identity);
  const sockets = new Set<Socket>();
  // A socket that has not finished its handshake is no HTTP connection yet, and would keep the server from closing.
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  addRoutes(app, options);
  let closing = false;
  // The connection of a review that is answered during the end would stay open and idle.
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
  await app.listen({ host: options.address, port: options.port });
  const health = options.healthPort === undefined ? undefined : await serveHealth(options, options.healthPort);
  return {
    port: portOf(app.server.address()),
    healthPort: health === undefined ? undefined : portOf(health.address()),
    stop: async () => {
      closing = true;
      const late = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, options.drainSeconds() * 1000);
      await app.close();
      clearTimeout(late);
      health?.closeAllConnections();
      await new Promise<void>((resolve) => (health === undefined ? resolve() : health.close(() => resolve())));
    },
  };
}

function createApp(identity: ServerIdentity) {
  const app = fastify({
    logger: false,
    bodyLimit: MOST_BODY,
    forceCloseConnections: 'idle',
    // Longer than the API server keeps an idle connection (90 s), so that it never sends into a closing one.
    keepAliveTimeout: 120_000,
    requestTimeout: 15_000,
    connectionTimeout: 0,
    return503OnClosing: false,
    https: {
      cert: identity.cert,
      key: identity.key,
      minVersion: 'TLSv1.2',
      handshakeTimeout: 10_000,
      headersTimeout: 10_000,
      connectionsCheckingInterval: 2000,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
      noDelay: true,
    },
  });
  app.server.maxConnections = 4096;
  // Whatever it calls itself, the body is judged by what it holds, as in the original.
  app.addHook('onRequest', (request, _reply, done) => {
    request.raw.headers['content-type'] = 'application/json';
    done();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  return app;
}

function addRoutes(app: ReturnType<typeof createApp>, options: ServeOptions): void {
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/authenticate',
    handler: async (_request, reply) => {
      options.metrics.review('malformed_request', 0);
      return reply.code(405).type(TEXT).send('expected POST\n');
    },
  });
  app.post('/authenticate', async (request, reply) => {
    const body = typeof request.body === 'string' ? request.body : '';
    const answer = await options.authenticate(body, request.socket.remoteAddress ?? '');
    return reply.code(answer.status).header('content-type', answer.type).send(answer.body);
  });
  app.get('/metrics', async (_request, reply) => {
    const { type, body } = await options.metrics.text();
    return reply.header('content-type', type).send(body);
  });
  for (const path of ['/healthz', '/readyz']) {
    app.get(path, async (_request, reply) => {
      const { status, text } = health(path, options);
      return reply.code(status).type(TEXT).send(text);
    });
  }
  app.setNotFoundHandler(async (_request, reply) => reply.code(404).type(TEXT).send('404 page not found\n'));
  app.setErrorHandler(async (error: { readonly statusCode?: number }, _request, reply) => {
    // A body that is too large, cut off or of a wrong length; nothing of it is repeated.
    const status = error.statusCode ?? 500;
    options.metrics.review('malformed_request', 0);
    const text =
      status === 413
        ? 'the request body is too large'
        : status < 500
          ? 'expected a request body to be a TokenReview'
          : 'internal error';
    return reply.code(status).type(TEXT).send(`${text}\n`);
  });
}

/** The process lives (`/healthz`, `ok` as in the original); it has its mappings and takes reviews (`/readyz`). */
function health(path: string | undefined, { notReady }: ServeOptions): { readonly status: number; readonly text: string } {
  if (path === '/healthz') return { status: 200, text: 'ok' };
  if (path !== '/readyz') return { status: 404, text: '404 page not found\n' };
  const why = notReady();
  return why.length === 0 ? { status: 200, text: 'ok' } : { status: 503, text: `${why.join('\n')}\n` };
}

async function serveHealth(options: ServeOptions, port: number): Promise<Server> {
  const server = createServer(
    { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 2000 },
    (request, response) => {
      const { status, text } = health(request.url?.split('?')[0], options);
      request.resume();
      response.writeHead(status, { 'content-type': TEXT, connection: 'close' }).end(text);
    },
  );
  server.maxConnections = 256;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, options.address, resolve);
  });
  return server;
}

function portOf(address: ReturnType<Server['address']>): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
