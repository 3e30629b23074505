import { createReadStream, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Io } from './context.ts';
import { failed, usage } from './exit.ts';

/** A file name as the user meant it: `~` is the home folder, anything relative starts where the command was called. */
export function absolute(file: string, io: Pick<Io, 'cwd' | 'home'>): string {
  if (file === '~' || file.startsWith('~/')) return join(io.home, file.slice(1));
  return isAbsolute(file) ? file : resolve(io.cwd, file);
}

/** The bytes of a file, or of standard input for `-`, as they come. Throws a CliError that names the file. */
export async function* openBytes(file: string, io: Pick<Io, 'cwd' | 'home' | 'stdin'>): AsyncGenerator<Uint8Array> {
  try {
    if (file === '-') {
      for await (const chunk of io.stdin) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      return;
    }
    const path = absolute(file, io);
    if (statSync(path).isDirectory()) throw usage(`${file} is a folder, a file is expected`);
    yield* createReadStream(path, { highWaterMark: 1 << 18 });
  } catch (error) {
    throw cannotRead(file, error);
  }
}

/** The text of a small file; undefined when there is none. Throws a CliError for any other trouble. */
export function readTextIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw cannotRead(path, error);
  }
}

/** Says in words why a file cannot be read: a name that leads nowhere is wrong use, anything else could not be done. */
export function cannotRead(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return usage(`there is no file ${file}`);
  if (error.code === 'EISDIR') return usage(`${file} is a folder, a file is expected`);
  if (error.code === 'EACCES' || error.code === 'EPERM') return failed(`no permission to read ${file}`);
  return failed(`${file} cannot be read (${error.code})`);
}
