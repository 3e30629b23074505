import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { type Format, parseFormat } from '../output/format.ts';
import { word } from '../word.ts';

const text = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: word, brief, placeholder, optional: true }) as const;
const texts = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: word, brief, placeholder, optional: true, variadic: true }) as const;
const yes = (brief: string) => ({ kind: 'boolean', brief, optional: true, withNegated: false }) as const;

type TextFlag =
  | 'cluster'
  | 'name'
  | 'clusterName'
  | 'clusterId'
  | 'region'
  | 'profile'
  | 'from'
  | 'endpoint'
  | 'ca'
  | 'regions'
  | 'inventory'
  | 'kubeconfig'
  | 'alias'
  | 'userAlias'
  | 'proxyUrl'
  | 'exec'
  | 'command';
type ListFlag = 'role' | 'roleArn' | 'externalId' | 'sessionName' | 'sourceIdentity' | 'tag' | 'duration' | 'mfaSerial';
type SwitchFlag = 'all' | 'replace' | 'dryRun' | 'fix';

/** What the command line says, before it is known which flag belongs to which role. */
export interface KubeconfigCommandFlags
  extends Readonly<Partial<Record<TextFlag, string>>>,
    Readonly<Partial<Record<ListFlag, readonly string[]>>>,
    Readonly<Partial<Record<SwitchFlag, boolean>>> {
  readonly output?: Format;
}

// The words are read again by cli/kubeconfig/flags.ts: which flag follows which --role says to whom it belongs.
/** `causeway kubeconfig` and `causeway kubeconfig doctor`: what they take; what they do is loaded when they are called. */
export const kubeconfig = buildCommand<KubeconfigCommandFlags, string[], Context>({
  loader: async () => (await import('./kubeconfig.run.ts')).run,
  parameters: {
    positional: {
      kind: 'array',
      parameter: { parse: word, brief: 'doctor, then files that are read as one', placeholder: '[doctor FILE]' },
    },
    flags: {
      cluster: text('Name or ARN of the cluster', 'C'),
      name: text('The same, as the AWS CLI calls it', 'C'),
      clusterName: text('The same', 'C'),
      clusterId: text('Id of a local cluster on an Outpost', 'ID'),
      region: text('Region (else of the ARN, AWS_REGION, the profile)', 'REGION'),
      profile: text('AWS profile, now and when kubectl runs', 'P'),
      role: texts('Role to assume; repeat it for a chain', 'ARN'),
      roleArn: texts('The same, as the AWS CLI calls it', 'ARN'),
      externalId: texts('External id for the --role before it', 'ID'),
      sessionName: texts('Session name for the --role before it', 'NAME'),
      sourceIdentity: texts('Source identity for the --role before it', 'NAME'),
      tag: texts('Session tag for the --role before it', 'K=V'),
      duration: texts('Life of the session of the --role before it', '1h'),
      mfaSerial: texts('MFA device for the --role before it', 'ARN'),
      from: text('What aws eks describe-cluster printed (-: stdin)', 'FILE'),
      endpoint: text('Endpoint of the cluster; needs --ca', 'URL'),
      ca: text('Certificate of the cluster, PEM', 'FILE'),
      all: yes('Every cluster that the caller can describe'),
      regions: text('With --all: regions, with commas between', 'R,R'),
      inventory: text('Take clusters from an inventory folder', 'DIR'),
      kubeconfig: text('File (else KUBECONFIG, else ~/.kube/config)', 'FILE'),
      alias: text('Name of the context', 'NAME'),
      userAlias: text('Name of the user entry', 'NAME'),
      proxyUrl: text('Proxy that kubectl uses for the cluster', 'URL'),
      exec: text('Who makes tokens: causeway (else) or aws', 'WHO'),
      command: text('Absolute path of causeway, if not of this one', 'PATH'),
      replace: yes('Also change entries that are for somebody else'),
      dryRun: yes('Print the file as it would be, write nothing'),
      fix: yes('doctor: repair what can be repaired'),
      output: {
        kind: 'parsed',
        parse: parseFormat,
        brief: 'doctor: text (else), json or yaml',
        placeholder: 'FORMAT',
        optional: true,
      },
    },
    aliases: { o: 'output' },
  },
  docs: {
    brief: 'Makes and repairs kubeconfig contexts for EKS clusters',
    customUsage: [
      '--cluster C [--profile P] [--role ARN]... [--alias NAME]',
      '--from FILE | --all | --inventory DIR ...',
      'doctor [--fix] [-o json] [FILE...]',
    ],
    fullDescription: [
      'Makes a context for a cluster in a kubeconfig, as aws eks update-kubeconfig',
      'does, with the same names. Everything else in the file stays byte for byte,',
      'two roles never share a user entry, and an entry that is for somebody else is',
      'not changed without --replace. Roles are assumed for DescribeCluster too;',
      '--from, --endpoint and --inventory ask nobody.',
      '',
      'doctor finds what is broken in kubeconfigs (versions that kubectl no longer',
      'knows, roles assumed twice, profiles from a shell, shared user entries, dead',
      'contexts, missing commands), asks nobody, and shows what --fix would repair.',
      '',
      'Exit codes: 0 written, or as wished already (doctor: nothing left to do);',
      '1 an entry of that name is for somebody else (doctor: something is left);',
      '2 wrong use; 4 could not be done.',
      '',
      'EXAMPLES',
      '  causeway kubeconfig --cluster prod --region eu-west-1 \\',
      '    --role arn:aws:iam::111111111111:role/eks-deployer --external-id c0ffee',
      '  causeway kubeconfig --from cluster.json --alias prod',
      '  causeway kubeconfig doctor --fix',
    ].join('\n'),
  },
});
