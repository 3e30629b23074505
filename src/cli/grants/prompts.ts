import type { Io } from '../context.ts';
import type { Prompts } from './init-answers.ts';

/** Asks on the terminal; undefined where there is none. The library is loaded only when it is needed, and stdout stays free. */
export async function terminalPrompts({ stderr }: Pick<Io, 'stderr'>): Promise<Prompts | undefined> {
  if (stderr.isTTY !== true || process.stdin.isTTY !== true) return undefined;
  const { autocomplete, isCancel, text } = await import('@clack/prompts');
  const output = process.stderr;
  const given = (answer: string | symbol): string | undefined => (isCancel(answer) ? undefined : String(answer));
  return {
    text: async ({ message, initial, check }) =>
      given(
        await text({
          message,
          output,
          // Nothing typed is the default, which is only shown until somebody types.
          validate: (value) => (initial !== undefined && (value ?? '') === '' ? undefined : check(value ?? '')),
          ...(initial === undefined ? {} : { placeholder: initial, defaultValue: initial }),
        }),
      ),
    select: async ({ message, options }) =>
      // A word that is typed looks for it; in a plain menu its letters would be keys that move.
      given(await autocomplete({ message, output, options: options.map(({ value, hint }) => ({ value, label: value, hint })) })),
  };
}
