import * as node from 'node:fs';
import { makeFolder } from './make-folder.ts';

/** What `replaceFile` needs of a file system; node:fs has it, and a test can make it fail at any step. */
export interface Disk {
  /** Text and facts of a file, symbolic links followed; undefined where nothing is. Throws on anything but a file. */
  readonly read: (
    path: string,
  ) => { readonly text: string; readonly mode: number; readonly uid: number; readonly gid: number } | undefined;
  /** The path behind symbolic links, also of a link whose target is not there yet. */
  readonly resolve: (path: string) => string;
  /** Makes a file that must not be there, writes it through to the disk and closes it. */
  readonly create: (path: string, text: string, mode: number, owner?: { readonly uid: number; readonly gid: number }) => void;
  readonly rename: (from: string, to: string) => void;
  /** A second name for a file; the name must not be there. */
  readonly link: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
  /** Makes a folder that is its owner's alone, with those above it; writes its names through to the disk. */
  readonly makeFolder: (path: string) => void;
  readonly syncFolder: (path: string) => void;
  readonly list: (folder: string) => readonly string[];
  /** Age and text of a file, links not followed; undefined where nothing is. */
  readonly inspect: (path: string) => { readonly text: string; readonly modified: number; readonly inode: number } | undefined;
}

/** The file system of this machine. */
export const disk: Disk = {
  read(path) {
    let file: number;
    try {
      // Not blocked by a pipe that nobody writes to.
      file = node.openSync(path, node.constants.O_RDONLY | node.constants.O_NONBLOCK);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const facts = node.fstatSync(file);
      if (!facts.isFile())
        throw Object.assign(new Error(`${path} is no file`), { code: facts.isDirectory() ? 'EISDIR' : 'ENOTFILE' });
      return { text: decode(path, node.readFileSync(file)), mode: facts.mode & 0o7777, uid: facts.uid, gid: facts.gid };
    } finally {
      node.closeSync(file);
    }
  },
  resolve(path) {
    return resolveLinks(path, 40);
  },
  create(path, text, mode, owner) {
    const file = node.openSync(path, 'wx', 0o600);
    try {
      node.writeFileSync(file, text);
      if (owner !== undefined) {
        const made = node.fstatSync(file);
        if (made.uid !== owner.uid || made.gid !== owner.gid) node.fchownSync(file, owner.uid, owner.gid);
      }
      node.fchmodSync(file, mode);
      node.fsyncSync(file);
    } finally {
      node.closeSync(file);
    }
  },
  rename: node.renameSync,
  link: node.linkSync,
  remove: (path) => node.rmSync(path, { force: true }),
  makeFolder,
  syncFolder(path) {
    const folder = node.openSync(path, 'r');
    try {
      node.fsyncSync(folder);
    } finally {
      node.closeSync(folder);
    }
  },
  list: (folder) => node.readdirSync(folder),
  inspect(path) {
    try {
      const facts = node.lstatSync(path);
      // kubectl makes its lock without any right to read it.
      const readable = facts.isFile() && (facts.mode & 0o400) !== 0;
      return { text: readable ? node.readFileSync(path, 'utf8') : '', modified: facts.mtimeMs, inode: facts.ino };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  },
};

/** Other bytes would not survive being read and written. */
function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw Object.assign(new Error(`${path} is not written in UTF-8`), { code: 'ENOTUTF8' });
  }
}

function resolveLinks(path: string, left: number): string {
  const folder = path.slice(0, Math.max(1, path.lastIndexOf('/')));
  const name = path.slice(path.lastIndexOf('/') + 1);
  let real: string;
  try {
    real = node.realpathSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
  const full = `${real === '/' ? '' : real}/${name}`;
  let target: string;
  try {
    target = node.readlinkSync(full);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EINVAL') return full;
    throw error;
  }
  if (left === 0) throw Object.assign(new Error(`${path} leads in a circle`), { code: 'ELOOP' });
  return resolveLinks(target.startsWith('/') ? target : `${real}/${target}`, left - 1);
}

/** The code of a system error: `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
