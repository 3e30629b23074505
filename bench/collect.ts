import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as aws from '../src/edge/aws/index.ts';
import { collect } from '../src/edge/collect/index.ts';
import * as kube from '../src/edge/kube/index.ts';
import type { Double } from './collect-organisation.ts';
import type { Row } from './row.ts';

const LATENCY = 120;
const ACCOUNTS = Array.from({ length: 40 }, (_, i) => i + 1);
const TARGET = 1.3;

const idOf = (account: number): string => String(account).padStart(12, '0');
const clusterOf = (account: number): string => `arn:aws:eks:eu-west-1:${idOf(account)}:cluster/prod`;

/** Reading an organisation whose every answer takes a while, compared with reading its longest account alone. */
export async function collectRows(root: string): Promise<readonly Row[]> {
  const server = fork(join(root, 'bench/collect-server.ts'), [JSON.stringify({ latency: LATENCY })]);
  try {
    const [{ endpoint }] = (await once(server, 'message')) as [Double];
    await read(endpoint, [1]);
    const times: number[] = [];
    for (const longest of [3, 7]) times.push((await read(endpoint, [longest])).seconds);
    const alone = Math.max(...times);
    const all = await read(endpoint, ACCOUNTS);
    const factor = all.seconds / alone;
    return [
      {
        name: `collect: ${ACCOUNTS.length} accounts with a cluster each, ${LATENCY} ms an answer ÷ the longest account alone`,
        measured: `${factor.toFixed(2)} (${all.seconds.toFixed(2)} s ÷ ${alone.toFixed(2)} s; ${all.calls} calls)`,
        target: `≤ ${TARGET}`,
        met: factor <= TARGET,
      },
    ];
  } finally {
    server.disconnect();
  }
}

async function read(
  endpoint: string,
  accounts: readonly number[],
): Promise<{ readonly seconds: number; readonly calls: number }> {
  const start = performance.now();
  const request = {
    accounts: accounts.map((account) => ({ id: idOf(account) })),
    clusters: accounts.map(clusterOf),
    principals: [],
    rolePaths: ['/causeway/'],
  };
  const { missing, calls } = await collect(request, {
    aws,
    kube,
    proxyFor: () => undefined,
    now: () => new Date(),
    sleep: (ms) => sleep(ms),
    random: Math.random,
    enter: async ({ id }) => {
      // One object for good: clients are kept by it.
      const credentials = { accessKeyId: `AKIA${Number(id)}`, secretAccessKey: 'x' };
      return {
        session: {
          account: id,
          caller: `arn:aws:iam::${id}:user/reader`,
          region: 'eu-west-1',
          credentials: () => credentials,
          renew: async () => false,
          reach: () => ({ endpoint, fips: false, dualStack: false }),
          token: async () => 'k8s-aws-v1.x',
        },
      };
    },
  });
  if (missing.length > 0) throw new Error(JSON.stringify(missing[0]));
  const sum = Object.values(calls).reduce((all, each) => all + each, 0);
  return { seconds: (performance.now() - start) / 1000, calls: sum };
}
