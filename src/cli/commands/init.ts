import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { textFlag, textsFlag } from '../flags.ts';
import { word } from '../word.ts';

/** What the command line of `init` says. */
export interface InitFlags {
  readonly name?: string;
  readonly cluster?: string;
  readonly to?: readonly string[];
  readonly access?: string;
  readonly namespace?: readonly string[];
  readonly via?: string;
}

/** `causeway init`: what it takes; what it does is loaded when it is called. */
export const init = buildCommand<InitFlags, [string?], Context>({
  loader: async () => (await import('./init.run.ts')).run,
  parameters: {
    flags: {
      name: textFlag('Name of the file: the mark of all it makes', 'N'),
      cluster: textFlag('ACCOUNT/REGION/NAME or ARN', 'C'),
      to: textsFlag('Whom: the ARN of a role or user (repeatable)', 'ARN'),
      access: textFlag('view, audit, edit, admin or cluster-admin', 'A'),
      namespace: textsFlag('Where (repeatable); else the whole cluster', 'NS'),
      via: textFlag('role (else) or direct', 'V'),
    },
    aliases: { n: 'namespace' },
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'File to write (else causeway.yaml); - prints it', placeholder: 'FILE', parse: word, optional: true },
      ],
    },
  },
  docs: {
    brief: 'Writes a first grants file',
    customUsage: ['[FILE]', '[FILE] --name N --cluster C --to ARN --access A [-n NS]'],
    fullDescription: [
      'Asks whom, where and what, and writes a grants file with that one grant, with a',
      'word to each part. What the flags say is not asked; where nobody can be asked',
      '(no terminal), --name, --cluster, --to and --access have to say it all.',
      '',
      'A file that is there is never written over.',
      '',
      'Exit codes: 0 written; 2 wrong use, or the file is there; 4 could not be done.',
      '',
      'EXAMPLES',
      '  causeway init',
      '  causeway init --name platform-access --access edit -n my-app-ns \\',
      '    --cluster 111111111111/eu-west-1/prod \\',
      '    --to arn:aws:iam::222222222222:role/ci-runner',
    ].join('\n'),
  },
});
