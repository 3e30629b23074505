// `npm run check [NAME…]`: everything that holds the house together, each by its name. `--write` brings generated files
// up to date instead of complaining about them (`npm run api`, `docs`, `lock`).
import { api } from './check/api.ts';
import { docs } from './check/docs.ts';
import { lock } from './check/lock.ts';
import { builtPackage } from './check/package.ts';
import { rooms } from './check/rooms.ts';
import { run } from './check/run.ts';

/** A program is content when it exits with 0; else what it printed is the complaint. */
async function program(name: string, ...args: string[]): Promise<string[]> {
  const ran = await run(name, args, { env: { NO_COLOR: '1', FORCE_COLOR: '0' } });
  return ran.code === 0 ? [] : [`${ran.stdout}${ran.stderr}`.trim()];
}

const write = process.argv.includes('--write');
const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'));

const steps: Record<string, () => Promise<string[]>> = {
  types: () => program('tsc', '-p', '.'),
  biome: () => program('biome', 'ci', '--colors=off', '--error-on-warnings', '--max-diagnostics=50', '.'),
  knip: () => program('knip', '--no-progress', '--no-config-hints'),
  lock: () => lock({ write }),
  rooms,
  api: () => api({ report: write ? 'write' : 'compare' }),
  package: builtPackage,
  docs: () => docs({ write }),
};

const unknown = asked.filter((name) => steps[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`no check is called ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}\n`);
  process.exit(2);
}

for (const [name, step] of Object.entries(steps)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const start = performance.now();
  const complaints = await step().catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
  const took = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  process.stdout.write(`${complaints.length === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(8)} ${took.padStart(7)}\n`);
  for (const complaint of complaints) process.stdout.write(`${complaint.replaceAll(/^/gm, '      ')}\n`);
  if (complaints.length > 0) process.exitCode = 1;
}
