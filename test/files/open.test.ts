import {
  chmodSync,
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
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openInventory, readText } from '../../src/edge/files/index.ts';
import { makeFolder } from '../../src/edge/files/make-folder.ts';
import { A, details, IAM, problemsOf, role } from '../inventory/folder.ts';

let folder = '';
let cache = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-files-'));
  cache = join(folder, '.cache');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string, content: string | Uint8Array): string {
  const absolute = join(folder, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, content);
  return absolute;
}

const ONE = JSON.stringify(details({ RoleDetailList: [role('one')] }));

/** An account file large enough to be remembered. */
function large(name: string): string {
  const roles = Array.from({ length: 1200 }, (_, i) => role(`${name}${String(i).padStart(4, '0')}`));
  return JSON.stringify(details({ RoleDetailList: roles }));
}

function trustsOf(options: Parameters<typeof openInventory>[1] = { cache: false }) {
  const trusts = openInventory(folder, options).inventory.accounts.get(A)?.trusts();
  return trusts?.state === 'collected' ? trusts.value.map(({ arn }) => arn.slice(arn.lastIndexOf('/') + 1)) : trusts?.state;
}

describe('openInventory', () => {
  test('reads a folder and gives its texts back for positions', () => {
    put(IAM, ONE);
    const { inventory, readText: read } = openInventory(folder, { cache: false });
    expect(inventory.accounts.get(A)?.iam().state).toBe('collected');
    expect(read(IAM)).toBe(ONE);
    expect(read('nowhere.json')).toBeUndefined();
  });

  test('a folder that is not there is a problem of the folder, not a crash', () => {
    expect(problemsOf(openInventory(join(folder, 'nowhere'), { cache: false }).inventory)).toEqual(['gone .']);
  });

  test('symbolic links are followed, and a loop ends', () => {
    put(IAM, ONE);
    symlinkSync(folder, join(folder, `accounts/${A}/loop`));
    symlinkSync(join(folder, 'gone'), join(folder, 'accounts/broken.json'));
    const { inventory } = openInventory(folder, { cache: false });
    expect(inventory.accounts.get(A)?.trusts().state).toBe('collected');
    expect(problemsOf(inventory)).toContain('gone accounts/broken.json');
  });

  test.runIf(process.getuid?.() !== 0)('a file without permission is refused', () => {
    chmodSync(put(IAM, ONE), 0);
    expect(trustsOf()).toBe('refused');
  });

  test('a large file is read in pieces, with the same result', () => {
    put(IAM, ONE);
    expect(trustsOf({ cache: false, streamedAbove: 10 })).toEqual(trustsOf());
  });
});

test('files of every size, one after another, are read whole and not mixed up', () => {
  const sizes = [3, 65_535, 65_536, 65_537, 0, 400_000, 2, 17_000_000, 131_072];
  const texts = sizes.map((size, i) => `${i}${'0123456789'.repeat(size / 10)}`.slice(0, size));
  const files = texts.map((text, i) => put(`${i}.txt`, text));
  const read = files.map(readText);
  for (const [i, text] of texts.entries()) expect(read[i] === text, `file of ${sizes[i]} bytes`).toBe(true);
});

