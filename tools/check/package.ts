import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { bundle, loadedAtStart, notices } from '../bundle.ts';
import { api } from './api.ts';
import { root, run } from './run.ts';

const dist = join(root, 'dist');

/** Writes dist/: the bundle, the licences of what is in it, and the declarations. Complaints, when something is wrong. */
export async function build(): Promise<string[]> {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  const metafile = await bundle(dist);
  await writeFile(join(dist, 'THIRD-PARTY-NOTICES.txt'), await notices(metafile));
  await chmod(join(dist, 'causeway.js'), 0o755);
  const heavy = loadedAtStart(metafile).filter((path) => /^src\/(?:access|inventory|rules|grants|lint|edge)\//.test(path));
  return [
    ...heavy.map((path) => `${path} is loaded before the command is known; import it where the command runs`),
    ...(await api({ report: 'leave', types: join(dist, 'index.d.ts') })),
  ];
}

/**
 * Builds, and tries what is built: the package as publint sees it, and the bin with no node_modules to lean on.
 * Complaints, when something is wrong.
 */
export async function builtPackage(): Promise<string[]> {
  const complaints = await build();
  const { messages, pkg } = await publint({ pkgDir: root, pack: false, level: 'warning' });
  for (const message of messages) complaints.push(`publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
  const help = await run(process.execPath, [join(dist, 'causeway.js'), '--help']);
  if (help.code !== 0 || !help.stdout.includes('USAGE'))
    complaints.push(`dist/causeway.js --help: exit ${help.code}\n${help.stderr}`);
  return complaints;
}
