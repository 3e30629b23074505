import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Disk, disk } from '../../src/edge/files/disk.ts';
import { Locked, type LockWorld } from '../../src/edge/files/lock.ts';
import { type Change, replaceFile, replaceProblem } from '../../src/edge/files/replace.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-replace-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface World extends LockWorld {
  readonly uid: number;
  waited: number;
}

/** A world in which no time passes but by waiting. */
function world(over: Partial<LockWorld & { uid: number }> = {}): World {
  const it: World = {
    disk,
    now: () => Date.now() + it.waited,
    wait: (milliseconds) => {
      it.waited += milliseconds;
      return Promise.resolve();
    },
    host: 'here',
    pid: 1001,
    isAlive: (pid) => pid === 1001,
    uid: process.getuid?.() ?? 0,
    waited: 0,
    ...over,
  };
  return it;
}

const add: Change = (text = '') => (text.includes('new') ? undefined : `${text}new\n`);
const path = (name = 'config') => join(folder, name);
const text = (name = 'config') => readFileSync(path(name), 'utf8');
const mode = (name = 'config') => (statSync(path(name)).mode & 0o777).toString(8);

describe('a file is replaced', () => {
  test('mode stays, a backup of the owner alone stands beside it, nothing else is left', async () => {
    writeFileSync(path(), 'old\n');
    chmodSync(path(), 0o640);
    expect(await replaceFile(path(), add, world())).toEqual({ changed: true, backup: path('config.before-causeway') });
    expect([text(), mode()]).toEqual(['old\nnew\n', '640']);
    expect([text('config.before-causeway'), mode('config.before-causeway')]).toEqual(['old\n', '600']);
    expect(readdirSync(folder).sort()).toEqual(['config', 'config.before-causeway']);
  });

  test('the backup is that from before the first change', async () => {
    writeFileSync(path(), 'old\n');
    await replaceFile(path(), add, world());
    await replaceFile(path(), (before) => `${before}third\n`, world());
    expect(text('config.before-causeway')).toBe('old\n');
  });

  test('a new file and its folder are their owner’s alone', async () => {
    const file = path('deep/kube/config');
    expect(await replaceFile(file, add, world())).toEqual({ changed: true });
    expect([mode('deep/kube/config'), mode('deep/kube'), text('deep/kube/config')]).toEqual(['600', '700', 'new\n']);
  });

  test('what is as wished is not touched, nor locked, nor backed up', async () => {
    writeFileSync(path(), 'new\n');
    expect(await replaceFile(path(), add, world())).toEqual({ changed: false });
    expect(readdirSync(folder)).toEqual(['config']);
  });

  test('a symbolic link stays one, and what is behind it changes', async () => {
    mkdirSync(path('real'));
    writeFileSync(path('real/config'), 'old\n');
    symlinkSync('real/config', path());
    await replaceFile(path(), add, world());
    expect([text('real/config'), text()]).toEqual(['old\nnew\n', 'old\nnew\n']);
    expect(readdirSync(folder).sort()).toEqual(['config', 'real']);
    expect(readdirSync(path('real')).sort()).toEqual(['config', 'config.before-causeway']);
  });

  test('a link whose target is not there yet', async () => {
    mkdirSync(path('real'));
    symlinkSync(path('real/config'), path());
    await replaceFile(path(), add, world());
    expect(text('real/config')).toBe('new\n');
  });
});

