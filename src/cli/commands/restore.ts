import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { regionFlag, switchFlag, textFlag, textsFlag, yesFlag } from '../flags.ts';
import { word } from '../word.ts';

/** What the command line of `restore` says. */
export interface RestoreFlags {
  readonly cluster?: string;
  readonly file?: string;
  readonly list?: boolean;
  readonly unnamed?: boolean;
  readonly yes?: boolean;
  readonly credentials?: readonly string[];
  readonly region?: string;
}

/** `causeway restore`: what it takes; what it does is loaded when it is called. */
export const restore = buildCommand<RestoreFlags, [string?], Context>({
  loader: async () => (await import('./restore.run.ts')).run,
  parameters: {
    flags: {
      cluster: textFlag('ACCOUNT/REGION/NAME or ARN', 'C'),
      list: switchFlag('Only list the backups that the cluster keeps'),
      file: textFlag('A backup of the state folder', 'FILE'),
      unnamed: switchFlag('Take a FILE that does not say of which cluster it is'),
      yes: yesFlag,
      credentials: textsFlag('ID=profile:NAME or ID=role:ARN; ID is its account', 'ENTRY'),
      region: regionFlag,
    },
    aliases: { y: 'yes', f: 'file' },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Backup (else the newest of aws-auth)', placeholder: 'BACKUP', parse: word, optional: true }],
    },
  },
  docs: {
    brief: 'Brings aws-auth or an access entry back as it was before apply',
    customUsage: ['--cluster C [BACKUP] [--list] [-f FILE] [--credentials ENTRY] [--yes]'],
    fullDescription: [
      'apply keeps aws-auth, and access entries of others, before it changes them for',
      'the first time: in the cluster (ConfigMap causeway-backup-… in kube-system) and',
      'in the state folder ($XDG_STATE_HOME/causeway/backups, else below',
      '~/.local/state). restore shows what the backup would bring back and what it would',
      'undo, rows that others wrote since among it, asks, and writes it back whole, if',
      'nothing was written in between. A backup of another cluster is refused.',
      '',
      'Exit codes: 0 it is as in the backup; 1 somebody wrote in between, or the answer',
      'was no; 2 wrong use; 4 it could not be done.',
      '',
      'EXAMPLES',
      '  causeway restore --cluster 111111111111/eu-west-1/prod --list',
      '  causeway restore --cluster 111111111111/eu-west-1/prod',
    ].join('\n'),
  },
});
