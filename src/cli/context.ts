import type { CommandContext } from '@stricli/core';
import type { Exit } from './exit.ts';

/** Where text goes. */
export interface Output {
  readonly write: (text: string) => unknown;
  /** True only on a terminal. */
  readonly isTTY?: boolean;
  /** Width of the terminal, when it is one. */
  readonly columns?: number;
}

/** The world outside, handed in so that every command runs in a test as it runs in a shell. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path that relative file names start from. */
  readonly cwd: string;
  /** `~`. */
  readonly home: string;
  readonly now: () => Date;
  /** Calls the handler for every such signal, until the function it gives is called; absent where there are none. */
  readonly onSignal?: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', handler: () => void) => () => void;
  /**
   * Asks on the terminal itself, whatever stdin is; undefined when there is none. What is typed shows where `isSeen`. Absent:
   * nobody can be asked.
   */
  readonly ask?: (question: string, isSeen?: boolean) => Promise<string | undefined>;
  /** Path of this program as it was started. */
  readonly program?: string;
}

/** What a command gets as `this`. */
export interface Context extends CommandContext {
  readonly io: Io;
  /** The command line after the program's name, for flags whose order means something. */
  readonly words: readonly string[];
  /** Sets the exit code. */
  readonly finish: (code: Exit) => void;
}
