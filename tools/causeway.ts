// `npm run -s causeway -- ARGS`: the command from its sources, so that it is never older than the clone. Node strips the
// types, and keeps what it made of them. npm runs scripts in the root of the package; paths are meant from where one stands.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/causeway', import.meta.url)));
if (process.env['npm_lifecycle_event'] === 'causeway' && process.env['INIT_CWD'] !== undefined) {
  process.chdir(process.env['INIT_CWD']);
}

await import('../src/cli/main.ts');
