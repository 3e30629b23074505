import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const PROGRAM = `(function (exports, require, module, __filename, __dirname) {
function late() { return require('node:path').basename(__filename); }
process.stdout.write(late());
})`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-code-'));
  writeFileSync(join(folder, 'program-1.cjs'), PROGRAM);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MODULE = new URL('../../src/cli/code-cache.ts', import.meta.url).href;

/** Runs the program in a process of its own; gives what it printed. */
function run(kind: string | undefined, kept = join(folder, 'kept')): string {
  const text = `import { runCached } from ${JSON.stringify(MODULE)};
    runCached(${JSON.stringify(join(folder, 'program-1.cjs'))}, ${JSON.stringify(kept)}, ${JSON.stringify(kind)});`;
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', text], { encoding: 'utf8' });
  return done.status === 0 ? done.stdout : done.stderr;
}

function entry(): string {
  const names = readdirSync(join(folder, 'kept'));
  expect(names).toHaveLength(1);
  return join(folder, 'kept', names[0] ?? '');
}

const written = (): number => readFileSync(entry()).readUInt32LE(0);

test('the first runs add to the entry, then it is left alone', () => {
  for (const count of [1, 2, 3, 4, 4]) {
    expect(run('can-i')).toBe('program-1.cjs');
    expect(written()).toBe(count);
  }
});

test('functions that are called late are in the entry', () => {
  run('can-i');
  const long = readFileSync(entry()).length;
  writeFileSync(join(folder, 'program-1.cjs'), PROGRAM.replace('late());', "'program-1.cjs');"));
  rmSync(entry());
  run('can-i');
  expect(readFileSync(entry()).length).toBeLessThan(long);
});

test('an entry that others could have written is not run, and made anew', () => {
  run('can-i');
  run('can-i');
  chmodSync(entry(), 0o622);
  expect(run('can-i')).toBe('program-1.cjs');
  expect(written()).toBe(1);
});

test('nor is one behind a symbolic link', () => {
  run('can-i');
  run('can-i');
  const moved = join(folder, 'elsewhere');
  writeFileSync(moved, readFileSync(entry()), { mode: 0o600 });
  const path = entry();
  rmSync(path);
  symlinkSync(moved, path);
  expect(run('can-i')).toBe('program-1.cjs');
  expect(written()).toBe(1);
});

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
  ['of another V8', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 12), Buffer.alloc(4), bytes.subarray(16)])],
  ['empty', () => Buffer.alloc(0)],
])('an entry that is %s is as none', (_, damage) => {
  run('can-i');
  run('can-i');
  const path = entry();
  writeFileSync(path, damage(readFileSync(path)));
  expect(run('can-i')).toBe('program-1.cjs');
  expect(written()).toBe(1);
});

test('without a kind, and where nothing can be kept, it runs all the same', () => {
  expect(run(undefined)).toBe('program-1.cjs');
  writeFileSync(join(folder, 'file'), '');
  expect(run('can-i', join(folder, 'file', 'below'))).toBe('program-1.cjs');
  expect(readdirSync(folder).sort()).toEqual(['file', 'program-1.cjs']);
});
