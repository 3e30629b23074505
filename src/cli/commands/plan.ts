import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { type Format, parseFormat } from '../output/format.ts';
import { word } from '../word.ts';

/** What the command line of `plan` says. */
export interface PlanFlags {
  readonly inventory?: string;
  readonly live?: boolean;
  readonly region?: string;
  readonly credentials?: readonly string[];
  readonly mine?: boolean;
  readonly adopt?: boolean;
  readonly all?: boolean;
  readonly handOver?: string;
  readonly output?: Format;
}

/** `causeway plan`: what it takes; what it does is loaded when it is called. */
export const plan = buildCommand<PlanFlags, [string?], Context>({
  loader: async () => (await import('./plan.run.ts')).run,
  parameters: {
    flags: {
      inventory: {
        kind: 'parsed',
        parse: word,
        brief: 'Folder (else CAUSEWAY_INVENTORY, else ./inventory)',
        placeholder: 'DIR',
        optional: true,
      },
      live: { kind: 'boolean', brief: 'Read what is there now, in place of a folder', optional: true, withNegated: false },
      region: { kind: 'parsed', parse: word, brief: 'With --live: where STS is asked', placeholder: 'R', optional: true },
      credentials: {
        kind: 'parsed',
        parse: word,
        brief: 'An account that is yours: NAME=profile:PROFILE',
        placeholder: 'C',
        optional: true,
        variadic: true,
      },
      mine: { kind: 'boolean', brief: 'Be content when your own accounts are done', optional: true, withNegated: false },
      adopt: { kind: 'boolean', brief: 'Take over what is there and is not ours', optional: true, withNegated: false },
      all: { kind: 'boolean', brief: 'Show what is done already, too', optional: true, withNegated: false },
      handOver: {
        kind: 'parsed',
        parse: word,
        brief: 'Write what others have to do into a new folder',
        placeholder: 'DIR',
        optional: true,
      },
      output: { kind: 'parsed', parse: parseFormat, brief: 'text (else), json or yaml', placeholder: 'FORMAT', optional: true },
    },
    aliases: { o: 'output' },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Grants file (else causeway.yaml)', placeholder: 'FILE', parse: word, optional: true }],
    },
  },
  docs: {
    brief: 'Says what a grants file would change, and who gains what by it',
    customUsage: ['[FILE] [--inventory DIR | --live] [--credentials C]... [--adopt] [--mine] [-o json]'],
    fullDescription: [
      'Compares a grants file with what exists and prints the steps that lead from',
      'the one to the other, by account and cluster, in the order in which they are',
      'made. Nothing is written, and nobody is asked.',
      '',
      'A step is to do, done, of another owner (an account that is not yours, or a',
      'thing that is not ours to write), or not visible: the inventory lacks it.',
      'Which accounts are yours --credentials and the file say; where nothing says',
      'it, all are. With --live those are yours that could be entered.',
      '',
      '--hand-over writes the steps of other owners into a folder, one for each',
      'account: a script, Terraform, CloudFormation, the policies, a kubeconfig.',
      '',
      'Exit codes: 0 nothing to do; 1 there is; 2 wrong use, or a file that is',
      'wrong; 3 cannot tell: nothing to do in what can be seen; 4 could not be done.',
      '',
      'EXAMPLES',
      '  causeway plan causeway.yaml --inventory inventory',
      '  causeway plan --live --credentials platform=profile:platform-admin --mine',
      '  causeway plan --credentials platform=profile:p --hand-over for-others',
      '  causeway plan -o json | jq ".steps[] | select(.state == \\"to-do\\")"',
    ].join('\n'),
  },
});
