import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';

/**
 * `causeway token` in the list of commands. Its words are read by src/cli/token/, which the bin (bin.ts) and `runCli` call
 * before any parser of arguments is loaded.
 */
export const token = buildCommand<Record<never, never>, string[], Context>({
  loader: async () => {
    const { tokenCommand } = await import('../token/command.ts');
    return async function (this: Context, _flags, ...words: string[]) {
      this.finish(await tokenCommand(words, this.io));
    };
  },
  parameters: { positional: { kind: 'array', parameter: { brief: 'See causeway token --help', parse: String } } },
  docs: { brief: 'Prints a token for kubectl, as aws eks get-token does' },
});
