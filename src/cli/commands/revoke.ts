import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { credentialsFlag, linesFlag, lockOutFlag, regionFlag, switchFlag, textFlag, yesFlag } from '../flags.ts';
import { word } from '../word.ts';

/** What the command line of `revoke` says. */
export interface RevokeFlags {
  readonly file?: string;
  readonly yes?: boolean;
  readonly purgeBackups?: boolean;
  readonly credentials?: readonly string[];
  readonly region?: string;
  readonly acceptLockOut?: readonly string[];
  readonly output?: 'text' | 'json';
}

/** `causeway revoke`: what it takes; what it does is loaded when it is called. */
export const revoke = buildCommand<RevokeFlags, [string], Context>({
  loader: async () => (await import('./revoke.run.ts')).run,
  parameters: {
    flags: {
      yes: yesFlag,
      credentials: credentialsFlag,
      region: regionFlag,
      output: linesFlag,
      acceptLockOut: lockOutFlag,
      file: textFlag('Grants file (else causeway.yaml)', 'FILE'),
      purgeBackups: switchFlag('Take the backups away as well'),
    },
    aliases: { o: 'output', y: 'yes', f: 'file' },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Name of a grant, or a principal of the file', placeholder: 'GRANT|PRINCIPAL', parse: word }],
    },
  },
  docs: {
    brief: 'Takes a grant away, or a principal out of every grant',
    customUsage: ['GRANT|PRINCIPAL [-f FILE] [--credentials ENTRY]... [--yes]'],
    fullDescription: [
      'Takes away what a grant was given: the mapping first, so that nobody gets in',
      'while the rest goes, then RBAC, the role and the policies of the callers. Only',
      'what carries the marks of the file goes; what lives on is said before. The file',
      'itself stays as it is: what it still wishes for, the next apply makes again.',
      '',
      'Where a role stays for others, its sessions of until now lose their rights in',
      'AWS, and who may assumes it again. What a session may on the cluster lasts',
      'until it ends.',
      '',
      'A plan that would lock somebody out is refused; --accept-lock-out, with the name',
      'of the cluster in the file or its ARN, runs it all the same. --yes never does.',
      '',
      'It may be stopped or killed at any point and run again.',
      '',
      'Exit codes: 0 nothing of it is left; 1 something is, and says why; 2 wrong use;',
      '3 something could not be seen; 4 an API refused or did not answer.',
      '',
      'EXAMPLES',
      '  causeway revoke ci-deploys-my-app --credentials platform=profile:admin',
      '  causeway revoke arn:aws:iam::333333333333:role/SecurityAudit --yes',
    ].join('\n'),
  },
});
