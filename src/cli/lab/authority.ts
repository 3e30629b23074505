import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../edge/files/index.ts';
import type { EnvAnswer } from '../../edge/lab/index.ts';
import type { Io } from '../context.ts';
import { CliError, failed, usage } from '../exit.ts';
import { absolute } from '../files.ts';

/**
 * Writes the certificate authority of a lab into a file, for AWS_CA_BUNDLE, and gives its absolute path. A file of its own
 * for each address of a lab, replaced as a whole: a client may read it meanwhile. Throws a CliError.
 *
 * @param wanted where it is to be, if anywhere
 */
export function keepAuthority(
  { endpoint, authority }: Pick<EnvAnswer, 'endpoint' | 'authority'>,
  wanted: string | undefined,
  io: Pick<Io, 'env' | 'home' | 'cwd'>,
): string {
  const file = wanted === undefined ? ownFile(endpoint, io) : absolute(wanted, io);
  try {
    const there = readIfThere(file);
    if (there === authority) return file;
    if (there !== undefined && !there.startsWith('-----BEGIN CERTIFICATE-----')) {
      throw usage(`${file} is there and holds no certificate; it is left as it is`, '--ca-file names another file');
    }
    makeFolder(dirname(file));
    const beside = `${file}.new`;
    writeFileSync(beside, authority, { mode: 0o600 });
    renameSync(beside, file);
    return file;
  } catch (error) {
    if (error instanceof CliError) throw error;
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw failed(`the lab's authority cannot be written to ${file}${code}`, '--ca-file names another file');
  }
}

function ownFile(endpoint: string, { env, home }: Pick<Io, 'env' | 'home'>): string {
  const cache = env['XDG_CACHE_HOME'];
  if (cache?.startsWith('/') !== true && !home.startsWith('/')) {
    throw usage("there is no home folder to keep the lab's authority in", '--ca-file names a file for it');
  }
  const base = cache?.startsWith('/') === true ? cache : join(home, '.cache');
  return join(base, 'causeway', 'lab', `${new URL(endpoint).port}.pem`);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
