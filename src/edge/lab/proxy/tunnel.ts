import type { IncomingMessage, Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { createServer, type Server as SecureServer } from 'node:tls';
import { type Certified, makeServerCertificate } from '../certificates.ts';
import type { Lab } from '../context.ts';
import { destinationOf } from './destination.ts';

/** Hosts whose certificates are kept; a client that asks for more makes them be made again. */
const MOST_HOSTS = 100;

/** How long a client may take for its side of the handshake, in milliseconds. */
const HANDSHAKE_MS = 15_000;

/** What tunnels lead to. */
export interface TunnelOptions {
  readonly authority: Certified;
  /** The machine's clock. */
  readonly now: () => Date;
  /** Answers what came through a tunnel: the AWS endpoint itself. */
  readonly server: Server;
  /** The clusters that run, by their ARN. */
  readonly running: ReadonlyMap<string, { readonly awsEndpoint: string; readonly server: TlsServer }>;
}

/** The lab as a proxy (HTTPS_PROXY). */
export interface Tunnels {
  /** The host that a connection was asked to lead to; undefined for one that came straight. */
  readonly hostOf: (socket: object) => string | undefined;
  readonly close: () => void;
}

/**
 * Answers CONNECT on the AWS endpoint: TLS ends here, with a certificate of the lab's authority for the host that was asked
 * for, and what comes through is answered by the lab. Nothing is ever sent on to anywhere else.
 */
export function openTunnels(lab: Lab, { authority, now, server, running }: TunnelOptions): Tunnels {
  const hosts = new WeakMap<object, string>();
  const open = new Set<Duplex>();
  const ends = new Map<string, Promise<SecureServer>>();
  const endOf = (host: string): Promise<SecureServer> => {
    const known = ends.get(host);
    if (known !== undefined) return known;
    const made = makeServerCertificate(authority, [host], now()).then(({ key, certificate }) => {
      const options = { key, cert: certificate, ALPNProtocols: ['http/1.1'], handshakeTimeout: HANDSHAKE_MS };
      // It listens nowhere; a client that does not trust the lab's authority ends the handshake, and nobody is told.
      return createServer(options, (secured) => {
        hosts.set(secured, host);
        server.emit('connection', secured);
      }).on('tlsClientError', (_error, socket) => socket.destroy());
    });
    const [oldest] = ends.keys();
    if (ends.size >= MOST_HOSTS && oldest !== undefined) ends.delete(oldest);
    ends.set(host, made);
    return made;
  };
  const clusterAt = (host: string): string | undefined =>
    [...running].find(([, { awsEndpoint }]) => awsEndpoint === `https://${host}`)?.[0];
  const connect = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const target = request.url ?? '';
    const destination = destinationOf(lab, target, clusterAt);
    if (destination.to === 'nowhere') {
      const { reason } = destination;
      logRefusal(lab, `CONNECT ${target}`, reason);
      refuse(socket, reason);
      return;
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    if (destination.to === 'cluster') {
      running.get(destination.arn)?.server.emit('connection', socket);
      return;
    }
    (await endOf(destination.host)).emit('connection', socket);
  };
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    connect(request, socket, head).catch(() => socket.destroy());
  });
  return {
    hostOf: (socket) => hosts.get(socket),
    close: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

/** Tells the log what the lab, as a proxy, was asked for and does not do. */
export function logRefusal(lab: Lab, wanted: string, message: string): void {
  const operation = wanted.slice(0, 200);
  lab.log({ at: lab.now().toISOString(), service: 'proxy', operation, status: 403, code: 'Refused', message, decisions: [] });
}

/** A refusal that a client of a proxy shows, or at least its status. */
function refuse(socket: Duplex, reason: string): void {
  const body = `${reason}\n`;
  const head = [
    'HTTP/1.1 403 Forbidden',
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
