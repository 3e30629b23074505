#!/usr/bin/env node
// The package's bin. It is apart from main.ts so that main and all it loads come from V8's code cache at the second run.
import { join } from 'node:path';
import { runCached } from './code-cache.ts';
import { homeFolder } from './home.ts';

/** Name of the file that main.ts and all it loads were bundled into; tools/bundle.ts sets it. */
declare const PROGRAM: string;
/** Name of the file of `causeway token`, likewise: kubectl runs it at every command, so nothing else is loaded for it. */
declare const TOKEN: string;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`causeway needs Node.js 22.18 or newer; this is ${process.versions.node}.\n`);
  process.exit(4);
}

// Not below /tmp: a folder there can be made by anybody before we come, and what stands in it is run.
const cache = process.env['XDG_CACHE_HOME'];
const base = cache?.startsWith('/') ? cache : join(homeFolder(), '.cache');
const [command = ''] = process.argv.slice(2);
runCached(
  join(import.meta.dirname, command === 'token' ? TOKEN : PROGRAM),
  join(base, 'causeway', 'code'),
  /^[a-z][a-z-]{0,30}$/.test(command) ? command : undefined,
);
