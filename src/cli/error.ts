import { escapeForTerminal } from '../base/index.ts';
import type { Context } from './context.ts';
import { CliError, EXIT } from './exit.ts';
import { wrap } from './print/wrap.ts';

/** What went wrong, safe to print, without a stack. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').map(escapeForTerminal).join('\n');
}

/** Columns of stderr, as of prose on stdout. */
const WIDTH = 80;

/**
 * A line for stderr, broken at blanks where it is too long; an ARN, a path and a flag with its value stay whole, so that
 * they can be copied.
 *
 * @example labelled('hint', 'did you mean prod?') // 'hint: did you mean prod?\n'
 */
export function labelled(label: 'error' | 'hint' | 'note', text: string): string {
  const lead = `${label}: `;
  const lines = messageOf(text)
    .split('\n')
    .flatMap((line) =>
      lead.length + line.length <= WIDTH || /^--[\w-]+ \S+$/.test(line) ? [line] : wrap(line, WIDTH - lead.length),
    );
  return `${lead}${lines.join(`\n${' '.repeat(lead.length)}`)}\n`;
}

/** The lines for stderr; a fault of ours asks for a report, and CAUSEWAY_DEBUG adds where it happened. */
export function describeError(error: unknown, env: Readonly<Record<string, string | undefined>>): string {
  let text = labelled('error', messageOf(error));
  if (error instanceof CliError) text += error.hints.map((hint) => labelled('hint', hint)).join('');
  else if (!env.CAUSEWAY_DEBUG)
    text += labelled('hint', 'this is a fault in causeway; run again with CAUSEWAY_DEBUG=1 and report what it prints');
  if (env.CAUSEWAY_DEBUG && error instanceof Error && error.stack !== undefined)
    text += `${error.stack.split('\n').map(escapeForTerminal).join('\n')}\n`;
  return text;
}

/**
 * Runs the body of a command: its number is the exit code, a `CliError` is printed with its hints, anything else is a
 * fault of ours (exit 4).
 */
export async function guarded(context: Context, body: () => Promise<Parameters<Context['finish']>[0]>): Promise<void> {
  try {
    context.finish(await body());
  } catch (error) {
    context.io.stderr.write(describeError(error, context.io.env));
    context.finish(error instanceof CliError ? error.exit : EXIT.failed);
  }
}
