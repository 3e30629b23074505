import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../../src/edge/credentials/make-folder.ts';

it('makes what is lacking for its owner alone, twice over', () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-folder-'));
  try {
    const inner = join(folder, 'a/b');
    makeFolder(inner);
    makeFolder(inner);
    expect(statSync(inner).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it.runIf(process.platform === 'linux')('comes back from a place that holds no folders', () => {
  expect(() => makeFolder('/proc/self/causeway/cache')).toThrow();
});
