// `npm run build:binary`: `causeway token` as one file that needs no Node, by Bun's compiler, which is installed with the
// clone (tools/compiler). Nothing is downloaded.
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleForBinary } from './bundle.ts';
import { root, run } from './check/run.ts';

const CPU: Readonly<Record<string, string>> = { x64: 'x64', arm64: 'aarch64' };

const compiler = join(root, `node_modules/@oven/bun-${process.platform}-${CPU[process.arch] ?? process.arch}/bin/bun`);
const folder = await mkdtemp(join(tmpdir(), 'causeway-binary-'));
try {
  const entry = await bundleForBinary(folder);
  const binary = join(root, 'build/causeway');
  await mkdir(join(root, 'build'), { recursive: true });
  const args = ['build', '--compile', '--bytecode', '--minify', '--format=cjs', '--outfile', binary, entry];
  // A proxy or a package.json below the temporary folder is none of the compiler's business.
  const built = await run(compiler, args, { cwd: folder });
  if (built.code !== 0) throw new Error(built.code === 127 ? `there is no ${compiler}: npm ci installs it` : built.stderr);
  await chmod(binary, 0o755);
  const { size } = await stat(binary);
  process.stdout.write(`build/causeway ${(size / 1e6).toFixed(0)} MB\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
