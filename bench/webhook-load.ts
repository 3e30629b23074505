// A process that sends TokenReviews over kept TLS connections and measures each. It writes requests that were made before
// and looks for no more than the end of an answer, so that it takes as little as it can of the cores that it shares.
// Sends its parent the times in milliseconds; ends with it.
import { connect, type TLSSocket } from 'node:tls';
import { ask } from './ask.ts';

/** What the parent asks for. */
export interface LoadOrder {
  readonly port: number;
  readonly ca: string;
  readonly reviews: number;
  /** One list of tokens for each connection, taken in turn. */
  readonly tokens: readonly (readonly string[])[];
}

/** What the parent gets. */
export interface LoadResult {
  readonly seconds: number;
  readonly sorted: readonly number[];
  readonly failed: number;
}

process.on('message', (order: LoadOrder) => {
  run(order).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));

async function run({ port, ca, reviews, tokens }: LoadOrder): Promise<LoadResult> {
  const sockets = await Promise.all(tokens.map(() => open(port, ca)));
  const times: number[] = [];
  let failed = 0;
  const share = Math.ceil(reviews / sockets.length);
  const from = performance.now();
  await Promise.all(
    sockets.map(async (socket, index) => {
      const requests = (tokens[index] ?? []).map(request);
      for (let i = 0; i < share; i++) {
        const start = performance.now();
        const answer = await ask(socket, requests[i % requests.length] ?? Buffer.alloc(0));
        times.push(performance.now() - start);
        if (!answer.startsWith('HTTP/1.1 200') || !answer.includes('"authenticated":true')) failed++;
      }
    }),
  );
  const seconds = (performance.now() - from) / 1000;
  for (const socket of sockets) socket.destroy();
  return { seconds, sorted: times.sort((a, b) => a - b), failed };
}

function request(token: string): Buffer {
  const body = JSON.stringify({
    kind: 'TokenReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: { token, audiences: ['https://kubernetes.default.svc'] },
    status: { user: {} },
  });
  const head = `POST /authenticate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.from(head + body);
}

function open(port: number, ca: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', servername: 'localhost', port, ca }, () => resolve(socket));
    socket.once('error', reject);
  });
}
