import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeLab } from '../../src/edge/lab/lab.ts';
import { articleSeed } from '../../src/edge/lab/seed/article.ts';
import { isAlive } from '../../src/edge/lab/state/alive.ts';
import { openJournal } from '../../src/edge/lab/state/journal.ts';
import type { Change } from '../../src/edge/lab/state/store.ts';
import { as, NOW, query } from './make.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (at = folder, alive = false) => openJournal(at, 1, () => alive);
const value = (name: string): Change => ({ scope: 'lab', kind: 'value', name, document: { value: name } });

describe('a kept state', () => {
  it('is there after a kill, with users, keys and sessions', () => {
    const first = open();
    expect(first.initial).toBeUndefined();
    const seed = articleSeed(NOW, true);
    first.keep(seed);
    const lab = makeLab({ initial: seed, keep: first.keep, now: () => NOW });
    const admin = as(lab, '111111111111/admin');
    const root = as(lab, '111111111111/root');
    expect(query(lab, admin, 'iam', { Action: 'CreateUser', UserName: 'dev' }).status).toBe(200);
    // Nothing is closed: the process was killed.
    const again = makeLab({ initial: open().initial ?? [], now: () => NOW });
    for (const who of [admin, root]) expect(query(again, who, 'sts', { Action: 'GetCallerIdentity' }).status).toBe(200);
    expect(query(again, admin, 'iam', { Action: 'GetUser', UserName: 'dev' }).status).toBe(200);
  });

  it('cut anywhere is the state of some moment before, and goes on from there', () => {
    const journal = open();
    for (const name of ['a', 'b', 'c']) journal.keep([value(name), value(`${name}2`)]);
    const file = join(folder, 'lab.jsonl');
    const { size } = statSync(file);
    for (let at = 0; at <= size; at += 7) {
      const other = mkdtempSync(join(folder, 'cut-'));
      copyFileSync(file, join(other, 'lab.jsonl'));
      truncateSync(join(other, 'lab.jsonl'), at);
      const cut = open(other);
      const names = (cut.initial ?? []).map((change) => change.name);
      expect(['a', 'a2', 'b', 'b2', 'c', 'c2'].slice(0, names.length)).toEqual(names);
      expect(names.length % 2).toBe(0);
      cut.keep([value('later')]);
      cut.close();
      expect(open(other).initial?.at(-1)?.name).toBe('later');
    }
  });

  it('that somebody changed is refused, with the line', () => {
    const journal = open();
    journal.keep([value('a')]);
    journal.close();
    writeFileSync(join(folder, 'lab.jsonl'), `${readFileSync(join(folder, 'lab.jsonl'), 'utf8')}{"a":1}\n`);
    expect(() => open()).toThrow('line 2 of');
  });

  it('serves one lab at a time, and its owner alone', () => {
    const journal = open();
    journal.keep([value('a')]);
    expect(() => open(folder, true)).toThrow('a lab runs on this state already');
    journal.close();
    open(folder, true).close();
    expect(statSync(join(folder, 'lab.jsonl')).mode & 0o077).toBe(0);
  });

  it('is free again when its lab was killed, also before anybody asked how it ended', () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(2 ** 22 + 1)).toBe(false);
    // The shell becomes a program that never asks how its child ended, so the child stays a zombie.
    const parent = spawn('sh', ['-c', 'sh -c "exit 0" & echo $!; exec tail -f /dev/null'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return new Promise<void>((resolve, reject) => {
      parent.stdout.once('data', (data: Buffer) => {
        const child = Number.parseInt(data.toString(), 10);
        const look = (): void => {
          if (isAlive(child)) return void setImmediate(look);
          parent.kill('SIGKILL');
          resolve();
        };
        look();
      });
      parent.once('error', reject);
    });
  });

  it('that cannot be written makes no change', () => {
    const lab = makeLab({
      initial: articleSeed(NOW, true),
      now: () => NOW,
      keep: (changes) => {
        if (changes.some(({ kind }) => kind === 'user')) throw new Error('the disk is full');
      },
    });
    const admin = as(lab, '111111111111/admin');
    expect(query(lab, admin, 'iam', { Action: 'CreateUser', UserName: 'dev' }).status).toBe(500);
    expect(query(lab, admin, 'iam', { Action: 'GetUser', UserName: 'dev' }).status).toBe(404);
  });
});
