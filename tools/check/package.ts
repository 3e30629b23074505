import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { bundle, loadedAtStart, notices, partsOfToken } from '../bundle.ts';
import { api } from './api.ts';
import { root, run } from './run.ts';

const dist = join(root, 'dist');

/** What may be in the file that kubectl waits for: no parser of arguments, no schema, no YAML, no SDK. */
const OF_TOKEN =
  /^src\/(?:base\/(?:aws-config|escape)\.ts$|rules\/(?:arn|token)\/|edge\/credentials\/|cli\/(?:token\/|print\/wrap\.ts$|(?:credential-flags|error|exit|home|surroundings|terminal)\.ts$))/;

/** Writes dist/: the bundle, the licences of what is in it, and the declarations. Complaints, when something is wrong. */
export async function build(): Promise<string[]> {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  const metafile = await bundle(dist);
  await writeFile(join(dist, 'THIRD-PARTY-NOTICES.txt'), await notices(metafile));
  await chmod(join(dist, 'causeway.js'), 0o755);
  const heavy = loadedAtStart(metafile).filter((path) => /^src\/(?:access|inventory|rules|grants|lint|edge)\//.test(path));
  const stray = partsOfToken(metafile).filter((path) => !OF_TOKEN.test(path));
  return [
    ...stray.map((path) => `${path} is in the file of \`causeway token\`, which loads base, arn, token and credentials alone`),
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
  const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example', AWS_CONFIG_FILE: '/dev/null' };
  const words = ['token', '--cluster', 'demo', '--region', 'eu-west-1'];
  const token = await run(process.execPath, [join(dist, 'causeway.js'), ...words], { env });
  if (token.code !== 0 || !token.stdout.includes('"token":"k8s-aws-v1.'))
    complaints.push(`dist/causeway.js ${words.join(' ')}: exit ${token.code}\n${token.stderr}`);
  return complaints;
}
