import { buildCommand, numberParser } from '@stricli/core';
import type { Context } from '../context.ts';
import { usage } from '../exit.ts';
import { word } from '../word.ts';

/** What the command line of `authenticator` says. */
export interface AuthenticatorFlags {
  readonly config?: string;
  readonly check?: boolean;
  readonly clusterId?: string;
  readonly partition?: string;
  readonly address?: string;
  readonly hostname?: string;
  readonly port?: number;
  readonly healthPort?: number;
  readonly stateDir?: string;
  readonly generateKubeconfig?: string;
  readonly kubeconfigPregenerated?: boolean;
  readonly kubeconfig?: string;
  readonly master?: string;
  /** Names with commas between, in the order to ask. */
  readonly backendMode?: string;
  readonly featureGates?: string;
  readonly cacheSeconds?: number;
  readonly logFormat?: 'text' | 'json';
  readonly labSts?: readonly string[];
  readonly labStsCa?: string;
}

const text = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: word, brief, placeholder, optional: true }) as const;
const number = (brief: string) => ({ kind: 'parsed', parse: numberParser, brief, placeholder: 'N', optional: true }) as const;

function parseLogFormat(format: string): 'text' | 'json' {
  if (format !== 'text' && format !== 'json') throw usage('text or json is expected');
  return format;
}

/** `causeway authenticator`: what it takes; what it does is loaded when it is called. */
export const authenticator = buildCommand<AuthenticatorFlags, [], Context>({
  loader: async () => (await import('./authenticator.run.ts')).run,
  parameters: {
    flags: {
      config: text('Server configuration of aws-iam-authenticator', 'FILE'),
      check: { kind: 'boolean', brief: 'Only says whether it can be served', optional: true, withNegated: false },
      clusterId: text('Name of the cluster, which tokens are bound to', 'ID'),
      partition: text('aws (else), aws-cn, aws-us-gov, …', 'P'),
      address: text('Where to listen (else 127.0.0.1)', 'IP'),
      hostname: text('Its name there (else localhost)', 'HOST'),
      port: number('Port of the webhook (else 21362)'),
      healthPort: number('Port of plain HTTP /healthz (else 21363)'),
      stateDir: text('Folder of cert.pem and key.pem', 'DIR'),
      generateKubeconfig: text('Kubeconfig to write for the API server', 'FILE'),
      kubeconfigPregenerated: { kind: 'boolean', brief: 'Do not write it', optional: true, withNegated: false },
      kubeconfig: text('How to reach the API server for EKSConfigMap', 'FILE'),
      master: text('URL of the API server, if not that in there', 'URL'),
      backendMode: text('MountedFile (else), EKSConfigMap, or both', 'M,M'),
      featureGates: text('SSORoleMatch=true lets sso rows count', 'K=V'),
      cacheSeconds: number('A verified token is remembered (else 60)'),
      logFormat: {
        kind: 'parsed',
        parse: parseLogFormat,
        brief: 'Lines of the log: text (else) or json',
        placeholder: 'FORMAT',
        optional: true,
      },
      labSts: {
        kind: 'parsed',
        parse: word,
        brief: 'LAB ONLY: another address that counts as STS',
        placeholder: 'URL',
        optional: true,
        variadic: true,
      },
      labStsCa: text('LAB ONLY: PEM of who signed its certificate', 'FILE'),
    },
    aliases: { c: 'config', i: 'clusterId', l: 'logFormat' },
  },
  docs: {
    brief: 'Serves the token webhook for kube-apiserver',
    customUsage: ['-c FILE [--check]', '-i ID --backend-mode EKSConfigMap --kubeconfig FILE'],
    fullDescription: [
      'Serves the token webhook for kube-apiserver of a self-managed cluster: takes',
      'TokenReviews (v1 and v1beta1), asks STS who signed the token, and says who',
      'that is in the cluster. Reads the server configuration of',
      'aws-iam-authenticator; its file and its flags work as they are. SIGHUP and a',
      'change of the file read it again; SIGTERM ends it after the reviews under way.',
      '',
      'Exit codes: 0 ended, or --check found nothing wrong; 2 wrong use or a',
      'configuration that cannot be served; 4 could not be done.',
      '',
      'EXAMPLES',
      '  causeway authenticator -c /etc/authenticator/config.yaml --check',
      '  causeway authenticator -c /etc/authenticator/config.yaml',
    ].join('\n'),
  },
});
