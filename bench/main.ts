// `npm run bench -- [--only iam,paths,plan,bin,token,load,lab,labkube,webhook,collect,apply] [--rounds N] [--seed N]`: measures, prints a table, and never fails a build.
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { applyRows } from './apply.ts';
import { collectRows } from './collect.ts';
import { extremeRows } from './extremes.ts';
import { iamRow } from './iam.ts';
import { labRows } from './lab.ts';
import { labKubeRows } from './lab-kube.ts';
import { LARGE, loadRows } from './load.ts';
import { pathsRows } from './paths.ts';
import { planRows } from './plan.ts';
import { binRow } from './program.ts';
import type { Row } from './row.ts';
import { tokenRows } from './token.ts';
import { webhookRows } from './webhook.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'iam,paths,plan,bin,token,load,lab,labkube,webhook,collect,apply' },
    rounds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '20261123' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const rounds = Number(values.rounds);
const seed = Number(values.seed);

const measurements: Readonly<Record<string, () => readonly Row[] | Promise<readonly Row[]>>> = {
  iam: () => [iamRow(rounds)],
  paths: () => pathsRows(rounds, `${root}/examples`),
  plan: () => planRows(LARGE, seed),
  extremes: () => extremeRows(rounds),
  bin: () => [binRow(rounds, root)],
  token: () => tokenRows(rounds, root),
  load: () => loadRows(LARGE, seed, root),
  lab: () => labRows(rounds, root),
  labkube: () => labKubeRows(),
  webhook: () => webhookRows(rounds, root),
  collect: () => collectRows(root),
  apply: () => applyRows(root),
};

process.stdout.write(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}, seed ${seed}\n`);
const table = new Table({ head: ['what', 'measured', 'target', ''], style: { head: [], border: [] } });
for (const name of values.only.split(',')) {
  const measure = measurements[name];
  if (measure === undefined) {
    process.stderr.write(`nothing is called "${name}"; there are ${Object.keys(measurements).join(', ')}\n`);
    continue;
  }
  try {
    for (const row of await measure())
      table.push([row.name, row.measured, row.target, row.met === undefined ? '' : row.met ? 'met' : 'NOT met']);
  } catch (error) {
    table.push([name, 'could not be measured', '', error instanceof Error ? error.message.slice(0, 200) : String(error)]);
  }
}
process.stdout.write(`${table.toString()}\n`);
