import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Io } from '../context.ts';
import { failed } from '../exit.ts';
import { absolute, cannotRead } from '../files.ts';

/**
 * The kubeconfig files that are meant: `--kubeconfig`, else KUBECONFIG (divided as PATH is, blanks dropped), else
 * ~/.kube/config (facts/eks.md §4.3). A name that was typed stays as it was, for messages.
 */
export function kubeconfigFiles(flag: string | undefined, io: Pick<Io, 'cwd' | 'home' | 'env'>): readonly string[] {
  if (flag !== undefined) return [flag];
  const listed = (io.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file.trim() !== '');
  const files = listed.length > 0 ? listed.map((file) => absolute(file, io)) : [join(io.home, '.kube', 'config')];
  return [...new Set(files)];
}

/** Text of a kubeconfig with every byte; undefined where there is none. Throws a CliError. */
export function readKubeconfigText(file: string, io: Pick<Io, 'cwd' | 'home'>): string | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(absolute(file, io));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw cannotRead(file, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw failed(`${file} is not written in UTF-8`, 'save it as UTF-8: kubectl reads nothing else');
  }
}
