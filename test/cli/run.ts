import { runCli } from '../../src/cli/app.ts';

/** What a shell would have seen. */
export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Around the command: everything that a shell gives it. */
export interface Around {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly isTTY?: boolean;
  readonly cwd?: string;
  readonly home?: string;
  readonly program?: string;
  readonly onSignal?: (signal: NodeJS.Signals, handler: () => void) => () => void;
  /** Told of everything printed as it is printed. */
  readonly onPrint?: (text: string) => void;
  /** Of those that ask a server with a clock; else it always is the same moment. */
  readonly now?: () => Date;
  /** Somebody at a terminal who answers every question so. */
  readonly answer?: string;
}

/** Runs a command line in this process, in a surrounding that holds nothing of the machine's own. */
export async function cli(words: readonly string[], around: Around = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const { stdin = '', env = {}, cwd = process.cwd(), home = '/nowhere', columns, isTTY, program, answer } = around;
  const exit = await runCli(words, {
    stdout: {
      write: (text) => {
        out += text;
        around.onPrint?.(text);
      },
      ...(columns === undefined ? {} : { columns }),
      ...(isTTY === undefined ? {} : { isTTY }),
    },
    stderr: {
      write: (text) => {
        err += text;
      },
      ...(answer === undefined ? {} : { isTTY: true }),
    },
    ...(answer === undefined ? {} : { ask: async () => answer }),
    stdin: once(stdin),
    ...(program === undefined ? {} : { program }),
    ...(around.onSignal === undefined ? {} : { onSignal: around.onSignal }),
    env,
    cwd,
    home,
    now: around.now ?? (() => new Date('2026-11-23T12:00:00Z')),
  });
  return { exit, out, err };
}

async function* once(text: string | Uint8Array): AsyncGenerator<string | Uint8Array> {
  if (text.length > 0) yield text;
}
