// Started by bench/lab.ts with the address and the process of a lab: asks its STS from outside, and prints the figures as JSON.
import { connect, type Socket } from 'node:net';
import { stsPost } from '../src/rules/token/index.ts';
import { ask } from './ask.ts';
import { processorOf } from './processor.ts';

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

async function exchange(socket: Socket, request: string): Promise<void> {
  const text = await ask(socket, request);
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(text.slice(0, 1000));
}

async function measure(all: readonly string[], seconds: number): Promise<{ readonly perSecond: number; readonly cpuMs: number }> {
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, open));
  const [from, cpu] = [performance.now(), processorOf(pid)];
  let count = 0;
  await Promise.all(
    sockets.map(async (socket) => {
      while (performance.now() - from < seconds * 1000) await exchange(socket, all[count++ % all.length] ?? '');
    }),
  );
  const took = (performance.now() - from) / 1000;
  for (const socket of sockets) socket.destroy();
  return { perSecond: count / took, cpuMs: (processorOf(pid) - cpu) / count };
}

const identity = requests(() => ({ Action: 'GetCallerIdentity' }));
const assume = requests((index) => ({ Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: `build-${index}` }));
for (const warm of [identity, assume]) await measure(warm, 1);
const figures = { identity: await measure(identity, SECONDS), assume: await measure(assume, SECONDS) };
process.stdout.write(`${JSON.stringify(figures)}\n`);
