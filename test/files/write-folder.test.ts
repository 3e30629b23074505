import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Disk, disk } from '../../src/edge/files/disk.ts';
import { folderProblem, writeFolder } from '../../src/edge/files/write-folder.ts';
import { makeInventory } from '../../src/inventory/index.ts';

let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'causeway-folder-')), 'inv');
  return () => rmSync(join(folder, '..'), { recursive: true, force: true });
});

const about = (complete: readonly string[]) => ({ path: 'inventory.json', text: JSON.stringify({ version: 1, complete }) });
const A = 'accounts/111111111111/iam.json';
const B = 'accounts/111111111111/oidc-providers.json';
const C = 'accounts/222222222222/iam.json';
const OLD = [about([A, B]), { path: A, text: '{"old": 1}' }, { path: B, text: '{"same": 1}' }];
const NEW = [about([A, C]), { path: A, text: '{"new": 1}' }, { path: C, text: '{"new": 2}' }];

/** Every file below the folder with its text. */
function files(): Record<string, string> {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    all
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
}

/** A disk that is cut off before its n-th change. */
function dyingAt(n: number): Disk {
  let done = 0;
  const step = <T extends readonly unknown[]>(change: (...args: T) => void) => {
    return (...args: T): void => {
      if (++done >= n) throw new Error('killed');
      change(...args);
    };
  };
  const { create, rename, remove, makeFolder } = disk;
  return { ...disk, create: step(create), rename: step(rename), remove: step(remove), makeFolder: step(makeFolder) };
}

test('files are written, kept where they are the same, and taken away where they are gone', () => {
  expect(writeFolder(folder, OLD, disk, 1)).toEqual({ written: 2, unchanged: 0, removed: [] });
  expect(writeFolder(folder, OLD, disk, 1)).toEqual({ written: 0, unchanged: 2, removed: [] });
  expect(writeFolder(folder, NEW, disk, 1)).toEqual({ written: 2, unchanged: 0, removed: [B] });
  expect(Object.keys(files()).sort()).toEqual([A, C, 'inventory.json']);
  expect(statSync(join(folder, A)).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('a run that is killed at any step says so, and the next one puts it right', () => {
  writeFolder(folder, NEW, disk, 1);
  const wanted = files();
  let killed = 0;
  for (let n = 1; ; n++) {
    rmSync(folder, { recursive: true, force: true });
    writeFolder(folder, OLD, disk, 1);
    try {
      writeFolder(folder, NEW, dyingAt(n), 2);
      break;
    } catch (error) {
      if (!(error instanceof Error && error.message === 'killed')) throw error;
    }
    killed++;
    const left = files();
    // What stands there is whole, and a mix of two moments is never called complete.
    for (const path of [A, B, C])
      expect(['{"old": 1}', '{"new": 1}', '{"same": 1}', '{"new": 2}', undefined]).toContain(left[path]);
    const { complete } = JSON.parse(left['inventory.json'] ?? '') as { readonly complete?: readonly string[] };
    const untouched = left[A] === '{"old": 1}' && left[B] !== undefined && left[C] === undefined;
    expect(complete === undefined || untouched).toBe(true);
    if (complete === undefined) {
      const inventory = makeInventory([{ path: 'inventory.json', size: 1, text: () => left['inventory.json'] ?? '' }, source(C)]);
      expect(inventory.accounts.get('222222222222')?.oidcProviders().state).toBe('notCollected');
    }
    writeFolder(folder, NEW, disk, 3);
    expect(files()).toEqual(wanted);
  }
  expect(killed).toBeGreaterThan(8);
});

const source = (path: string) => ({ path, size: 2, text: () => '{}' });

describe('what others wrote', () => {
  test('stays, and is in the way only where a file of ours is to go', () => {
    mkdirSync(join(folder, 'accounts/333333333333'), { recursive: true });
    writeFileSync(join(folder, 'accounts/333333333333/iam.json'), 'theirs');
    expect(writeFolder(folder, OLD, disk, 1)).toMatchObject({ written: 2 });
    mkdirSync(join(folder, 'accounts/222222222222'), { recursive: true });
    writeFileSync(join(folder, C), 'theirs');
    const before = files();
    expect(writeFolder(folder, NEW, disk, 1)).toEqual({ inTheWay: [C] });
    expect(files()).toEqual(before);
  });

  test.each(['{}', '[]', 'null', 'no json', '{"files": 1}'])('inventory.json of somebody else: %s', (text) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'inventory.json'), text);
    expect(writeFolder(folder, OLD, disk, 1)).toEqual({ inTheWay: ['inventory.json'] });
  });

  test('a list that leads out of the folder takes nothing away there', () => {
    writeFolder(folder, OLD, disk, 1);
    writeFileSync(join(folder, '../outside'), 'theirs');
    const list = ['../outside', 'accounts/../../outside', '/etc/hostname', 'accounts/./x', A, B];
    writeFileSync(join(folder, 'inventory.json'), JSON.stringify({ version: 1, files: list }));
    writeFolder(folder, NEW, disk, 1);
    expect(readFileSync(join(folder, '../outside'), 'utf8')).toBe('theirs');
  });
});

test('what the system says is put into words', () => {
  expect(folderProblem('inv', Object.assign(new Error('x'), { code: 'ENOSPC' }))).toBe(
    'inv could not be written: the disk is full',
  );
  expect(folderProblem('inv', new Error('x'))).toBeUndefined();
});
