/** What the shell sees (docs/can-i.md): scripts may rely on these numbers. */
export const EXIT = {
  /** Yes, and nothing is left open. */
  yes: 0,
  /** No; or a line of `simulate` differs from what it expects. */
  no: 1,
  /** The command line or an input file is wrong. */
  usage: 2,
  /** Cannot tell, or only under conditions. */
  unsettled: 3,
  /** It could not be done: a file that cannot be read, a fault of this program. */
  failed: 4,
} as const;

/** One of the documented exit codes. */
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** A message for the person at the keyboard, with the exit code that goes with it. The text is printed as it is: escape what comes from outside. */
export class CliError extends Error {
  readonly exit: Exit;
  /** Further lines, each printed on its own line below the message. */
  readonly hints: readonly string[];

  constructor(exit: Exit, message: string, hints: readonly string[] = []) {
    super(message);
    this.name = 'CliError';
    this.exit = exit;
    this.hints = hints;
  }
}

/** Wrong use: exit 2. */
export function usage(message: string, ...hints: string[]): CliError {
  return new CliError(EXIT.usage, message, hints);
}

/** Could not be done: exit 4. */
export function failed(message: string, ...hints: string[]): CliError {
  return new CliError(EXIT.failed, message, hints);
}
