import { writeSync } from 'node:fs';
import { runCli } from './app.ts';
import { EXIT } from './exit.ts';
import { homeFolder } from './home.ts';

/** A reader that went away (`causeway … | head`) is no fault: the rest of the output is not wanted. */
function watched(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.yes);
    if (stream !== process.stderr) tellUnwritten(error.code);
    process.exit(EXIT.failed);
  });
}

/** By the descriptor: the process ends before a stream has written. */
function tellUnwritten(code: string | undefined): void {
  try {
    writeSync(
      2,
      `error: the output could not be written (${code ?? 'no reason is given'}); it is cut off, see to the disk or the receiver\n`,
    );
  } catch {
    // There is nobody to tell.
  }
}

/** In a binary of Bun's compiler the script stands in a file system of its own, and the program is the binary. */
function programOf(script: string | undefined): { readonly program?: string } {
  if (script === undefined) return {};
  return { program: /^(?:\/\$bunfs\/|[A-Z]:[\\/]~BUN)/i.test(script) ? process.execPath : script };
}

let stdout: NodeJS.WriteStream | undefined;
let stderr: NodeJS.WriteStream | undefined;

// Node makes a stream when it is first asked for, which takes milliseconds; most runs need one of the three.
const exit = runCli(process.argv.slice(2), {
  get stdout() {
    stdout ??= watched(process.stdout);
    return stdout;
  },
  get stderr() {
    stderr ??= watched(process.stderr);
    return stderr;
  },
  get stdin() {
    return process.stdin;
  },
  env: process.env,
  cwd: process.cwd(),
  home: homeFolder(),
  now: () => new Date(),
  ask: async (question, isSeen) => (await import('./terminal.ts')).askOnTerminal(question, isSeen),
  onSignal: (signal, handler) => {
    process.on(signal, handler);
    return () => process.off(signal, handler);
  },
  ...programOf(process.argv[1]),
});
exit.then((code) => {
  process.exitCode = code;
});
