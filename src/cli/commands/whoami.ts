import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { type Format, parseFormat } from '../output/format.ts';
import { word } from '../word.ts';

/** What the command line of `whoami` says. */
export interface WhoamiFlags {
  readonly cluster?: string;
  readonly as?: string;
  readonly inventory?: string;
  readonly evidence?: readonly string[];
  readonly output?: Format;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly role?: readonly string[];
  readonly externalId?: readonly string[];
  readonly sessionName?: readonly string[];
}

const text = (brief: string) => ({ kind: 'parsed', parse: word, brief, optional: true }) as const;
const texts = (brief: string) => ({ kind: 'parsed', parse: word, brief, optional: true, variadic: true }) as const;

/** `causeway whoami`: what it takes; what it does is loaded when it is called. */
export const whoami = buildCommand<WhoamiFlags, [], Context>({
  loader: async () => (await import('./whoami.run.ts')).run,
  parameters: {
    flags: {
      cluster: { kind: 'parsed', parse: word, brief: 'NAME, ACCOUNT/REGION/NAME or ARN', placeholder: 'C', optional: true },
      as: {
        kind: 'parsed',
        parse: word,
        brief: 'A principal instead of yourself; asks nobody',
        placeholder: 'ARN',
        optional: true,
      },
      inventory: {
        kind: 'parsed',
        parse: word,
        brief: 'With --as: folder (else CAUSEWAY_INVENTORY)',
        placeholder: 'DIR',
        optional: true,
      },
      evidence: texts('With --as: what the owner of an account sent'),
      context: text('A context of the kubeconfig instead of --cluster'),
      kubeconfig: text('File (else KUBECONFIG, else ~/.kube/config)'),
      profile: text('AWS profile'),
      region: text('Region (else of the ARN, AWS_REGION, the profile)'),
      role: texts('Role to assume; repeat it for a chain'),
      externalId: texts('External id for the --role before it'),
      sessionName: texts('Session name for the --role before it'),
      output: { kind: 'parsed', parse: parseFormat, brief: 'text (else), json or yaml', placeholder: 'FORMAT', optional: true },
    },
    aliases: { o: 'output' },
  },
  docs: {
    brief: 'Says who you are to AWS and to a cluster, or who another is',
    customUsage: [
      '[--cluster C | --context K] [--profile P] [--role ARN]...',
      '--as ARN --cluster C [--inventory DIR] [-o json]',
    ],
    fullDescription: [
      'Without --as: asks STS who you are, says where the credentials came from and',
      'which roles were assumed, and with --cluster or --context asks the cluster who',
      'it takes you for (SelfSubjectReview).',
      '',
      'With --as: says who a principal is in a cluster: username, groups and access',
      'policies, and by which access entry or row of aws-auth. Asks nobody: it reads',
      'the inventory.',
      '',
      'Exit codes: 0 known (--as: mapped); 1 the cluster does not know you (--as: not',
      'mapped); 2 wrong use; 3 cannot tell: the cluster could not be asked; 4 could',
      'not be done: no credentials, no STS.',
      '',
      'EXAMPLES',
      '  causeway whoami --context prod',
      '  causeway whoami --cluster prod \\',
      '    --as arn:aws:iam::111111111111:role/eks-deployer',
      '  causeway whoami --cluster 111111111111/eu-west-1/prod -o json \\',
      '    --as arn:aws:sts::111111111111:assumed-role/eks-deployer/build-7',
    ].join('\n'),
  },
});
