import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eksToken } from '../src/rules/token/index.ts';
import { processorOf } from './processor.ts';
import { grouped, median, type Row } from './row.ts';
import type { LoadOrder, LoadResult } from './webhook-load.ts';

const CONNECTIONS = 8;
const WITHOUT = { perSecond: 1100, p99: 17 };
/** Five times the bar without it. */
const WITH = 5 * WITHOUT.perSecond;

/** The built webhook behind 8 kept connections: reviews a second, without and with the cache of verified tokens. */
export async function webhookRows(rounds: number, root: string): Promise<readonly Row[]> {
  const what = 'webhook, 8 connections, STS and load generator on the same cores';
  const bin = join(root, 'dist/causeway.js');
  const target = `≥ ${grouped(WITHOUT.perSecond)}/s, p99 ≤ ${WITHOUT.p99} ms`;
  if (!existsSync(bin)) return [{ name: what, measured: 'not built (npm run build)', target, met: false }];
  const sts = fork(join(root, 'bench/webhook-sts.ts'));
  try {
    const { port, ca } = await message<{ readonly port: number; readonly ca: string }>(sts);
    const origin = `https://127.0.0.1:${port}`;
    const without = await measure({ bin, root, origin, ca, cacheSeconds: 0, reviews: 8000, rounds });
    const withCache = await measure({ bin, root, origin, ca, cacheSeconds: 60, reviews: 40_000, rounds });
    const factor = withCache.perSecond / without.perSecond;
    return [
      {
        name: `${what}: without the cache`,
        measured: shown(without),
        target,
        met: without.perSecond >= WITHOUT.perSecond && without.p99 <= WITHOUT.p99,
      },
      {
        name: `${what}: with the cache`,
        measured: `${shown(withCache)}; ${factor.toFixed(1)} × that without`,
        target: `≥ ${grouped(WITH)}/s`,
        met: withCache.perSecond >= WITH,
      },
    ];
  } finally {
    sts.disconnect();
  }
}

interface Order {
  readonly bin: string;
  readonly root: string;
  readonly origin: string;
  readonly ca: string;
  readonly cacheSeconds: number;
  readonly reviews: number;
  readonly rounds: number;
}

interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly megabytes: number;
  /** Processor time of the webhook for one review, which other programs on the machine stretch less. */
  readonly cpuMs: number;
}

function shown({ perSecond, p50, p99, megabytes, cpuMs }: Measured): string {
  return `${grouped(perSecond)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${cpuMs.toFixed(2)} ms of processor each, ${megabytes} MB`;
}

async function measure(order: Order): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bench-'));
  const config = join(folder, 'config.yaml');
  const ca = join(folder, 'ca.pem');
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  writeFileSync(ca, order.ca);
  writeFileSync(
    config,
    `clusterID: demo
server:
  stateDir: ${folder}/state
  generateKubeconfig: ${kubeconfig}
  port: 0
  healthPort: 0
  mapRoles:
  - roleARN: arn:aws:iam::222222222222:role/ci
    username: ci:{{SessionName}}
    groups: [deployers]
causeway:
  cacheSeconds: ${order.cacheSeconds}
  identityRate: { perSecond: 0 }
`,
  );
  // The log is written, line by line as ever, to where it costs nobody else.
  const stdio: ['ignore', 'ignore', number] = ['ignore', 'ignore', openSync('/dev/null', 'w')];
  const words = ['authenticator', '-c', config, '--lab-sts', order.origin, '--lab-sts-ca', ca];
  const webhook = spawn(process.execPath, [order.bin, ...words], { stdio });
  const load = fork(join(order.root, 'bench/webhook-load.ts'));
  try {
    await until(() => existsSync(kubeconfig));
    const port = Number(/server: https:\/\/localhost:(\d+)/.exec(readFileSync(kubeconfig, 'utf8'))?.[1]);
    const tokens = Array.from({ length: CONNECTIONS }, (_, i) => tokensOf(order.origin, i));
    const ask: LoadOrder = { port, ca: readFileSync(join(folder, 'state/cert.pem'), 'utf8'), reviews: order.reviews, tokens };
    const send = (reviews: number): Promise<LoadResult> => {
      load.send({ ...ask, reviews });
      return message<LoadResult>(load);
    };
    await send(4000);
    const results: LoadResult[] = [];
    const cpu = processorOf(webhook.pid);
    for (let i = 0; i < Math.max(3, Math.min(order.rounds, 7)); i++) results.push(await send(order.reviews));
    const failed = results.reduce((sum, result) => sum + result.failed, 0);
    if (failed > 0) throw new Error(`${failed} reviews were not answered with yes`);
    const at = (share: number): number => median(results.map(({ sorted }) => sorted[Math.floor(sorted.length * share)] ?? 0));
    const memory = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${webhook.pid}/status`, 'utf8'))?.[1] ?? '0';
    return {
      perSecond: median(results.map(({ sorted, seconds }) => sorted.length / seconds)),
      p50: at(0.5),
      p99: at(0.99),
      cpuMs: (processorOf(webhook.pid) - cpu) / results.reduce((sum, { sorted }) => sum + sorted.length, 0),
      megabytes: Math.round(Number(memory) / 1024),
    };
  } finally {
    load.disconnect();
    webhook.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tokens that only one connection uses, so that no two of the same are ever under way at once. */
function tokensOf(origin: string, connection: number): readonly string[] {
  return Array.from({ length: 40 }, (_, i) =>
    eksToken({
      cluster: 'demo',
      credentials: {
        accessKeyId: 'ASIAEXAMPLE000000001',
        secretAccessKey: 'secret',
        sessionToken: 'FQoGZXIvYXdzEXAMPLE/TOKEN+'.repeat(12),
      },
      endpoint: { url: `${origin}/`, signingRegion: 'us-east-1' },
      at: new Date(Date.now() - (i * CONNECTIONS + connection) * 1000),
    }),
  );
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const lost = (): void => reject(new Error('a process of the measurement ended'));
    child.once('exit', lost);
    child.once('message', (value) => {
      child.off('exit', lost);
      resolve(value as T);
    });
  });
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
}
