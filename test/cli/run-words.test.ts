import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printRan } from '../../src/cli/apply/print.ts';
import { adviceFor } from '../../src/cli/collect/print.ts';
import { styleFor } from '../../src/cli/print/style.ts';
import type { StepResult } from '../../src/edge/apply/index.ts';

const CLUSTER = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';
const style = styleFor({ stdout: { write: () => true, columns: 80 }, env: {} });
const result = (outcome: StepResult['outcome'], text = 'x'): StepResult => ({ id: outcome, outcome, text, wrote: false });
const said = (results: readonly StepResult[], isMine = false): string =>
  printRan('f', [], { results, backups: [] }, [], { isMine, style }).replaceAll(/\s+/g, ' ');

test.each([
  [
    [result('done'), result('not-ours')],
    true,
    /^DONE: f: 1 of 2 steps are done, 0 were written; 1 is left for others \(--mine\)/,
  ],
  [[result('done'), result('not-ours')], false, /^NOT DONE: f: 1 of 2/],
  [[result('denied'), result('not-ours')], true, /^NOT DONE: f: 0 of 2/],
  [[result('done')], true, /^DONE: f: 1 of 1 steps are done, 0 were written $/],
] as const)('the headline of a run, %#', (results, isMine, headline) => {
  expect(said(results, isMine)).toMatch(headline);
});

test('advice says what helps', () => {
  expect(said([result('denied')])).not.toContain('the rest was done');
  expect(said([result('closed', 'no way in')])).toContain('--credentials');
  const broken = said([result('closed', `not known: what mapRoles of aws-auth on ${CLUSTER} says (mapRoles is not valid YAML)`)]);
  expect(broken).toContain('set aws-auth of the cluster right first');
  expect(broken).not.toContain('--credentials');
  const missed = {
    path: 'p',
    call: 'kubernetes',
    account: '111111111111',
    state: 'refused',
    error: 'Unauthorized (401)',
  } as const;
  expect(adviceFor(missed)).toContain('does not know the caller');
  expect(adviceFor({ ...missed, error: 'ECONNREFUSED' })).toContain('was not reached');
});

test('what was evaluated names its cluster', () => {
  const check = { grant: 'g', caller: 'c', clusterArn: CLUSTER, request: 'get pods -A', verdict: 'yes', headline: '' } as const;
  const text = printRan('f', [], { results: [], backups: [] }, [check], { style }).replaceAll(/\s+/g, ' ');
  expect(text).toContain('get pods -A, on 111111111111/eu-west-1/prod');
});

test('output that cannot be written is told on stderr, in one line', () => {
  const full = openSync('/dev/full', 'w');
  try {
    const main = join(import.meta.dirname, '../../src/cli/main.ts');
    const { status, stderr } = spawnSync(process.execPath, [main, 'plan', '--help'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([4, expect.stringMatching(/^error: the output could not be written \(ENOSPC\)[^\n]*\n$/)]);
  } finally {
    closeSync(full);
  }
});