describe('encodings', () => {
  const text = '{"Rôle":"日本"}';
  const utf16 = Buffer.from(text, 'utf16le');
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])],
    ['UTF-16 little endian with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])],
    ['UTF-16 big endian with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()])],
    ['UTF-16 little endian', utf16],
    ['UTF-16 big endian', Buffer.from(utf16).swap16()],
  ])('%s', (_, bytes) => {
    expect(readText(put('x.json', bytes))).toBe(text);
  });

  test.each([
    ['Latin-1', Buffer.from('{\n"R\u00f4le":1}', 'latin1'), 'byte 0xf4 at offset 4 (line 2)'],
    ['cut within a character', Buffer.from('{"a":"日').subarray(0, 8), 'byte 0xe6 at offset 6 (line 1)'],
    [
      'a stray byte far inside',
      Buffer.concat([Buffer.from('日本'.repeat(5_000)), Buffer.from([0x80])]),
      'byte 0x80 at offset 30000 (line 1)',
    ],
  ])('%s is refused with the place of the byte', (_, bytes, where) => {
    expect(readText(put('x.json', bytes))).toMatchObject({ unreadable: 'encoding', message: expect.stringContaining(where) });
  });

  test('a file in a wrong encoding is a problem and a gap', () => {
    put(IAM, Buffer.from('{"R\u00f4le":1}', 'latin1'));
    const { inventory } = openInventory(folder, { cache: false });
    expect(inventory.accounts.get(A)?.iam().state).toBe('notCollected');
    expect(problemsOf(inventory)).toEqual([`encoding ${IAM}`]);
  });
});

describe('the memory of role trusts', () => {
  const only = (): string => join(cache, readdirSync(cache)[0] ?? '');
  /** Replaces what is remembered, so that it shows whether it is used. */
  const rename = (): void => {
    writeFileSync(only(), readFileSync(only(), 'utf8').replaceAll('role/one', 'role/kept'));
  };

  beforeEach(() => {
    put(IAM, large('one'));
    trustsOf({ cache });
  });

  test('is used for an unchanged file, and gives the same', () => {
    expect(trustsOf({ cache })).toEqual(trustsOf());
    rename();
    expect(trustsOf({ cache })).toContain('kept0000');
  });

  test('is closed to others', () => {
    expect([statSync(cache).mode & 0o777, statSync(only()).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(readdirSync(cache)).toHaveLength(1);
  });

  test('is not used when it is switched off', () => {
    rename();
    expect(trustsOf({ cache: false })).toContain('one0000');
  });

  const OFF: readonly { name: string; spoil: () => void }[] = [
    { name: 'the file has another size', spoil: () => void put(IAM, `${large('one')} `) },
    { name: 'the file has another time', spoil: () => utimesSync(join(folder, IAM), 1, 1) },
    { name: 'the entry can be read by others', spoil: () => chmodSync(only(), 0o644) },
    { name: 'the folder is open to others', spoil: () => chmodSync(cache, 0o755) },
    { name: 'the entry is no JSON', spoil: () => writeFileSync(only(), '{"version":1,') },
    {
      name: 'the entry is of another version',
      spoil: () => writeFileSync(only(), readFileSync(only(), 'utf8').replace('"version":1', '"version":0')),
    },
    {
      name: 'a trust policy is missing in it',
      spoil: () =>
        writeFileSync(only(), readFileSync(only(), 'utf8').replace(/"documents":\[.*\],"roles"/, '"documents":[],"roles"')),
    },
    {
      name: 'the entry is a symbolic link',
      spoil: () => {
        const path = only();
        const elsewhere = put('elsewhere.json', readFileSync(path));
        chmodSync(elsewhere, 0o600);
        rmSync(path);
        symlinkSync(elsewhere, path);
      },
    },
  ];

  test.each(OFF)('is not used when $name', ({ spoil }) => {
    rename();
    spoil();
    expect(trustsOf({ cache })).toContain('one0000');
  });

  test('a cache folder that cannot be made costs nothing but time', () => {
    expect(trustsOf({ cache: join(put('file', 'x'), 'below') })).toContain('one0000');
  });
});

describe('a folder that is made', () => {
  test('with those above it, for its owner alone, and again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'causeway-folder-'));
    try {
      const inner = join(folder, 'a', 'b', 'c');
      makeFolder(inner);
      makeFolder(inner);
      expect([statSync(inner).mode & 0o777, statSync(join(folder, 'a')).mode & 0o777]).toEqual([0o700, 0o700]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('where none can be is an error at once (Node hangs there)', () => {
    expect(() => makeFolder('/proc/self/causeway/trusts')).toThrow();
  });
});
