import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
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

/** Rooms of edge/ that every command may need and that carry no package: they are part of the program. */
const LIGHT = ['files', 'credentials'];

/** Packages that are files of their own for the same reason: a proxy is rare. */
const RARE = ['https-proxy-agent'];

/**
 * Bundles each heavy room of edge/ (AWS and Kubernetes clients, servers) into a file of its own, so that a command that
 * judges files never reads them; gives the file of each room and what went into them.
 *
 * The program reaches such a room by `import('…/edge/NAME/index.ts')` alone, and gets it by `require`: a script that runs
 * from V8's code cache cannot import. A room's file holds its own copy of what it shares with the program, so values that
 * cross between them are plain data, never told apart by their class.
 */
async function bundleRooms(
  folder: string,
  only?: readonly string[],
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly metafile: Metafile }> {
  const heavy = (await readdir(join(root, 'src/edge'))).filter((room) => !LIGHT.includes(room)).sort();
  const rooms = only ?? heavy;
  const { metafile } = await build({
    ...COMMON,
    entryPoints: {
      ...Object.fromEntries(rooms.map((room) => [`edge-${room}`, `src/edge/${room}/index.ts`])),
      ...Object.fromEntries(RARE.map((name) => [name, name])),
    },
    outdir: folder,
    entryNames: '[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
  });
  const files = new Map<string, string>();
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
    const room = /^src\/edge\/([\w-]+)\/index\.ts$/.exec(entryPoint ?? '')?.[1];
    if (room !== undefined) files.set(room, basename(path));
    const rare = RARE.find((name) => entryPoint?.startsWith(`node_modules/${name}/`));
    if (rare !== undefined) files.set(rare, basename(path));
  }
  return { files, metafile };
}

/** Leaves the heavy rooms outside: an import that waits to be asked becomes a `require` of the room's own file. */
function apart(files: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'edge-rooms-apart',
    setup: ({ onResolve }) => {
      onResolve({ filter: new RegExp(`^(?:${RARE.join('|')})$`) }, ({ path }) => ({
        path: `./${files.get(path)}`,
        external: true,
      }));
      onResolve({ filter: /\/edge\/[\w-]+\/index\.ts$/ }, ({ path, kind }) => {
        const room = /\/edge\/([\w-]+)\/index\.ts$/.exec(path)?.[1] ?? '';
        const file = files.get(room);
        if (file === undefined) return undefined;
        if (kind === 'dynamic-import') return { path: `./${file}`, external: true };
        return {
          errors: [{ text: `edge/${room} is heavy: reach it by import() where the command runs, and by types elsewhere` }],
        };
      });
    },
  };
}

/** What Node puts around a CommonJS file, so that the text is compiled as it was read. */
const WRAPPED = {
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
} as const;

/** A script that reaches heavy rooms by `require`. */
function scriptInto(folder: string, files: ReadonlyMap<string, string>) {
  return {
    ...COMMON,
    plugins: [apart(files)],
    // The plain text of an import() is a require in a script.
    supported: { 'dynamic-import': false },
    outdir: folder,
    entryNames: '[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
  } as const satisfies BuildOptions;
}

/**
 * Bundles what the self-contained binary of `causeway token` is compiled from, and gives the path of its entry. Bun hashes
 * faster than our own code does before it is warm, so that one module is replaced.
 */
export async function bundleForBinary(folder: string): Promise<string> {
  const { files } = await bundleRooms(folder, ['aws']);
  const script = scriptInto(folder, files);
  const native: Plugin = {
    name: 'native-hashes',
    setup: ({ onResolve }) => onResolve({ filter: /\/sha256\.ts$/ }, () => ({ path: join(root, 'tools/native-sha256.ts') })),
  };
  const plugins = [...script.plugins, native];
  const { metafile } = await build({ ...script, plugins, minifyWhitespace: true, entryPoints: { token: TOKEN_ENTRY } });
  return join(root, Object.keys(metafile.outputs)[0] ?? '');
}

/**
 * Bundles the program, its bin and the library into `folder`, and says what went where.
 *
 * So the package installs no dependencies. Readable, not minified: a stack trace and an audit of what runs should mean
 * something. The program is one CommonJS file, because V8's code cache can be filled for a script and not for a module
 * (src/cli/code-cache.ts); what a command needs in it runs when the command is called. The bin loads it by its name, and
 * `causeway token` by a name of its own.
 */
export async function bundle(folder: string): Promise<Metafile> {
  const rooms = await bundleRooms(folder);
  const script = scriptInto(folder, rooms.files);
  const program = await build({
    ...script,
    ...WRAPPED,
    entryPoints: { program: 'src/cli/main.ts' },
  });
  const token = await build({ ...script, ...WRAPPED, entryPoints: { token: TOKEN_ENTRY } });
  const nameOf = ({ metafile }: { metafile: Metafile }): string =>
    JSON.stringify(`./${basename(Object.keys(metafile.outputs)[0] ?? '')}`);
  const modules = await build({
    ...COMMON,
    entryPoints: { causeway: 'src/cli/bin.ts', index: 'src/index.ts' },
    define: { PROGRAM: nameOf(program), TOKEN: nameOf(token) },
    outdir: folder,
    format: 'esm',
  });
  const all = [rooms, program, token, modules].map(({ metafile }) => metafile);
  return {
    inputs: Object.assign({}, ...all.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...all.map(({ outputs }) => outputs)),
  };
}

/** What kubectl waits for at every command. */
const TOKEN_ENTRY = 'src/cli/token/main.ts';

/** Modules whose code is in the file that `causeway token` runs. */
export function partsOfToken({ outputs }: Metafile): string[] {
  const [file] = Object.values(outputs).filter(({ entryPoint }) => entryPoint === TOKEN_ENTRY);
  if (file === undefined) throw new Error(`no file was made of ${TOKEN_ENTRY}`);
  return Object.entries(file.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
}

interface PackageJson {
  readonly version: string;
  readonly license?: string;
  readonly author?: unknown;
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
    const { version, license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageJson;
    if (license === undefined || /GPL/.test(license))
      throw new Error(`${name} may not ship: its licence is ${license ?? 'unknown'}`);
    parts.push(`\n${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${await licenceText(folder, license, author)}`);
  }
  return parts.join('');
}

/** The licence as the package brings it; one that brings none is named with what its package.json says of it. */
async function licenceText(folder: string, license: string, author: unknown): Promise<string> {
  for (const name of (await readdir(folder)).sort()) {
    if (/^(?:un)?licen[cs]e(?:[.-].*)?$|^copying$/i.test(name)) return readFile(join(folder, name), 'utf8');
  }
  if (license === 'Apache-2.0') return readFile(join(root, 'LICENSE'), 'utf8');
  const by = typeof author === 'string' ? author : ((author as { name?: string } | undefined)?.name ?? 'its authors');
  return `By ${by}, under the licence ${license}; the package brings no text of it.\n`;
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
