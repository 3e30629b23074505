import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
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
      name: {
        kind: 'parsed',
        parse: word,
        brief: 'Name of the file: the mark of all it makes',
        placeholder: 'N',
        optional: true,
      },
      cluster: { kind: 'parsed', parse: word, brief: 'ACCOUNT/REGION/NAME or ARN', placeholder: 'C', optional: true },
      to: {
        kind: 'parsed',
        parse: word,
        brief: 'Whom: the ARN of a role or user (repeatable)',
        placeholder: 'ARN',
        optional: true,
        variadic: true,
      },
      access: {
        kind: 'parsed',
        parse: word,
        brief: 'view, audit, edit, admin or cluster-admin',
        placeholder: 'A',
        optional: true,
      },
      namespace: {
        kind: 'parsed',
        parse: word,
        brief: 'Where (repeatable); else the whole cluster',
        placeholder: 'NS',
        optional: true,
        variadic: true,
      },
      via: { kind: 'parsed', parse: word, brief: 'role (else) or direct', placeholder: 'V', optional: true },
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
