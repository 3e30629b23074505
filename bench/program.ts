import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { median, type Row } from './row.ts';

const TARGET = 3;

/** The built bin answering `can-i` on the article, against `node -e 0`: medians of alternating rounds. */
export function binRow(rounds: number, root: string): Row {
  const name = 'built bin: can-i on the article ÷ node -e 0';
  const bin = join(root, 'dist/causeway.js');
  if (!existsSync(bin)) return { name, measured: 'not built (npm run build)', target: `≤ ${TARGET}`, met: false };
  const folder = join(root, 'examples/article/put-right');
  const question = ['can-i', 'create', 'deployments', '-n', 'my-app-ns', '--cluster', 'prod', '--inventory', folder];
  const path = [
    '--as',
    'arn:aws:iam::222222222222:role/ci-runner',
    '--via',
    'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app',
  ];
  const time = (args: readonly string[]): number => {
    const from = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0 && status !== 3) throw new Error(`exit ${status}: ${stderr}`);
    return performance.now() - from;
  };
  const bare: number[] = [];
  const asked: number[] = [];
  time([bin, ...question, ...path]);
  for (let i = 0; i < Math.max(20, rounds); i++) {
    bare.push(time(['-e', '0']));
    asked.push(time([bin, ...question, ...path]));
  }
  const ratio = median(asked) / median(bare);
  const measured = `${ratio.toFixed(2)} (${median(asked).toFixed(0)} ms ÷ ${median(bare).toFixed(0)} ms)`;
  return { name, measured, target: `≤ ${TARGET}`, met: ratio <= TARGET };
}
