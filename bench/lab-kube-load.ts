// Started by bench/lab-kube.ts: measures the Kubernetes API of a lab cluster from outside, and prints the figures as JSON.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { connect, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';

const CONNECTIONS = 16;
const SECONDS = 3;
const ROUNDS = 60;

const server: ChildProcess = spawn(process.execPath, [fileURLToPath(new URL('./lab-kube-server.ts', import.meta.url))], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
if (server.stdout === null || server.stdin === null) throw new Error('the server has no pipes');
const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
const line = async (): Promise<string> => String((await lines.next()).value);
const { url, certificate } = JSON.parse(await line()) as { readonly url: string; readonly certificate: string };
const { port } = new URL(url);

const JSON_TYPE = 'application/json';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

function get(path: string, accept = JSON_TYPE): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer dev\r\nAccept: ${accept}\r\n\r\n`;
}

const ONE = get('/api/v1/namespaces/default/pods/web-7');
/** What `kubectl get pods` asks with a cold cache (facts/clients.md §5). */
const KUBECTL = [get('/api', AGGREGATED), get('/apis', AGGREGATED), get('/api/v1/namespaces/default/pods?limit=500', TABLE)];

function open(): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port), ca: certificate }, () => resolve(socket));
    socket.on('error', reject);
  });
}

/** Sends one request and waits for its whole answer; a reader of HTTP as small as the answers of one server allow. */
function exchange(socket: TLSSocket, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = '';
    let left = -1;
    const read = (chunk: Buffer): void => {
      if (left < 0) {
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!head.startsWith('HTTP/1.1 200')) reject(new Error(head.slice(0, 200)));
        left = Number(/content-length: (\d+)/i.exec(head)?.[1]) - (head.length - end - 4);
      } else left -= chunk.length;
      if (left > 0) return;
      socket.off('data', read);
      resolve();
    };
    socket.on('data', read);
    socket.write(request);
  });
}

async function used(): Promise<number> {
  server.stdin?.write('\n');
  return Number(await line());
}

async function gets(seconds: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, open));
  const until = performance.now() + seconds * 1000;
  let count = 0;
  const from = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      while (performance.now() < until) {
        await exchange(socket, ONE);
        count++;
      }
    }),
  );
  const took = (performance.now() - from) / 1000;
  for (const socket of sockets) socket.destroy();
  return count / took;
}

async function kubectl(rounds: number): Promise<number> {
  const from = await used();
  for (let i = 0; i < rounds; i++) {
    const socket = await open();
    for (const request of KUBECTL) await exchange(socket, request);
    socket.destroy();
  }
  return ((await used()) - from) / rounds / 1000;
}

try {
  await gets(1);
  const perSecond = await gets(SECONDS);
  await kubectl(10);
  process.stdout.write(`${JSON.stringify({ perSecond, milliseconds: await kubectl(ROUNDS) })}\n`);
} finally {
  server.stdin.end();
}
