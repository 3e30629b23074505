import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { root } from './check/run.ts';

/**
 * Bundles the bin and the library into `folder`, in chunks, and says what went where.
 *
 * So the package installs no dependencies, and a command loads what it needs. Readable, not minified: a stack trace and
 * an audit of what runs should mean something.
 */
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
    mainFields: ['module', 'main'],
    // Its entry for Node is CommonJS, which cannot be shaken and asks for a `require` that a module does not have.
    alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
  });
  return metafile;
}

/** The licences of the packages whose code is in the bundle, as they ask; throws on one that may not ship. */
export async function notices(metafile: Metafile): Promise<string> {
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
    if (license === undefined || /GPL/.test(license))
      throw new Error(`${name} may not ship: its licence is ${license ?? 'unknown'}`);
    parts.push(`\n${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${await licenceText(folder, license)}`);
  }
  return parts.join('');
}

/** The licence as the package brings it; one under Apache-2.0 that brings none gets the text that we ship ourselves. */
async function licenceText(folder: string, license: string): Promise<string> {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'LICENSE-MIT']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  if (license === 'Apache-2.0') return readFile(join(root, 'LICENSE'), 'utf8');
  throw new Error(`no licence text in ${folder}`);
}

/** Modules of `src` that are loaded before the command is known: what the bin imports without waiting to be asked. */
export function loadedAtStart(metafile: Metafile): string[] {
  const bin = Object.keys(metafile.outputs).find((path) => path.endsWith('/causeway.js') || path === 'causeway.js');
  const main = metafile.outputs[bin ?? '']?.imports.find((one) => one.kind === 'dynamic-import')?.path;
  const todo = [bin, main].filter((path) => path !== undefined);
  const seen = new Set<string>();
  const modules: string[] = [];
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    const output = metafile.outputs[path];
    if (seen.has(path) || output === undefined) continue;
    seen.add(path);
    modules.push(...Object.keys(output.inputs).filter((input) => (output.inputs[input]?.bytesInOutput ?? 0) > 0));
    for (const one of output.imports) if (one.kind === 'import-statement') todo.push(one.path);
  }
  return modules;
}
