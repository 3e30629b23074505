import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { answer } from './answer.ts';
import type { Lab } from './context.ts';
import { answerDiscovery, underOwnName } from './oidc.ts';
import { logRefusal } from './proxy/tunnel.ts';
import type { AwsReply, AwsRequest } from './wire/request.ts';

/** Bytes of a body; no AWS call that the lab plays is near it. */
const LARGEST = 1 << 20;

/** Whether a request is one of the lab's own (`/_causeway/…`), and what it answers. */
export type Control = (request: AwsRequest) => Promise<AwsReply | undefined>;

/** How long a client may take to send, in milliseconds: whoever is slower keeps a connection busy, and is cut off. */
export interface Patience {
  readonly headers: number;
  readonly request: number;
  /** How often it is looked for such clients. */
  readonly check: number;
}

const PATIENCE: Patience = { headers: 15_000, request: 30_000, check: 5_000 };

/** The same as options of Node's servers. */
export function limitsOf({ headers, request, check }: Patience = PATIENCE) {
  return { headersTimeout: headers, requestTimeout: request, connectionsCheckingInterval: check } as const;
}

/**
 * The lab's AWS endpoint on loopback.
 *
 * @param hostOf the host that a connection was led to by the lab as a proxy; undefined for one that came straight
 */
export function awsServer(
  lab: Lab,
  control: Control,
  hostOf: (socket: object) => string | undefined = () => undefined,
  patience?: Patience,
): Server {
  const server = createServer(limitsOf(patience), (incoming, outgoing) => {
    const host = hostOf(incoming.socket);
    receive(incoming)
      .then(async (request) => {
        if (request === undefined) return send(outgoing, tooLarge(), true);
        if (host !== undefined && !isFor(request, host)) return send(outgoing, misdirected(host), true);
        if (!request.path.startsWith('/')) return send(outgoing, noProxy(lab, request), true);
        const own = host === undefined ? await control(request) : answerDiscovery(lab, request, underOwnName(host));
        send(outgoing, own ?? answer(lab, request));
      })
      // The client went away in the middle; there is nobody to tell.
      .catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 30_000;
  server.maxRequestsPerSocket = 0;
  return server;
}

/** Listens on loopback; gives the port. Throws Node's EADDRINUSE and EACCES. */
export function listen(
  server: { listen: Server['listen']; address: Server['address'] } & Pick<Server, 'once' | 'off'>,
  port: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/**
 * What closes a server with every connection, also those that have not said anything yet: Node's closeAllConnections knows
 * only those that speak HTTP, and one in the middle of its handshake would keep the process.
 */
export function closer(server: Pick<Server, 'on' | 'close'>): () => Promise<void> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
}

/** Reads a request whole; undefined when its body is too large. */
async function receive(incoming: IncomingMessage): Promise<AwsRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST) return undefined;
    chunks.push(chunk);
  }
  const [path = '/', ...query] = (incoming.url ?? '/').split('?');
  const headers: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    headers.push([incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? '']);
  }
  return makeRequest(incoming.method ?? 'GET', path, query.join('?'), headers, Buffer.concat(chunks));
}

/** A request as the lab takes it. */
export function makeRequest(
  method: string,
  path: string,
  query: string,
  headers: AwsRequest['headers'],
  body: Buffer,
): AwsRequest {
  return {
    method,
    path,
    query,
    headers,
    bodyHash: createHash('sha256').update(body).digest('hex'),
    body: body.toString('utf8'),
    header: (name) => headers.find(([key]) => key.toLowerCase() === name)?.[1],
  };
}

/** Whether a request that came through a tunnel is for the host that the tunnel was asked for. */
function isFor(request: AwsRequest, host: string): boolean {
  return request.header('host')?.toLowerCase().replace(/:443$/, '') === host;
}

function misdirected(host: string): AwsReply {
  return { status: 421, headers: { 'content-type': 'text/plain' }, body: `this connection is for ${host} alone\n` };
}

/** `GET http://…` is what a client asks a proxy for without TLS; no API of AWS is asked that way. */
function noProxy(lab: Lab, { method, path }: AwsRequest): AwsReply {
  const message = 'the lab is a proxy for https alone (CONNECT), and forwards nothing';
  logRefusal(lab, `${method} ${path}`, message);
  return { status: 403, headers: { 'content-type': 'text/plain' }, body: `${message}\n` };
}

function tooLarge(): AwsReply {
  return { status: 413, headers: { 'content-type': 'text/plain' }, body: `a body of more than ${LARGEST} bytes is not read` };
}

function send(outgoing: ServerResponse, { status, headers, body }: AwsReply, close = false): void {
  if (outgoing.destroyed) return;
  const bytes = Buffer.from(body);
  outgoing.writeHead(status, { ...headers, 'content-length': bytes.length, ...(close ? { connection: 'close' } : {}) });
  outgoing.end(bytes);
}
