import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { root } from './check/run.ts';

/** What both bundles share. */
const COMMON = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  mainFields: ['module', 'main'],
  // Its entry for Node is CommonJS, which cannot be shaken and asks for a `require` that a module does not have.
  alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
  legalComments: 'none',
  metafile: true,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/**
 * Bundles the program, its bin and the library into `folder`, and says what went where.
 *
 * So the package installs no dependencies. Readable, not minified: a stack trace and an audit of what runs should mean
 * something. The program is one CommonJS file, because V8's code cache can be filled for a script and not for a module
 * (src/cli/code-cache.ts); what a command needs in it runs when the command is called. The bin loads it by its name.
 */
export async function bundle(folder: string): Promise<Metafile> {
  const program = await build({
    ...COMMON,
    entryPoints: { program: 'src/cli/main.ts' },
    outdir: folder,
    entryNames: '[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // What Node puts around a CommonJS file, so that the text is compiled as it was read.
    banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
    footer: { js: '})' },
  });
  const [path = ''] = Object.keys(program.metafile.outputs);
  const modules = await build({
    ...COMMON,
    entryPoints: { causeway: 'src/cli/bin.ts', index: 'src/index.ts' },
    define: { PROGRAM: JSON.stringify(`./${basename(path)}`) },
    outdir: folder,
    format: 'esm',
  });
  return {
    inputs: { ...program.metafile.inputs, ...modules.metafile.inputs },
    outputs: { ...program.metafile.outputs, ...modules.metafile.outputs },
  };
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

/** Modules of `src` that run before the command is known: what the program imports without waiting to be asked. */
export function loadedAtStart({ inputs }: Metafile): string[] {
  const todo = ['src/cli/main.ts'];
  const seen = new Set<string>();
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const one of inputs[path]?.imports ?? []) if (one.kind === 'import-statement' && !one.external) todo.push(one.path);
  }
  return [...seen].filter((path) => path.startsWith('src/'));
}
