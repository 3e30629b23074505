import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { formatFlag } from '../flags.ts';
import type { Format } from '../output/format.ts';
import { word } from '../word.ts';

/** What the command line of `diff` says. */
export interface DiffFlags {
  readonly output?: Format;
}

/** `causeway diff`: what it takes; what it does is loaded when it is called. */
export const diff = buildCommand<DiffFlags, [string, string], Context>({
  loader: async () => (await import('./diff.run.ts')).run,
  parameters: {
    flags: {
      output: formatFlag,
    },
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'Inventory folder as it was', parse: word, placeholder: 'OLD' },
        { brief: 'Inventory folder as it is', parse: word, placeholder: 'NEW' },
      ],
    },
    aliases: { o: 'output' },
  },
  docs: {
    brief: 'Says who gained and who lost access between two inventories',
    customUsage: ['OLD NEW [-o json]'],
    fullDescription: [
      'Compares what everybody holds on each cluster in two inventory folders: over',
      'every chain of roles, through usernames, groups and access policies. Compared',
      'are rules, not files: a row that moves into an access entry is no difference,',
      'and what somebody had by another way already is no gain. It asks nobody.',
      '',
      'Exit codes: 0 the same access; 1 it differs; 2 wrong use; 3 cannot tell: only',
      'what nobody collected differs; 4 could not be done.',
      '',
      'EXAMPLES',
      '  causeway diff inventory.monday inventory',
      '  causeway diff inventory.monday inventory -o json',
    ].join('\n'),
  },
});
