import { basename, dirname, join } from 'node:path';

/** So many runs of a command add to its entry what they compiled; then it is left alone. */
const RENEWALS = 4;

/** Bytes before V8's own data: how often the entry was written, and how long the data is. */
const HEADER = 8;

/**
 * Runs a CommonJS file, in its function wrapper, with what V8 compiled of it in earlier runs, and keeps what this run
 * compiles.
 *
 * Node's own compile cache holds only what is compiled when a file is loaded. V8 compiles most functions when they are
 * first called, so with it half of a short run was still spent on compiling. An entry here is written when the process ends
 * (vm.Script createCachedData). Whatever is off with an entry, it is as if there were none; nothing here fails a command.
 *
 * @param file absolute path of ASCII text; its name must change with its text
 * @param folder where entries are kept
 * @param kind entries are kept apart by it; undefined: nothing is kept
 */
export function runCached(file: string, folder: string, kind: string | undefined): void {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const { createRequire } = process.getBuiltinModule('node:module');
  const { Script } = process.getBuiltinModule('node:vm');
  const path = join(folder, `${basename(file)}-${process.version}-${process.arch}-${kind}`);
  const entry = kind === undefined ? undefined : readEntry(path);
  // The bundle is ASCII, which is the quickest to read.
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    ...(entry === undefined ? {} : { cachedData: entry.data }),
  });
  const written = entry === undefined || script.cachedDataRejected === true ? 0 : entry.written;
  if (kind !== undefined && written < RENEWALS) {
    process.on('exit', () => writeEntry(path, written + 1, script.createCachedData()));
  }
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
}

interface Entry {
  readonly written: number;
  readonly data: Buffer;
}

function readEntry(path: string): Entry | undefined {
  const { closeSync, constants, fstatSync, openSync, readFileSync } = process.getBuiltinModule('node:fs');
  try {
    const handle = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const stats = fstatSync(handle);
      // What stands in it is run: it must be ours, and nobody else may have written to it.
      if (!stats.isFile() || (process.getuid !== undefined && (stats.uid !== process.getuid() || (stats.mode & 0o022) !== 0)))
        return undefined;
      const bytes = readFileSync(handle);
      const data = bytes.subarray(HEADER);
      if (bytes.length <= HEADER || bytes.readUInt32LE(4) !== data.length) return undefined;
      return { written: bytes.readUInt32LE(0), data };
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
}

/** V8 does not look for damage in the data, so an entry must be whole or not there: it is on the disk before it has its name. */
function writeEntry(path: string, written: number, data: Buffer): void {
  const { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } =
    process.getBuiltinModule('node:fs');
  const fresh = `${path}.${process.pid}.tmp`;
  try {
    // Node's own `recursive` never comes back from a place that refuses to hold folders, such as /proc.
    const lacking: string[] = [];
    for (let at = dirname(path); !existsSync(at); at = dirname(at)) lacking.unshift(at);
    for (const folder of lacking) mkdirSync(folder, { mode: 0o700 });
    const header = Buffer.alloc(HEADER);
    header.writeUInt32LE(written, 0);
    header.writeUInt32LE(data.length, 4);
    rmSync(fresh, { force: true });
    const handle = openSync(fresh, 'wx', 0o600);
    try {
      if (writeSync(handle, Buffer.concat([header, data])) !== HEADER + data.length) throw new Error('the disk is full');
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(fresh, path);
  } catch {
    try {
      rmSync(fresh, { force: true });
    } catch {
      // A folder that cannot be written to.
    }
  }
}
