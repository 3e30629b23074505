import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { regionFlag, switchFlag, textFlag, textsFlag } from '../flags.ts';

/** What the command line of `evidence` says. */
export interface EvidenceFlags {
  readonly account?: string;
  readonly cluster?: readonly string[];
  readonly principal?: readonly string[];
  readonly profile?: string;
  readonly role?: string;
  readonly region?: string;
  readonly commands?: boolean;
  readonly output?: string;
}

/** `causeway evidence`: what it takes; what it does is loaded when it is called. */
export const evidence = buildCommand<EvidenceFlags, [], Context>({
  loader: async () => (await import('./evidence.run.ts')).run,
  parameters: {
    flags: {
      account: textFlag('Your account: twelve digits', 'ID'),
      principal: textsFlag('A role or user of it, nothing else of IAM; repeatable', 'ARN'),
      cluster: textsFlag('A cluster of it: ACCOUNT/REGION/NAME or ARN; repeatable', 'C'),
      profile: textFlag('AWS profile (else the default credentials)', 'P'),
      role: textFlag('Role to assume first', 'ARN'),
      region: regionFlag,
      commands: switchFlag('Print a shell script that makes it with the aws CLI alone'),
      output: textFlag('File (else standard output)', 'FILE'),
    },
    aliases: { o: 'output' },
  },
  docs: {
    brief: 'Reads your account into one file for others',
    customUsage: [
      '--account ID [--principal ARN]... [--cluster C]... [-o FILE]',
      '--commands --account ID --principal ARN... [--cluster C]...',
    ],
    fullDescription: [
      'For the owner of an account that others have no credentials for: reads what',
      'they need to judge access, with read-only calls, into one text that they give',
      'to can-i and the others with --evidence. With --principal only those roles and',
      'users are read, each with its policies; else everything of IAM. Look at it',
      'before you send it: it holds policies and names, and no secret.',
      '',
      '--commands prints a script for the aws CLI instead, and asks nobody.',
      '',
      'Exit codes: 0 everything was read; 2 wrong use; 3 a part was refused or not',
      'answered (it says so itself); 4 it could not be done.',
      '',
      'EXAMPLES',
      '  causeway evidence --account 222222222222 -o delivery.evidence \\',
      '    --principal arn:aws:iam::222222222222:role/ci-runner',
      '  causeway can-i get pods --cluster prod --evidence delivery.evidence \\',
      '    --as arn:aws:iam::222222222222:role/ci-runner',
    ].join('\n'),
  },
});
