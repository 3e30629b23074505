import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RoleTrust, TrustIndex } from '../../inventory/index.ts';
import { makeFolder } from './make-folder.ts';
import type { FoundFile } from './walk.ts';

/** Raised whenever what is kept, or how a trust policy is read, changes. */
const VERSION = 1;

/** Files below this size are read faster than a cache entry is looked up. */
const SMALLEST = 256 * 1024;

interface Entry {
  readonly version: number;
  readonly file: string;
  readonly stamp: string;
  /** Each trust policy once; many roles of an organization have equal ones. */
  readonly documents: readonly unknown[];
  readonly roles: readonly Row[];
}

type Row = readonly [arn: string, uniqueId: string, document: number, origin: RoleTrust['trust']['origin']];

/**
 * Remembers role trusts in a folder that only its owner can read. An entry counts only when file name, size, both
 * times and format are as they were, and entry and folder are the user's own, closed to others and no symbolic links.
 * Whatever is off with it, it is as if there were none; nothing here ever fails a command.
 */
export function makeTrustCache(folder: string, files: readonly FoundFile[]): TrustIndex {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const ready = (): boolean => {
    makeFolder(folder);
    return isOwn(lstatSync(folder), true);
  };
  return {
    get: (source) => {
      const file = byPath.get(source.path);
      if (file === undefined || source.size < SMALLEST) return undefined;
      return quietly(() => (isOwn(lstatSync(folder), true) ? readEntry(join(folder, nameOf(file)), file) : undefined));
    },
    put: (source, trusts) => {
      const file = byPath.get(source.path);
      if (file === undefined || source.size < SMALLEST) return;
      quietly(() => {
        if (ready()) writeEntry(folder, file, trusts);
      });
    },
  };
}

function quietly<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function isOwn(
  stats: { readonly uid: number; readonly mode: number; isFile(): boolean; isDirectory(): boolean },
  folder: boolean,
): boolean {
  const mine = process.getuid === undefined || stats.uid === process.getuid();
  return mine && (folder ? stats.isDirectory() : stats.isFile()) && (stats.mode & 0o077) === 0;
}

function nameOf(file: FoundFile): string {
  // Loading it takes longer than a small inventory.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return `trusts-${createHash('sha256').update(file.absolute).digest('hex').slice(0, 40)}.json`;
}

function stampOf({ stats }: FoundFile): string {
  return `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.ino}`;
}

function readEntry(path: string, file: FoundFile): readonly RoleTrust[] | undefined {
  const handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    if (!isOwn(fstatSync(handle), false)) return undefined;
    const entry: unknown = JSON.parse(readFileSync(handle, 'utf8'));
    if (!isEntry(entry) || entry.version !== VERSION || entry.file !== file.absolute || entry.stamp !== stampOf(file))
      return undefined;
    return entry.roles.map(([arn, uniqueId, document, origin]) => ({
      arn,
      uniqueId,
      trust: { name: 'trust policy', document: entry.documents[document], origin: { ...origin, file: file.path } },
    }));
  } finally {
    closeSync(handle);
  }
}

/** The shape as far as it is relied on: a damaged entry must not become a role without a trust policy. */
function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null || !('documents' in value) || !('roles' in value)) return false;
  const { documents, roles } = value;
  if (!Array.isArray(documents) || !Array.isArray(roles)) return false;
  return roles.every((row: unknown) => {
    if (!Array.isArray(row) || row.length !== 4) return false;
    const [arn, uniqueId, document, origin]: readonly unknown[] = row;
    const has = typeof document === 'number' && typeof documents[document] === 'object' && documents[document] !== null;
    return typeof arn === 'string' && typeof uniqueId === 'string' && has && typeof origin === 'object' && origin !== null;
  });
}

function writeEntry(folder: string, file: FoundFile, trusts: readonly RoleTrust[]): void {
  if (trusts.some(({ trust }) => trust.document === undefined || trust.gap !== undefined)) return;
  const documents: unknown[] = [];
  const places = new Map<string, number>();
  const roles = trusts.map(({ arn, uniqueId, trust }): Row => {
    const text = JSON.stringify(trust.document);
    const place = places.get(text) ?? documents.push(trust.document) - 1;
    places.set(text, place);
    return [arn, uniqueId, place, trust.origin];
  });
  const entry: Entry = { version: VERSION, file: file.absolute, stamp: stampOf(file), documents, roles };
  const path = join(folder, nameOf(file));
  const fresh = `${path}.${process.pid}.tmp`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, JSON.stringify(entry), { mode: 0o600, flag: 'wx' });
  renameSync(fresh, path);
}
