// `npm run build`: the published files. One bundle in chunks, so that the package installs no dependencies and a command
// loads what it needs; readable (not minified), so that a stack trace and an audit mean something.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { api } from './check/api.ts';
import { root } from './check/run.ts';

const dist = join(root, 'dist');

/** Bundles src/cli/bin.ts and src/index.ts into `folder`, and says what went where. */
export async function bundle(folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { causeway: 'src/cli/bin.ts', index: 'src/index.ts' },
    outdir: folder,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    // ESM files first: they can be shaken, and CommonJS in a bundle asks for a `require` that is not there.
    mainFields: ['module', 'main'],
    alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/** Licences of the packages whose code is in the bundle; they ask to be named with it. */
async function notices(metafile: Metafile): Promise<string> {
  const names = new Set<string>();
  for (const output of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
      if (name !== undefined && bytesInOutput > 0) names.add(name);
    }
  }
  const parts = ['Causeway contains code of these packages.\n'];
  for (const name of [...names].sort()) {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
    if (license === undefined || /GPL/.test(license)) throw new Error(`${name} may not ship: its licence is ${license}`);
    parts.push(`\n${name} ${version} (${license})\n\n${await licenceText(folder)}`);
  }
  return parts.join('');
}

/** The text of the licence file, whatever its name. */
async function licenceText(folder: string): Promise<string> {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'LICENSE-MIT']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  throw new Error(`no licence text in ${folder}`);
}

if (process.argv[1] === import.meta.filename) {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  const metafile = await bundle(dist);
  await writeFile(join(dist, 'THIRD-PARTY-NOTICES.txt'), await notices(metafile));
  await chmod(join(dist, 'causeway.js'), 0o755);
  const complaints = await api({ write: true, types: join(dist, 'index.d.ts') });
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  if (complaints.length > 0) process.exitCode = 1;
}
