// `causeway token` as a process: its own bundle, which src/cli/bin.ts loads instead of the program.
import { readSync, writeSync } from 'node:fs';
import type { Io, Output } from '../context.ts';
import { EXIT } from '../exit.ts';
import { homeFolder } from '../home.ts';
import { askOnTerminal } from '../terminal.ts';
import { tokenCommand } from './command.ts';

/** Node's own streams take milliseconds to make; a token is written at once. */
function output(handle: 1 | 2): Output {
  return {
    write: (text) => {
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length; ) {
        try {
          done += writeSync(handle, bytes, done);
        } catch (error) {
          const code = error instanceof Error && 'code' in error ? error.code : undefined;
          // A pipe that is full for the moment. Who reads slowly is waited for.
          if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
          else if (code === 'EPIPE') process.exit(EXIT.yes);
          else if (handle === 2) return;
          else fail(`the token could not be written (${String(code ?? 'unknown error')})`);
        }
      }
    },
  };
}

function fail(message: string): never {
  stderr.write(`error: ${message}\n`);
  process.exit(EXIT.failed);
}

async function* input(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(1 << 16);
  for (;;) {
    const count = readSync(0, chunk);
    if (count === 0) return;
    yield Uint8Array.from(chunk.subarray(0, count));
  }
}

const stderr = output(2);
const io: Io = {
  stdout: output(1),
  stderr,
  stdin: { [Symbol.asyncIterator]: input },
  env: process.env,
  cwd: process.cwd(),
  home: homeFolder(),
  now: () => new Date(),
  ask: askOnTerminal,
};
const [command, ...words] = process.argv.slice(2);
// The self-contained binary is this file alone (tools/binary.ts).
if (command !== 'token') {
  stderr.write('error: this build has the command token alone\nhint: the npm package has all of them\n');
  process.exitCode = EXIT.usage;
} else {
  tokenCommand(words, io).then((code) => {
    process.exitCode = code;
  });
}
