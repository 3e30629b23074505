import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backupFolder, keepText } from '../../src/edge/apply/state-folder.ts';

test.each([
  [{}, '/home/x/.local/state/causeway/backups'],
  [{ XDG_STATE_HOME: '/state' }, '/state/causeway/backups'],
  [{ XDG_STATE_HOME: 'relative' }, '/home/x/.local/state/causeway/backups'],
])('%j', (env, folder) => {
  expect(backupFolder(env, '/home/x')).toBe(folder);
});

test('a backup is its owner’s alone, and the first of its name stays and counts as new', () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-state-'));
  try {
    const path = keepText(join(folder, 'state'), 'a/b.json', 'first', 1);
    utimesSync(path, 0, 0);
    expect(keepText(join(folder, 'state'), 'a/b.json', 'second', 2)).toBe(path);
    expect(statSync(path).mtimeMs).toBeGreaterThan(0);
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'state', 'a')).mode & 0o777).toBe(0o700);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
