import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A call of AWS on its way. */
export interface FrontCall {
  readonly service: string;
  /** `GetRole`, `DescribeCluster`, … */
  readonly operation: string;
  readonly accessKeyId: string;
  /** How many calls of this operation came so far, this one among them. */
  readonly nth: number;
  /** The path, or the body of a query or JSON call. */
  readonly text: string;
}

/** What to do with a call instead of passing it on. */
export type FrontMishap =
  /** Never answers. */
  | 'hang'
  /** Cuts the connection. */
  | 'cut'
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

/** An endpoint on the loopback that stands before another one. */
export interface Front {
  readonly url: string;
  readonly calls: readonly FrontCall[];
  readonly close: () => Promise<void>;
}

/** Starts it. Calls are passed on as they came, host and signature included, unless a mishap is given for them. */
export async function startFront(target: () => string, mishap: (call: FrontCall) => FrontMishap | undefined): Promise<Front> {
  const calls: FrontCall[] = [];
  const counts = new Map<string, number>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const named = nameOf(request, body.toString());
    const nth = (counts.get(named.operation) ?? 0) + 1;
    counts.set(named.operation, nth);
    const call = { ...named, nth };
    calls.push(call);
    const trouble = mishap(call);
    if (trouble === 'hang') return;
    if (trouble === 'cut') {
      response.destroy();
      return;
    }
    if (trouble !== undefined) {
      response.writeHead(trouble.status, { 'content-type': 'application/json', ...trouble.headers }).end(trouble.body);
      return;
    }
    const { host, port } = new URL(target());
    const sent = forward(
      { host: host.split(':')[0], port, method: request.method, path: request.url, headers: request.headers },
      (answered) => {
        response.writeHead(answered.statusCode ?? 0, answered.headers);
        answered.pipe(response);
      },
    );
    sent.on('error', () => response.destroy());
    sent.end(body);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function nameOf({ url = '', headers }: IncomingMessage, body: string): Omit<FrontCall, 'nth'> {
  const [, accessKeyId = '', service = ''] = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const target = headers['x-amz-target'];
  const path = url.split('?')[0] ?? '';
  const action = new URLSearchParams(body).get('Action');
  const operation =
    typeof target === 'string' ? (target.split('.')[1] ?? '') : service === 'eks' ? eksOperation(path) : (action ?? '');
  return { service, accessKeyId, operation, text: service === 'eks' ? decodeURIComponent(path) : body };
}

function eksOperation(path: string): string {
  const [, , , entries, arn, policies] = path.split('/');
  if (entries === undefined) return 'DescribeCluster';
  if (arn === undefined) return 'ListAccessEntries';
  return policies === undefined ? 'DescribeAccessEntry' : 'ListAssociatedAccessPolicies';
}

/** A refusal as IAM and STS write it. */
export function queryRefusal(status: number, code: string, message = code): FrontMishap {
  const body = `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
  return { status, body, headers: { 'content-type': 'text/xml' } };
}

/** A refusal as EKS and Organizations write it. */
export function jsonRefusal(status: number, code: string, message = code): FrontMishap {
  return { status, body: JSON.stringify({ __type: code, message }), headers: { 'x-amzn-errortype': code } };
}
