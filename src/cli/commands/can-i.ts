import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { type Format, parseFormat } from '../output/format.ts';
import { word } from '../word.ts';

/** What the command line of `can-i` says. */
export interface CanIFlags {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly subresource?: string;
  readonly cluster?: string;
  readonly as: string;
  readonly asGroup?: readonly string[];
  readonly via?: readonly string[];
  readonly context?: string;
  readonly anyPath?: boolean;
  readonly given?: readonly string[];
  readonly assume?: readonly string[];
  readonly inventory?: string;
  readonly evidence?: readonly string[];
  readonly kubernetes?: readonly string[];
  readonly kubeconfig?: string;
  readonly output?: Format;
}

/** `causeway can-i`: what it takes; what it does is loaded when it is called. */
export const canI = buildCommand<CanIFlags, [string, string], Context>({
  loader: async () => (await import('./can-i.run.ts')).run,
  parameters: {
    flags: {
      namespace: {
        kind: 'parsed',
        parse: word,
        brief: 'Namespace (else the context\'s, else "default")',
        placeholder: 'NS',
        optional: true,
      },
      allNamespaces: { kind: 'boolean', brief: 'In every namespace', optional: true, withNegated: false },
      subresource: {
        kind: 'parsed',
        parse: word,
        brief: 'Subresource, such as log or scale',
        placeholder: 'S',
        optional: true,
      },
      cluster: { kind: 'parsed', parse: word, brief: 'NAME, ACCOUNT/REGION/NAME or ARN', placeholder: 'C', optional: true },
      as: { kind: 'parsed', parse: word, brief: 'Who asks: an ARN, or a Kubernetes user', placeholder: 'ARN' },
      asGroup: {
        kind: 'parsed',
        parse: word,
        brief: 'Group of a Kubernetes user (repeatable)',
        placeholder: 'G',
        optional: true,
        variadic: true,
      },
      via: {
        kind: 'parsed',
        parse: word,
        brief: 'Role to assume on the way, in order (repeatable)',
        placeholder: 'ROLE',
        optional: true,
        variadic: true,
      },
      context: {
        kind: 'parsed',
        parse: word,
        brief: 'Go the way of this kubeconfig context',
        placeholder: 'NAME',
        optional: true,
      },
      anyPath: { kind: 'boolean', brief: 'Search every path through the accounts', optional: true, withNegated: false },
      given: {
        kind: 'parsed',
        parse: word,
        brief: 'Settle a condition: key=value, !key, N:key=value',
        placeholder: 'K=V',
        optional: true,
        variadic: true,
      },
      assume: {
        kind: 'parsed',
        parse: word,
        brief: 'Take for granted: no-scp, no-rcp, caller-allowed',
        placeholder: 'A',
        optional: true,
        variadic: true,
      },
      inventory: {
        kind: 'parsed',
        parse: word,
        brief: 'Folder (else CAUSEWAY_INVENTORY, else ./inventory)',
        placeholder: 'DIR',
        optional: true,
      },
      evidence: {
        kind: 'parsed',
        parse: word,
        brief: 'What the owner of an account sent (repeatable)',
        placeholder: 'FILE',
        optional: true,
        variadic: true,
      },
      kubernetes: {
        kind: 'parsed',
        parse: word,
        brief: 'Judge RBAC alone, from these files',
        placeholder: 'FILE',
        optional: true,
        variadic: true,
      },
      kubeconfig: { kind: 'parsed', parse: word, brief: 'kubeconfig file (else KUBECONFIG)', placeholder: 'F', optional: true },
      output: { kind: 'parsed', parse: parseFormat, brief: 'text (else), json or yaml', placeholder: 'FORMAT', optional: true },
    },
    aliases: { n: 'namespace', A: 'allNamespaces', o: 'output' },
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'Kubernetes verb: get, list, create, delete, …', placeholder: 'VERB', parse: word },
        { brief: 'deploy, deployments.apps/web, /metrics, …', placeholder: 'RESOURCE[/NAME]', parse: word },
      ],
    },
  },
  docs: {
    brief: 'Says whether a caller may do a thing on a cluster, and why',
    customUsage: [
      'VERB RESOURCE[/NAME] --cluster C --as ARN --via ROLE [-n NS|-A]',
      'VERB RESOURCE[/NAME] --cluster C --as ARN --any-path [-n NS|-A]',
      'VERB RESOURCE[/NAME] --context NAME --as ARN [-n NS|-A]',
      'VERB RESOURCE[/NAME] --kubernetes FILE --as USER [--as-group G]',
    ],
    fullDescription: [
      'Says whether a caller may do a thing on a cluster: hop by hop, with the',
      'statement that decided and, on a no, the smallest change that would make it',
      'a yes.',
      '',
      'The path that is judged is the one of --via (roles assumed in order) or of a',
      'kubeconfig context. With neither, the caller itself is judged where the',
      'cluster maps it. --any-path searches the assume graph of all accounts.',
      '',
      'A yes that depends on what the request brings is YES, IF; --given settles it.',
      'What nobody collected makes CANNOT TELL, with the command that collects it.',
      '',
      'Exit codes: 0 yes; 1 no; 2 wrong use; 3 cannot tell, or only under',
      'conditions; 4 could not be done.',
      '',
      'EXAMPLES',
      '  causeway can-i create deployments -n my-app-ns --cluster prod \\',
      '    --as arn:aws:iam::222222222222:role/ci-runner \\',
      '    --via arn:aws:iam::111111111111:role/eks-deployer',
      '  causeway can-i get pods --subresource log -A --cluster prod \\',
      '    --as arn:aws:iam::333333333333:role/SecurityAudit --any-path',
      '  causeway can-i list secrets -n payments --kubernetes rbac.yaml \\',
      '    --as jane --as-group developers',
      '  causeway can-i get /metrics --context prod \\',
      '    --as arn:aws:iam::222222222222:user/ann',
    ].join('\n'),
  },
});