describe('a lock', () => {
  const lock = () => path('config.lock');
  const old = (seconds: number) => utimesSync(lock(), Date.now() / 1000 - seconds, Date.now() / 1000 - seconds);

  test.each<[string, string, number, boolean]>([
    ['of a process that is gone', '7@here\n', 0, true],
    ['of a process that lives', '1001@here\n', 100_000, false],
    ['of kubectl, just now', '', 0, false],
    ['of kubectl, a minute ago', '', 61, true],
    ['of another machine', '7@there\n', 300, false],
    ['of another machine, long ago', '7@there\n', 601, true],
  ])('%s', async (_, holder, age, taken) => {
    writeFileSync(path(), 'old\n');
    writeFileSync(lock(), holder);
    old(age);
    const it = world();
    if (taken) expect(await replaceFile(path(), add, it)).toMatchObject({ changed: true });
    else {
      await expect(replaceFile(path(), add, it)).rejects.toThrow(Locked);
      expect([text(), readFileSync(lock(), 'utf8')]).toEqual(['old\n', holder]);
      expect(it.waited).toBeLessThan(10_000);
    }
  });

  test('what somebody wrote while we waited is not lost', async () => {
    writeFileSync(path(), 'old\n');
    writeFileSync(lock(), '1001@here\n');
    const it = world({
      wait: () => {
        writeFileSync(path(), 'old\ntheirs\n');
        rmSync(lock(), { force: true });
        return Promise.resolve();
      },
    });
    await replaceFile(path(), add, it);
    expect(text()).toBe('old\ntheirs\nnew\n');
  });

  test('a lock that was taken over by somebody else in the meantime is given back', async () => {
    writeFileSync(path(), 'old\n');
    writeFileSync(lock(), '7@here\n');
    let stolen = false;
    const thief: Disk = {
      ...disk,
      rename: (from, to) => {
        if (from === lock() && !stolen) {
          stolen = true;
          rmSync(lock());
          // A name on another inode, as the other's new lock is.
          writeFileSync(path('other'), '1001@here\n');
          linkSync(path('other'), lock());
          rmSync(path('other'));
        }
        disk.rename(from, to);
      },
    };
    await expect(replaceFile(path(), add, world({ disk: thief, pid: 1002, isAlive: (pid) => pid > 1000 }))).rejects.toThrow(
      Locked,
    );
    expect(readFileSync(lock(), 'utf8')).toBe('1001@here\n');
  });
});

/** A disk that fails at the nth step that changes something; when killed, nothing after it happens either. */
function failing(at: number, error: Error, killed: boolean): Disk & { steps: number } {
  const it = { ...disk, steps: 0 };
  const guard =
    <A extends unknown[], R>(step: (...args: A) => R) =>
    (...args: A): R => {
      it.steps++;
      if (it.steps === at || (killed && it.steps > at)) throw error;
      return step(...args);
    };
  return Object.assign(it, {
    create: guard(disk.create),
    rename: guard(disk.rename),
    link: guard(disk.link),
    remove: guard(disk.remove),
    makeFolder: guard(disk.makeFolder),
    syncFolder: guard(disk.syncFolder),
  });
}

describe('whatever goes wrong', () => {
  test('killed before any step: the file is whole, and the next run finishes', async () => {
    for (let at = 1; at < 20; at++) {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      writeFileSync(path(), 'old\n');
      const dying = failing(at, new Error('killed'), true);
      const end = await replaceFile(path(), add, world({ disk: dying, pid: 7 })).catch((error: Error) => error.message);
      expect(['old\n', 'old\nnew\n']).toContain(text());
      await replaceFile(path(), add, world());
      expect(text()).toBe('old\nnew\n');
      await replaceFile(path(), (before) => `${before}more\n`, world());
      expect(text('config.before-causeway')).toBe('old\n');
      expect(readdirSync(folder).sort()).toEqual(['config', 'config.before-causeway']);
      if (dying.steps < at) return expect(at).toBeGreaterThan(5);
      expect(end === 'killed' || typeof end === 'object').toBe(true);
    }
    expect.unreachable('the steps come to an end');
  });

  test.each([
    ['ENOSPC', /disk is full/],
    ['EROFS', /read-only/],
    ['EACCES', /no permission/],
  ])('%s at any step leaves the old text and nothing beside it', async (code, message) => {
    for (let at = 1; at < 5; at++) {
      writeFileSync(path(), 'old\n');
      const error = Object.assign(new Error(`${code}: canary`), { code });
      const thrown: unknown = await replaceFile(path(), add, world({ disk: failing(at, error, false) })).catch(
        (caught: unknown) => caught,
      );
      expect(replaceProblem('config', thrown)).toMatch(message);
      expect(replaceProblem('config', thrown)).not.toContain('canary');
      expect(text()).toBe('old\n');
      expect(readdirSync(folder).filter((name) => !name.endsWith('.before-causeway'))).toEqual(['config']);
    }
  });

  test.each<[string, () => void, RegExp]>([
    ['a folder', () => mkdirSync(path()), /is a folder/],
    ['a circle of links', () => symlinkSync('config', path()), /circle/],
    ['bytes that are no UTF-8', () => writeFileSync(path(), Buffer.from([0x61, 0xff, 0x0a])), /not written in UTF-8/],
    ['another user', () => writeFileSync(path(), 'old\n'), /belongs to another user/],
  ])('%s is refused', async (_, make, message) => {
    make();
    const thrown: unknown = await replaceFile(path(), add, world({ uid: 4242 })).catch((caught: unknown) => caught);
    expect(replaceProblem(path(), thrown)).toMatch(message);
  });
});
