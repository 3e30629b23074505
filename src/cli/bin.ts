#!/usr/bin/env node
// The package's bin. It is apart from main.ts so that main and all it loads come from V8's code cache at the second run.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCached } from './code-cache.ts';

/** Name of the file that main.ts and all it loads were bundled into; tools/bundle.ts sets it. */
declare const PROGRAM: string;
/** Name of the file of `causeway token`, likewise. */
declare const TOKEN: string;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`causeway needs Node.js 22.18 or newer; this is ${process.versions.node}.\n`);
  process.exit(4);
}

const [command = ''] = process.argv.slice(2);
// kubectl runs it at every command, so it has a file of its own and nothing else is loaded for it.
if (command === 'token') process.getBuiltinModule('node:module').createRequire(import.meta.url)(TOKEN);
else {
  // Not below /tmp: a folder there can be made by anybody before we come, and what stands in it is run.
  const cache = process.env['XDG_CACHE_HOME'];
  const folder = join(cache?.startsWith('/') ? cache : join(homedir(), '.cache'), 'causeway', 'code');
  runCached(fileURLToPath(new URL(PROGRAM, import.meta.url)), folder, /^[a-z][a-z-]{0,30}$/.test(command) ? command : undefined);
}
