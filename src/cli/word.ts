import { usage } from './exit.ts';

/**
 * Reads a value that has to say something. An empty one is mostly a variable of a script that is not set; as if the flag were not
 * there it would change the question. Throws a CliError.
 */
export function word(text: string): string {
  if (text.trim() === '') throw usage('a value is expected');
  return text;
}
