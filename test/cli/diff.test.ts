import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diffAccess } from '../../src/access/index.ts';
import { accessDiffOutput } from '../../src/cli/output/diff.ts';
import { printAccessDiff } from '../../src/cli/print/between.ts';
import { styleFor } from '../../src/cli/print/style.ts';
import { openInventory } from '../../src/edge/files/index.ts';
import { cli } from './run.ts';

const WRITTEN = 'examples/article/as-written';
const RIGHT = 'examples/article/put-right';

test.each([
  ['the same folder', [RIGHT, RIGHT], 0, /^SAME: /],
  ['another', [WRITTEN, RIGHT], 1, /^DIFFERS: /],
  ['a folder that is missing', [WRITTEN, 'examples/nowhere'], 2, /^$/],
  ['one folder alone', [WRITTEN], 2, /^$/],
])('%s', async (_name, words, exit, first) => {
  const ran = await cli(['diff', ...words]);
  expect(ran.out).toMatch(first);
  expect(ran.exit).toBe(exit);
});

test('json has the published shape and tells the same the other way round', async () => {
  const forth = await cli(['diff', WRITTEN, RIGHT, '-o', 'json']);
  const back = await cli(['diff', RIGHT, WRITTEN, '-o', 'json']);
  const [a, b] = [forth, back].map(({ out }) => accessDiffOutput.parse(JSON.parse(out)));
  const lines = (diff: typeof a, gained: 'gained' | 'lost') =>
    diff?.changes
      .flatMap((change) => change[gained].map((rule) => JSON.stringify([change.principal, change.scope, rule])))
      .sort();
  expect(lines(a, 'gained')).toEqual(lines(b, 'lost'));
  expect(lines(a, 'gained')?.length).toBeGreaterThan(10);
  expect(a?.exitCode).toBe(1);
});

test('what one folder lacks is no firm difference', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-diff-'));
  try {
    cpSync(RIGHT, folder, { recursive: true });
    // It says that the folder is complete.
    rmSync(join(folder, 'inventory.json'));
    rmSync(join(folder, 'accounts/111111111111/eks/eu-west-1/prod/kubernetes.yaml'), { force: true });
    const ran = await cli(['diff', RIGHT, folder]);
    expect([ran.exit, ran.out.slice(0, 12)]).toEqual([3, 'CANNOT TELL:']);
    expect(ran.out).toContain('Evidence that is missing:');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('no line but one with a single word is wider than the page, and what comes from files cannot steer the terminal', () => {
  const [before, after] = [WRITTEN, RIGHT].map((folder) => openInventory(folder, { cache: false }).inventory);
  if (before === undefined || after === undefined) throw new Error('no examples');
  const diff = diffAccess(before, after, { now: new Date('2026-11-25T00:00:00Z') });
  const text = printAccessDiff(diff, styleFor({ stdout: { write: () => true, columns: 80 }, env: { LC_ALL: 'C' } }));
  for (const line of text.split('\n')) {
    const words = line.replace(/^ *(?:by way of|only if|not known:)? */, '').split(' ');
    if (line.length > 80) expect(words).toHaveLength(1);
  }
  const hostile = diff.changes.map((change) => ({ ...change, scope: '\u001b[2Jx' }));
  const style = styleFor({ stdout: { write: () => true }, env: {} });
  expect(printAccessDiff({ ...diff, changes: hostile }, style)).not.toContain('\u001b');
});
