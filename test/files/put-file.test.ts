import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { disk, putFile } from '../../src/edge/files/index.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-put-'));
  return () => rmSync(folder, { recursive: true, force: true });
});
const put = (name: string, text: string): void => putFile(join(folder, name), text, disk, 7);

test('a file is made for its owner alone, and replaced as a whole', () => {
  put('a', 'first');
  put('a', 'second');
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('second');
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['a']);
});

test.each(['there', 'absent'])('a symbolic link stays, and the file behind it changes: %s', (target) => {
  writeFileSync(join(folder, 'there'), 'old');
  symlinkSync(target, join(folder, 'link'));
  put('link', 'new');
  expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, target), 'utf8')).toBe('new');
  expect(readdirSync(folder).sort()).toEqual([...new Set(['link', 'there', target])].sort());
});

// A pipe stands for every path that is no regular file.
test.each(['pipe', 'link'])('a pipe is written into, and stays one: by its %s', async (name) => {
  const pipe = join(folder, 'pipe');
  expect(spawnSync('sh', ['-c', 'mkfifo "$1"', 'sh', pipe]).status).toBe(0);
  symlinkSync('pipe', join(folder, 'link'));
  // Into a file: nobody here reads while it is written.
  const got = join(folder, 'got');
  const reader = spawn('sh', ['-c', 'exec cat "$1" > "$2"', 'sh', pipe, got]);
  const ended = once(reader, 'exit');
  const long = 'x'.repeat(300_000);
  put(name, long);
  await ended;
  expect(readFileSync(got, 'utf8') === long).toBe(true);
  expect(lstatSync(pipe).isFIFO()).toBe(true);
  expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['got', 'link', 'pipe']);
});

test('a folder is not replaced', () => {
  const inner = mkdtempSync(join(folder, 'inner-'));
  expect(() => putFile(inner, 'x', disk, 7)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
  expect(readdirSync(folder)).toHaveLength(1);
});
