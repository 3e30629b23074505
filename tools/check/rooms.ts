import { existsSync } from 'node:fs';
import { copyFile, glob, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root, run } from './run.ts';

interface Cruised {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }[];
  };
}

interface Rules {
  readonly arrows: Readonly<Record<string, readonly string[]>>;
  readonly default: { readonly forbidden: readonly { readonly name: string }[] };
}

const config = '.dependency-cruiser.mjs';

/**
 * Whether the rooms keep to their arrows, as a list of complaints.
 *
 * A checker that sees no module reports no violation (dependency-cruiser does so when it does not know the version of
 * TypeScript), so two things are asserted first: every module on disk was seen, and a tree with one planted violation of
 * each rule is caught on every one.
 */
export async function rooms(): Promise<string[]> {
  const folders = ['src', 'test', 'tools', 'bench', 'examples'].filter((name) => existsSync(join(root, name)));
  const [seen, blind] = await Promise.all([cruise(root, folders), blindRules()]);
  const sources = new Set(seen.modules.map((module) => module.source));
  const complaints = seen.summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`);
  for await (const file of glob('src/**/*.ts', { cwd: root })) {
    if (!sources.has(file)) complaints.push(`dependency-cruiser did not see ${file}`);
  }
  for (const rule of blind) complaints.push(`the planted violation of ${rule} was not caught`);
  return [...complaints, ...(await impurities())];
}

/** Runs dependency-cruiser and reads its report. */
async function cruise(cwd: string, folders: readonly string[]): Promise<Cruised> {
  const ran = await run('depcruise', ['--config', config, '--output-type', 'json', ...folders], { cwd });
  if (!ran.stdout.startsWith('{')) throw new Error(`dependency-cruiser failed: ${ran.stderr}${ran.stdout}`);
  return JSON.parse(ran.stdout) as Cruised;
}

/** Builds a small tree that breaks every rule once, and names the rules that stayed silent. */
async function blindRules(): Promise<string[]> {
  const rules = (await import(join(root, config))) as Rules;
  const names = Object.keys(rules.arrows);
  const files = new Map<string, string>();
  const unbreakable = new Set<string>();
  for (const room of names) {
    const dashed = room.replace('/', '-');
    files.set(`src/${room}/index.ts`, 'export const door = 1;\n');
    files.set(`src/${room}/inner.ts`, 'export const inner = 1;\n');
    const stranger = names.find((other) => other !== room && !rules.arrows[room]?.includes(other));
    if (stranger === undefined) unbreakable.add(`arrows-of-${dashed}`);
    else files.set(`src/${room}/stray.ts`, importing(room, `src/${stranger}/index.ts`));
    const visitor = names.find((other) => other !== room) ?? room;
    files.set(`src/${visitor}/past-${dashed}.ts`, importing(visitor, `src/${room}/inner.ts`));
  }
  files.set('src/base/a.ts', "import './b.ts';\n");
  files.set('src/base/b.ts', "import './a.ts';\nimport './nowhere.ts';\nimport '../../test/iam/x.ts';\n");
  files.set('src/base/disk.ts', "import 'node:fs';\n");
  files.set('src/base/package.ts', "import 'typescript';\n");
  files.set('src/rules/token/disk.ts', "import 'node:fs';\n");
  files.set('src/rules/iam/package.ts', "import 'yaml';\n");
  files.set('src/unknown/index.ts', "import '../base/index.ts';\n");
  files.set('test/iam/x.ts', "import '../../src/rules/rbac/inner.ts';\n");
  files.set('tools/x.ts', "import '../src/base/inner.ts';\n");

  const planted = await mkdtemp(join(tmpdir(), 'causeway-rooms-'));
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(planted, path)), { recursive: true });
      await writeFile(join(planted, path), text);
    }
    for (const path of [config, 'tsconfig.json', 'package.json']) await copyFile(join(root, path), join(planted, path));
    await symlink(join(root, 'node_modules'), join(planted, 'node_modules'));
    const { summary } = await cruise(planted, ['src', 'test', 'tools']);
    const caught = new Set(summary.violations.map((violation) => violation.rule.name));
    return rules.default.forbidden.map((rule) => rule.name).filter((name) => !caught.has(name) && !unbreakable.has(name));
  } finally {
    await rm(planted, { recursive: true, force: true });
  }
}

/** A module of `room` that imports `target`. */
function importing(room: string, target: string): string {
  return `import '${'../'.repeat(room.split('/').length + 1)}${target}';\n`;
}

/** Clocks, chance and the surroundings need no import, so the pure rooms are searched for them by name. */
async function impurities(): Promise<string[]> {
  const complaints: string[] = [];
  const impure =
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bglobalThis\.|\bfetch\(|\bconsole\.|\bset(?:Timeout|Interval)\(/;
  for await (const path of glob('src/{base,rules,inventory,access,grants,lint,kubeconfig}/**/*.ts', { cwd: root })) {
    const text = await readFile(join(root, path), 'utf8');
    for (const [index, line] of text.split('\n').entries()) {
      const found = /^\s*(?:\*|\/\/|\/\*)/.test(line) ? null : impure.exec(line);
      if (found !== null) complaints.push(`${path}:${index + 1}: a pure room has no ${found[0]}`);
    }
  }
  return complaints;
}
