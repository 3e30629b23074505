import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './run.ts';

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Packages = Record<string, Entry>;

/**
 * Whether package-lock.json works everywhere, as a list of complaints: it names no registry, and it has the packages of every
 * platform. With `write` what is missing is written down.
 *
 * npm leaves a platform's package (`@biomejs/cli-darwin-arm64`) out of the lockfile when the registry at hand does not have
 * it, as partial mirrors do, and `npm ci` then refuses the lockfile everywhere. The version is the one that its parent asks
 * for; there is no hash at hand, so none is written.
 */
export async function lock(options: { write: boolean }): Promise<string[]> {
  const path = join(root, 'package-lock.json');
  const file = JSON.parse(await readFile(path, 'utf8')) as { packages: Packages };
  const complaints: string[] = [];
  for (const [name, entry] of Object.entries(file.packages)) {
    if (entry.resolved !== undefined && entry.link !== true)
      complaints.push(`package-lock.json: ${name} names a registry: ${entry.resolved}`);
  }
  const absent = missing(file.packages);
  if (options.write && absent.length > 0) {
    for (const [name, version] of absent) file.packages[`node_modules/${name}`] = entryOf(name, version);
    file.packages = Object.fromEntries(Object.entries(file.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
    await writeFile(path, `${JSON.stringify(file, null, 2)}\n`);
    return complaints;
  }
  return [...complaints, ...absent.map(([name, version]) => `package-lock.json lacks ${name}@${version}: npm run lock`)];
}

/** Optional packages of an exact version that some package asks for and the lockfile does not have. */
function missing(packages: Packages): [name: string, version: string][] {
  const absent = new Map<string, string>();
  for (const [parent, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (/^\d/.test(version) && !isThere(packages, parent, name)) absent.set(name, version);
    }
  }
  return [...absent];
}

/** Whether a package is in the node_modules of `parent` or of a folder further up. */
function isThere(packages: Packages, parent: string, name: string): boolean {
  const folders = parent === '' ? [] : parent.split('/');
  const above = [...folders.keys(), folders.length].map((depth) => folders.slice(0, depth));
  return above.some((folder) => packages[[...folder, 'node_modules', name].join('/')] !== undefined);
}

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** What such a name says about where the package runs (`…-linux-arm64-musl`), with its fields in npm's order. */
function entryOf(name: string, version: string): Entry {
  const words = name.slice(name.lastIndexOf('/') + 1).split('-');
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  const libc = words.map((word) => /^(?:musl|gnu)/.exec(word)?.[0]).find((found) => found !== undefined);
  return {
    version,
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    dev: true,
    ...(libc === undefined ? {} : { libc: [libc === 'musl' ? 'musl' : 'glibc'] }),
    optional: true,
    ...(os === undefined ? {} : { os: [os] }),
  };
}
