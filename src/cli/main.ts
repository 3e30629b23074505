#!/usr/bin/env node
import { homedir } from 'node:os';
import { runCli } from './app.ts';
import { EXIT } from './exit.ts';

/** A reader that went away (`causeway … | head`) is no fault: the rest of the output is not wanted. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? (process.exitCode ?? EXIT.yes) : EXIT.failed);
  });
}

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  home: homedir(),
  now: () => new Date(),
});
