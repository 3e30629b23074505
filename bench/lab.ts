import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processorOf } from './processor.ts';
import { grouped, median, type Row } from './row.ts';

const START_MS = 1000;
const MEGABYTES = 120;
const CALLS = 1000;

/**
 * The built `causeway lab` with the article's accounts: how long until it says where it is, the memory it holds then and after
 * all the calls below, and how many signed calls of STS it answers over 16 kept connections, asked from another process on
 * the same cores.
 */
export async function labRows(rounds: number, root: string): Promise<readonly Row[]> {
  const bin = join(root, 'dist/causeway.js');
  const what = "the article's lab";
  if (!existsSync(bin)) return [{ name: what, measured: 'not built (npm run build)', target: '', met: false }];
  const starts: Started[] = [];
  for (let i = 0; i < Math.max(3, rounds); i++) {
    const started = await start(bin);
    starts.push(started);
    await stop(started.lab);
  }
  const milliseconds = median(starts.map(({ took }) => took));
  const processor = median(starts.map(({ cpu }) => cpu));
  const atStart = median(starts.map(({ megabytes }) => megabytes));
  const running = await start(bin);
  try {
    const load = fileURLToPath(new URL('./lab-load.ts', import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [load, running.endpoint, String(running.lab.pid)], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (status !== 0) throw new Error(`exit ${status}: ${stderr.slice(-500)}`);
    const { identity, assume } = JSON.parse(stdout) as { readonly identity: Measured; readonly assume: Measured };
    const after = memoryOf(running.lab);
    const calls = (name: string, { perSecond, cpuMs }: Measured): Row => ({
      name: `lab: signed ${name} over 16 connections`,
      measured: `${grouped(perSecond)}/s, ${cpuMs.toFixed(2)} ms of processor each`,
      target: `≥ ${grouped(CALLS)}/s`,
      met: perSecond >= CALLS,
    });
    return [
      {
        name: `${what} starts`,
        measured: `${Math.round(milliseconds)} ms (${Math.round(processor)} ms of processor), ${Math.round(atStart)} MB`,
        target: `≤ ${grouped(START_MS)} ms, ≤ ${MEGABYTES} MB`,
        met: milliseconds <= START_MS && atStart <= MEGABYTES,
      },
      calls('GetCallerIdentity', identity),
      calls('AssumeRole', assume),
      { name: `${what} after these calls`, measured: `${Math.round(after)} MB`, target: '' },
    ];
  } finally {
    await stop(running.lab);
  }
}

interface Measured {
  readonly perSecond: number;
  /** Processor time of the lab for one call, which other programs on the machine stretch less. */
  readonly cpuMs: number;
}

interface Started {
  readonly lab: ChildProcess;
  readonly endpoint: string;
  readonly took: number;
  /** Processor time until then, in milliseconds. */
  readonly cpu: number;
  readonly megabytes: number;
}

function start(bin: string): Promise<Started> {
  const from = performance.now();
  const lab = spawn(process.execPath, [bin, 'lab', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    lab.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const endpoint = /The lab runs at (http:\S+)/.exec(text)?.[1];
      if (endpoint === undefined) return;
      resolve({ lab, endpoint, took: performance.now() - from, cpu: processorOf(lab.pid), megabytes: memoryOf(lab) });
    });
    lab.once('error', reject);
    lab.once('exit', (code) => reject(new Error(`the lab ended with ${code}`)));
  });
}

function stop(lab: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    lab.once('exit', () => resolve());
    lab.kill();
  });
}

/** Resident memory as the kernel counts it. */
function memoryOf({ pid }: ChildProcess): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 'NaN';
  return (Number(kilobytes) * 1024) / 1e6;
}
