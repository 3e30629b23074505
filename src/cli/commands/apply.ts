import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { word } from '../word.ts';

/** What the command line of `apply` says. */
export interface ApplyFlags {
  readonly yes?: boolean;
  readonly mine?: boolean;
  readonly adopt?: boolean;
  readonly credentials?: readonly string[];
  readonly region?: string;
  readonly output?: 'text' | 'json';
}

/** `-o` of commands that write: text, or a line of JSON for each thing that happens. */
export function parseLines(text: string): 'text' | 'json' {
  if (text === 'text' || text === 'json') return text;
  throw new Error(`"${text}" is neither text nor json`);
}

/** Flags of commands that get into accounts and write. */
export const WRITE_FLAGS = {
  yes: { kind: 'boolean', brief: 'Do not ask', optional: true, withNegated: false },
  credentials: {
    kind: 'parsed',
    parse: word,
    brief: 'ALIAS=profile:NAME or ALIAS=role:ARN; repeatable',
    placeholder: 'ENTRY',
    optional: true,
    variadic: true,
  },
  region: { kind: 'parsed', parse: word, brief: 'Where STS is asked (else as the AWS CLI)', placeholder: 'R', optional: true },
  output: {
    kind: 'parsed',
    parse: parseLines,
    brief: 'text (else), or json: a line each',
    placeholder: 'FORMAT',
    optional: true,
  },
} as const;

/** `causeway apply`: what it takes; what it does is loaded when it is called. */
export const apply = buildCommand<ApplyFlags, [string?], Context>({
  loader: async () => (await import('./apply.run.ts')).run,
  parameters: {
    flags: {
      ...WRITE_FLAGS,
      mine: { kind: 'boolean', brief: "Be content when only others' steps are left", optional: true, withNegated: false },
      adopt: { kind: 'boolean', brief: 'Take over what is there and is not ours', optional: true, withNegated: false },
    },
    aliases: { o: 'output', y: 'yes' },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Grants file (else causeway.yaml)', placeholder: 'FILE', parse: word, optional: true }],
    },
  },
  docs: {
    brief: 'Makes a grants file true in its accounts and clusters',
    customUsage: ['[FILE] [--credentials ENTRY]... [--mine] [--adopt] [--yes]'],
    fullDescription: [
      'Reads the accounts and clusters of a grants file, shows the plan, asks, and runs',
      'the steps: in order, side by side where they do not need each other, each read',
      'before and after it is written. What was changed since the plan, and what is',
      'not ours, is never written over. aws-auth and access entries of others are kept',
      'before their first change; causeway restore brings them back.',
      '',
      'It may be stopped or killed at any point and run again: it goes on, and what is',
      'done stays. An account that cannot be entered keeps nobody else from being done.',
      '',
      'Exit codes: 0 everything is as wished; 1 something is not, and says why; 2 wrong',
      'use, or a file that is wrong; 3 what is left could not be seen; 4 an API refused',
      'or did not answer.',
      '',
      'EXAMPLES',
      '  causeway apply causeway.yaml --credentials platform=profile:platform-admin',
      '  causeway apply --mine --yes -o json',
    ].join('\n'),
  },
});
