import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Organisation, type Size, writeOrganisation } from './organisation.ts';
import type { Row } from './row.ts';

const FIRST = 8;
const SECOND = 2;
const MEMORY = 2;

/** The size that the targets are about: about 450 MB. */
export const LARGE: Size = { accounts: 200, principals: 500, clusters: 100, bindings: 200 };

interface Call {
  readonly seconds: number;
  /** Processor time of all its threads, in seconds: what a busy machine does not stretch. */
  readonly processor: number;
  readonly gigabytes: number;
}

/**
 * An organisation is written to a temporary folder, and a search of every path through it is asked twice, in processes of
 * their own: the first reads and indexes every account, the second finds the index. A third process reads everything there
 * is through the library, clusters included.
 */
export function loadRows(size: Size, seed: number, root: string): readonly Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bench-'));
  try {
    const inventory = join(folder, 'inventory');
    const from = performance.now();
    const organisation = writeOrganisation(inventory, size, seed);
    const took = (performance.now() - from) / 1000;
    const what = `${size.accounts} × ${size.principals} principals, ${size.clusters} × ${size.bindings} bindings, ${Math.round(organisation.bytes / 1e6)} MB`;
    process.stderr.write(`wrote ${what} in ${took.toFixed(1)} s\n`);
    const first = ask(root, folder, organisation);
    const second = ask(root, folder, organisation);
    const whole = measured([fileURLToPath(new URL('./read-all.ts', import.meta.url)), inventory], folder);
    const row = (name: string, call: Call, seconds: number): Row => ({
      name,
      measured: `${call.seconds.toFixed(2)} s (${call.processor.toFixed(2)} s of processor), ${call.gigabytes.toFixed(2)} GB`,
      target: `≤ ${seconds} s, ≤ ${MEMORY} GB`,
      met: call.seconds <= seconds && call.gigabytes <= MEMORY,
    });
    return [
      row(`load and index ${what}: first call`, first, FIRST),
      row('second call on the unchanged folder', second, SECOND),
      row('everything read through the library', whole, FIRST),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ask(root: string, folder: string, { cluster, caller }: Organisation): Call {
  const question = ['can-i', 'delete', 'pods', '-n', 'ns-1', '--cluster', cluster, '--as', caller, '--any-path'];
  return measured([join(root, 'dist/causeway.js'), ...question, '--inventory', join(folder, 'inventory')], folder);
}

/** Runs a program with its cache inside the folder; the peak memory is what the kernel says of it (GNU time counts the same). */
function measured(args: readonly string[], folder: string): Call {
  const report = new URL('./report-memory.ts', import.meta.url).href;
  const from = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', report, ...args], {
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
    maxBuffer: 1 << 26,
  });
  const seconds = (performance.now() - from) / 1000;
  const [, peak, processor] = /peak-kilobytes (\d+) processor-microseconds (\d+)/.exec(stderr) ?? [];
  if (peak === undefined || (status !== 0 && status !== 1 && status !== 3))
    throw new Error(`exit ${status}: ${stderr.slice(-2000)}`);
  return { seconds, processor: Number(processor) / 1e6, gigabytes: (Number(peak) * 1024) / 1e9 };
}
