#!/usr/bin/env node
// The package's bin. It is apart from main.ts so that main and all it loads come from V8's code cache at the second run.
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`causeway needs Node.js 22.18 or newer; this is ${process.versions.node}.\n`);
  process.exit(4);
}

// Not in Node's default place: a folder below /tmp can be made by anybody before we come, and what stands in it is run.
const cache = process.env['XDG_CACHE_HOME'];
module.enableCompileCache(join(cache?.startsWith('/') ? cache : join(homedir(), '.cache'), 'causeway', 'code'));

await import('./main.ts');
