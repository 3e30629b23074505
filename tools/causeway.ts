// `npm run -s causeway -- ARGS`: the command from its source, so that it is never older than the clone. Node strips the
// types. npm runs scripts in the root of the package; paths are meant from where the person stands.
if (process.env['npm_lifecycle_event'] === 'causeway' && process.env['INIT_CWD'] !== undefined) {
  process.chdir(process.env['INIT_CWD']);
}

await import('../src/cli/main.ts');

export {};
