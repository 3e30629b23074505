import type { Io } from '../context.ts';
import type { Prompts } from './init-answers.ts';

/** Asks on the terminal; undefined where there is none. The library is loaded only when it is needed, and stdout stays free. */
export async function terminalPrompts({ stderr }: Pick<Io, 'stderr'>): Promise<Prompts | undefined> {
  if (stderr.isTTY !== true || process.stdin.isTTY !== true) return undefined;
  const { isCancel, select, text } = await import('@clack/prompts');
  const output = process.stderr;
  const given = (answer: string | symbol): string | undefined => (isCancel(answer) ? undefined : String(answer));
  return {
    text: async ({ message, initial, check }) =>
      given(
        await text({
          message,
          output,
          validate: (value) => check(value ?? ''),
          ...(initial === undefined ? {} : { initialValue: initial }),
        }),
      ),
    select: async ({ message, options }) =>
      given(await select({ message, output, options: options.map(({ value, hint }) => ({ value, label: value, hint })) })),
  };
}
