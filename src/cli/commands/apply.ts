import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import {
  credentialsFlag,
  evidenceFlag,
  grantsFileArgument,
  linesFlag,
  lockOutFlag,
  regionFlag,
  switchFlag,
  yesFlag,
} from '../flags.ts';

/** What the command line of `apply` says. */
export interface ApplyFlags {
  readonly yes?: boolean;
  readonly mine?: boolean;
  readonly adopt?: boolean;
  readonly credentials?: readonly string[];
  readonly evidence?: readonly string[];
  readonly region?: string;
  readonly acceptLockOut?: readonly string[];
  readonly output?: 'text' | 'json';
}

/** `causeway apply`: what it takes; what it does is loaded when it is called. */
export const apply = buildCommand<ApplyFlags, [string?], Context>({
  loader: async () => (await import('./apply.run.ts')).run,
  parameters: {
    flags: {
      yes: yesFlag,
      credentials: credentialsFlag,
      evidence: evidenceFlag,
      region: regionFlag,
      output: linesFlag,
      acceptLockOut: lockOutFlag,
      mine: switchFlag("Be content when only others' steps are left"),
      adopt: switchFlag('Take over what is there and is not ours'),
    },
    aliases: { o: 'output', y: 'yes' },
    positional: grantsFileArgument,
  },
  docs: {
    brief: 'Makes a grants file true in its accounts and clusters',
    customUsage: ['[FILE] [--credentials E]... [--evidence F]... [--mine] [--yes]'],
    fullDescription: [
      'Reads the accounts and clusters of a grants file, shows the plan, asks, and runs',
      'the steps: in order, side by side where they do not need each other, each read',
      'before and after it is written. What was changed since the plan, and what is',
      'not ours, is never written over. aws-auth and access entries of others are kept',
      'before their first change; causeway restore brings them back.',
      '',
      'It may be stopped or killed at any point and run again: it goes on, and what is',
      'done stays. An account that cannot be entered keeps nobody else from being done.',
      'One with --evidence is read from what its owner sent in the last seven days and',
      'never entered: its steps are for its owner.',
      '',
      'A plan that would lock somebody out is refused; --accept-lock-out, with the name',
      'of the cluster in the file or its ARN, runs it all the same. --yes never does.',
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
