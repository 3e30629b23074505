// Started by bench/lab.ts with the address and the process of a lab: asks its STS from outside, and prints the figures as JSON.
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { stsPost } from '../src/rules/token/index.ts';

const CONNECTIONS = 16;
const SECONDS = 3;
/** Requests that are signed before and sent in turn, so that signing them is not what is measured. */
const SIGNED = 200;

const [, , endpoint = '', pid = ''] = process.argv;
const { port } = new URL(endpoint);

const answer = await fetch(`${endpoint}/_causeway/env`, {
  method: 'POST',
  headers: { 'x-causeway-lab': '1' },
  body: JSON.stringify({ as: '222222222222/ci-runner' }),
});
const { credentials } = (await answer.json()) as { readonly credentials: NonNullable<Parameters<typeof stsPost>[2]> };

const ROLE = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';

function requests(parametersOf: (index: number) => Readonly<Record<string, string>>): readonly string[] {
  return Array.from({ length: SIGNED }, (_, index) => {
    const at = { url: endpoint, signingRegion: 'eu-west-1' };
    const { headers, body } = stsPost(parametersOf(index), at, credentials, new Date());
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    return [`POST / HTTP/1.1`, ...lines, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
  });
}

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true }, () => resolve(socket));
    socket.on('error', reject);
  });
}

/** Sends one request and waits for its whole answer; a reader of HTTP as small as the answers of one server allow. */
function exchange(socket: Socket, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0 || text.length - end - 4 < Number(/content-length: (\d+)/i.exec(text)?.[1])) return;
      socket.off('data', read);
      if (text.startsWith('HTTP/1.1 200')) resolve();
      else reject(new Error(text.slice(0, 1000)));
    };
    socket.on('data', read);
    socket.write(request);
  });
}

/** Milliseconds of processor that the lab has used; the kernel counts in hundredths of a second. */
function used(): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function measure(all: readonly string[], seconds: number): Promise<{ readonly perSecond: number; readonly cpuMs: number }> {
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, open));
  const [from, cpu] = [performance.now(), used()];
  let count = 0;
  await Promise.all(
    sockets.map(async (socket) => {
      while (performance.now() - from < seconds * 1000) await exchange(socket, all[count++ % all.length] ?? '');
    }),
  );
  const took = (performance.now() - from) / 1000;
  for (const socket of sockets) socket.destroy();
  return { perSecond: count / took, cpuMs: (used() - cpu) / count };
}

const identity = requests(() => ({ Action: 'GetCallerIdentity' }));
const assume = requests((index) => ({ Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: `build-${index}` }));
for (const warm of [identity, assume]) await measure(warm, 1);
const figures = { identity: await measure(identity, SECONDS), assume: await measure(assume, SECONDS) };
process.stdout.write(`${JSON.stringify(figures)}\n`);
