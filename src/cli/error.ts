import { escapeForTerminal } from '../base/index.ts';
import type { Context } from './context.ts';
import { CliError, EXIT } from './exit.ts';

/** What went wrong, safe to print, without a stack. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').map(escapeForTerminal).join('\n');
}

/** The lines for stderr; a fault of ours asks for a report, and CAUSEWAY_DEBUG adds where it happened. */
export function describeError(error: unknown, env: Readonly<Record<string, string | undefined>>): string {
  const lines = [`error: ${messageOf(error)}`];
  if (error instanceof CliError) lines.push(...error.hints.map((hint) => `hint: ${messageOf(hint)}`));
  else if (!env.CAUSEWAY_DEBUG)
    lines.push('hint: this is a fault in causeway; run again with CAUSEWAY_DEBUG=1 and report what it prints');
  if (env.CAUSEWAY_DEBUG && error instanceof Error && error.stack !== undefined)
    lines.push(error.stack.split('\n').map(escapeForTerminal).join('\n'));
  return `${lines.join('\n')}\n`;
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
