import { buildCommand } from '@stricli/core';
import type { LiveFlags } from '../collect/request.ts';
import type { Context } from '../context.ts';
import { credentialsFlag, regionFlag, textFlag, textsFlag } from '../flags.ts';
import { word } from '../word.ts';

/** What the command line of `collect` says. */
export interface CollectFlags extends LiveFlags {
  readonly context?: readonly string[];
  readonly kubeconfig?: string;
  readonly output?: string;
}

/** `causeway collect`: what it takes; what it does is loaded when it is called. */
export const collect = buildCommand<CollectFlags, [string?], Context>({
  loader: async () => (await import('./collect.run.ts')).run,
  parameters: {
    flags: {
      account: textsFlag('Account to read: ID or ALIAS=ID; repeatable', 'A'),
      cluster: textsFlag('ACCOUNT/REGION/NAME or ARN; repeatable', 'C'),
      principal: textsFlag('Role or user whose account is read; repeatable', 'ARN'),
      credentials: credentialsFlag,
      context: textsFlag('A kubeconfig context to its cluster; repeatable', 'K'),
      kubeconfig: textFlag('File (else KUBECONFIG, else ~/.kube/config)', 'FILE'),
      region: regionFlag,
      output: textFlag('Folder (else ./inventory)', 'DIR'),
    },
    aliases: { o: 'output' },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: word, brief: 'Grants file: its accounts and clusters are read', placeholder: 'FILE', optional: true },
      ],
    },
  },
  docs: {
    brief: 'Reads accounts and clusters into an inventory folder',
    customUsage: ['FILE [--credentials E]... [-o DIR]', '--cluster C [--account A]... [--credentials E]... [-o DIR]'],
    fullDescription: [
      'Reads IAM, EKS, Kubernetes and the control policies of the organization, with',
      'read-only calls, into the folder that the other commands read. Secrets are never',
      'read. What is refused stays a gap, with the permission that is missing.',
      '',
      'Each account is read with the credentials that --credentials names by its alias',
      'or id, else with the default ones where they are of that account. Credentials of',
      'another account are an error, and nothing is read.',
      '',
      'It may be stopped and run again: files that it wrote are replaced, others stay.',
      '',
      'Exit codes: 0 everything was read; 2 wrong use; 3 a part was refused or not',
      'answered (the folder is written); 4 it could not be done.',
      '',
      'EXAMPLES',
      '  causeway collect causeway.yaml --credentials platform=profile:admin',
      '  causeway collect --cluster 111111111111/eu-west-1/prod',
      '  causeway collect --account platform=111111111111 \\',
      '    --account delivery=222222222222 \\',
      '    --credentials platform=profile:platform-admin \\',
      '    --credentials delivery=role:arn:aws:iam::222222222222:role/read \\',
      '    --cluster 111111111111/eu-west-1/prod -o inventory',
    ].join('\n'),
  },
});
