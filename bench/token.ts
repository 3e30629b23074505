import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSts } from '../test/loopback/sts.ts';
import { median, type Row } from './row.ts';

const LEAST = 30;

const alice = {
  accessKeyId: 'AKIAALICE',
  secretAccessKey: 'secret/of+alice',
  arn: 'arn:aws:iam::222222222222:user/alice',
  userId: 'AIDAALICE',
};
const roles = ['arn:aws:iam::222222222222:role/jump', 'arn:aws:iam::111111111111:role/ops'];

interface Peer {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * `causeway token` against what stands in its place, in turn, whole processes: the npm build, the binary, with two roles
 * from the cache, `aws eks get-token`, a program that prints a token that is there already, and Node doing nothing.
 */
export async function tokenRows(asked: number, root: string): Promise<readonly Row[]> {
  const rounds = Math.max(LEAST, asked);
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bench-token-'));
  const sts = await startSts({ callers: [alice], roles: roles.map((arn) => ({ arn })) });
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: folder,
    AWS_ACCESS_KEY_ID: alice.accessKeyId,
    AWS_SECRET_ACCESS_KEY: alice.secretAccessKey,
    AWS_ENDPOINT_URL_STS: sts.url,
  };
  const bin = join(root, 'dist/causeway.js');
  const binary = join(root, 'build/causeway');
  const plain = ['token', '--cluster', 'demo', '--region', 'eu-west-1'];
  const chain = [...plain, ...roles.flatMap((arn) => ['--role', arn])];
  const static_ = join(folder, 'token.json');
  writeFileSync(static_, '{"kind":"ExecCredential"}\n');
  const aws = awsProgram();
  const node: Peer = { name: 'node -e 0', program: process.execPath, args: ['-e', '0'] };
  const npm: Peer = { name: 'npm build', program: process.execPath, args: [bin, ...plain] };
  const warm: Peer = { name: 'npm build, two roles, warm', program: process.execPath, args: [bin, ...chain] };
  const single: Peer = { name: 'binary', program: binary, args: plain };
  const floor: Peer = { name: 'static token', program: '/bin/cat', args: [static_] };
  const get = ['eks', 'get-token', '--cluster-name', 'demo', '--region', 'eu-west-1'];
  const cli: Peer | undefined = aws === undefined ? undefined : { name: 'aws eks get-token', program: aws, args: get };
  if (!existsSync(bin)) throw new Error('not built (npm run build)');
  const peers = [node, npm, warm, floor, ...(existsSync(binary) ? [single] : [])];
  try {
    // What is compiled is kept in the first runs, and the sessions in the first of them.
    for (let i = 0; i < 5; i++) for (const peer of peers) await once(peer, env);
    if (cli !== undefined) await once(cli, env);
    const calls = sts.calls.length;
    const times = new Map<Peer, number[]>([...peers, ...(cli === undefined ? [] : [cli])].map((peer) => [peer, []]));
    for (let i = 0; i < rounds; i++) {
      for (const [peer, list] of times) {
        const from = performance.now();
        const { status, stderr } = spawnSync(peer.program, [...peer.args], { env, encoding: 'utf8' });
        if (status !== 0) throw new Error(`${peer.name}: exit ${status}: ${stderr}`);
        list.push(performance.now() - from);
      }
    }
    return rowsOf(times, { node, npm, warm, single, floor, cli }, sts.calls.length - calls);
  } finally {
    await sts.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Peers = Readonly<Record<'node' | 'npm' | 'warm' | 'single' | 'floor', Peer>> & { readonly cli: Peer | undefined };

function rowsOf(times: ReadonlyMap<Peer, readonly number[]>, peers: Peers, calls: number): readonly Row[] {
  const of = (peer: Peer): readonly number[] => times.get(peer) ?? [];
  const ms = (peer: Peer): string => `${median(of(peer)).toFixed(1)} ms`;
  const more = (peer: Peer, than: Peer): number => median(of(peer).map((value, i) => value - (of(than)[i] ?? Number.NaN)));
  const { node, npm, warm, single, floor, cli } = peers;
  const overNode = more(npm, node);
  const overPlain = more(warm, npm);
  const rows: Row[] = [
    {
      name: 'token: npm build − node -e 0, paired',
      measured: `${overNode.toFixed(1)} ms (${ms(npm)}, ${ms(node)})`,
      target: '≤ 12 ms',
      met: overNode <= 12,
    },
    {
      name: 'token: two roles from a warm cache − static keys, paired',
      measured: `${overPlain.toFixed(1)} ms, ${calls} calls of STS`,
      target: '≤ 5 ms, 0 calls',
      met: overPlain <= 5 && calls === 0,
    },
    { name: 'token that is there already (cat)', measured: ms(floor), target: '' },
  ];
  if (of(single).length > 0) {
    const ratio = median(of(single)) / median(of(node));
    rows.push({
      name: 'token: binary ÷ node -e 0',
      measured: `${ratio.toFixed(2)} (${ms(single)})`,
      target: '≤ 0.40',
      met: ratio <= 0.4,
    });
  } else rows.push({ name: 'token: binary', measured: 'not built (npm run build:binary)', target: '≤ 0.40', met: false });
  if (cli === undefined) rows.push({ name: 'aws eks get-token', measured: 'not installed here', target: '' });
  else {
    const ratio = median(of(cli)) / median(of(npm));
    rows.push({
      name: 'aws eks get-token ÷ token (npm build)',
      measured: `${ratio.toFixed(1)} (${ms(cli)})`,
      target: '≥ 12',
      met: ratio >= 12,
    });
  }
  return rows;
}

/** A version manager's shim takes 80 ms by itself, so the program behind it is called. */
function awsProgram(): string | undefined {
  for (const [program, args] of [['pyenv', ['which', 'aws']] as const, ['which', ['aws']] as const]) {
    const { status, stdout } = spawnSync(program, [...args], { encoding: 'utf8' });
    if (status === 0) return realpathSync(stdout.trim());
  }
  return undefined;
}

/** STS answers from this process, so the runs that may ask it are not waited for in a block. */
function once({ name, program, args }: Peer, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { env, stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${name}: exit ${code}`))));
  });
}
