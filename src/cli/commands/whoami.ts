import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { type Format, parseFormat } from '../output/format.ts';
import { word } from '../word.ts';

/** What the command line of `whoami` says. */
export interface WhoamiFlags {
  readonly cluster?: string;
  readonly as: string;
  readonly inventory?: string;
  readonly output?: Format;
}

/** `causeway whoami`: what it takes; what it does is loaded when it is called. */
export const whoami = buildCommand<WhoamiFlags, [], Context>({
  loader: async () => (await import('./whoami.run.ts')).run,
  parameters: {
    flags: {
      cluster: { kind: 'parsed', parse: word, brief: 'NAME, ACCOUNT/REGION/NAME or ARN', placeholder: 'C', optional: true },
      as: { kind: 'parsed', parse: word, brief: 'The principal that calls the cluster', placeholder: 'ARN' },
      inventory: {
        kind: 'parsed',
        parse: word,
        brief: 'Folder (else CAUSEWAY_INVENTORY, else ./inventory)',
        placeholder: 'DIR',
        optional: true,
      },
      output: { kind: 'parsed', parse: parseFormat, brief: 'text (else), json or yaml', placeholder: 'FORMAT', optional: true },
    },
    aliases: { o: 'output' },
  },
  docs: {
    brief: 'Says who a principal is in a cluster, and by which row',
    customUsage: ['--as ARN --cluster C [-o json]'],
    fullDescription: [
      'Says who a principal is in a cluster: username, groups and access policies,',
      'and by which access entry or row of aws-auth. Asks nobody: it reads the',
      'inventory.',
      '',
      'Exit codes: 0 mapped; 1 not mapped; 2 wrong use; 3 cannot tell; 4 could not',
      'be done.',
      '',
      'EXAMPLES',
      '  causeway whoami --cluster prod \\',
      '    --as arn:aws:iam::111111111111:role/eks-deployer',
      '  causeway whoami --cluster 111111111111/eu-west-1/prod -o json \\',
      '    --as arn:aws:sts::111111111111:assumed-role/eks-deployer/build-7',
    ].join('\n'),
  },
});
