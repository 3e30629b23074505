import { runCli } from '../src/cli/index.ts';

/** What a command printed, and how it ended. */
export interface Ran {
  readonly exit: number;
  readonly printed: string;
  readonly complaint: string;
}

/** Around a command: its variables and home folder, and the terminal that it prints for, if one. */
interface Around {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly home: string;
  readonly terminal?: { readonly isTTY?: boolean; readonly columns?: number };
}

/** Runs one command line of causeway in this process, as the bin does. */
export async function run(words: readonly string[], { env, home, terminal = {} }: Around): Promise<Ran> {
  let printed = '';
  let complaint = '';
  const { isTTY, columns } = terminal;
  const exit = await runCli(words, {
    stdout: { write: (text) => (printed += text), ...(isTTY ? { isTTY } : {}), ...(columns === undefined ? {} : { columns }) },
    stderr: { write: (text) => (complaint += text) },
    stdin: process.stdin,
    env,
    cwd: process.cwd(),
    home,
    now: () => new Date(),
  });
  return { exit, printed, complaint };
}
