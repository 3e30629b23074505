import { buildCommand, buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';
import { parseClaim, parsePort, parseSpan } from '../lab/flags.ts';
import { word } from '../word.ts';

/** Where a running lab is. */
export interface AtFlags {
  readonly endpoint?: string;
}

/** What the command line of `lab` says. */
export interface LabFlags {
  readonly port?: number;
  readonly bare: boolean;
  readonly inventory?: string;
  readonly state?: string;
  readonly region?: string;
}

/** What the command line of `lab kubeconfig` says. */
export interface LabKubeconfigFlags extends AtFlags {
  readonly cluster?: string;
  readonly roleArn?: string;
  readonly proxy: boolean;
}

/** What the command line of `lab oidc-token` says. */
export interface LabTokenFlags extends AtFlags {
  readonly issuer: string;
  readonly sub: string;
  readonly aud?: string;
  readonly claim?: readonly (readonly [name: string, value: unknown])[];
}

/** What the command line of `lab env` says. */
export interface LabEnvFlags extends AtFlags {
  readonly as?: string;
  readonly proxy: boolean;
  readonly caFile?: string;
  readonly wait: boolean;
}

const at = {
  kind: 'parsed',
  parse: word,
  brief: 'Where the lab is (else CAUSEWAY_LAB, AWS_ENDPOINT_URL)',
  placeholder: 'URL',
  optional: true,
} as const;

const start = buildCommand<LabFlags, [], Context>({
  loader: async () => (await import('./lab.run.ts')).start,
  parameters: {
    flags: {
      port: {
        kind: 'parsed',
        parse: parsePort,
        brief: 'Port on 127.0.0.1 (else 4640); 0: any',
        placeholder: 'N',
        optional: true,
      },
      bare: { kind: 'boolean', brief: 'Accounts and cluster alone', withNegated: false, default: false },
      inventory: {
        kind: 'parsed',
        parse: word,
        brief: 'Collected organisation to replay',
        placeholder: 'DIR',
        optional: true,
      },
      state: { kind: 'parsed', parse: word, brief: 'Folder that keeps all over restarts', placeholder: 'DIR', optional: true },
      region: {
        kind: 'parsed',
        parse: word,
        brief: "Region that lab env exports (else a cluster's)",
        placeholder: 'R',
        optional: true,
      },
    },
  },
  docs: {
    brief: 'Starts the lab on loopback, until it is stopped',
    customUsage: ['[--port N] [--bare] [--state DIR]', '--inventory DIR [--port N] [--state DIR]'],
    fullDescription: [
      'Plays AWS on loopback for the unmodified aws CLI and SDKs: three accounts (STS,',
      'IAM, EKS) with an administrator each and a cluster in the first. Every call is',
      'authorised with the rules that can-i judges by. What the lab cannot judge it',
      'refuses. Nothing is sent anywhere, and nothing is written without --state;',
      'Ctrl-C ends it.',
      '',
      'With --inventory it plays a collected organisation instead, and anybody in it',
      'can be tried. What nobody collected is refused, and the refusal names it. With',
      '--state too, the first start takes the inventory, and later ones go on from the',
      'state.',
      '',
      'EXAMPLES',
      '  causeway lab &',
      '  causeway lab --inventory inventory --state lab-state',
      '  eval "$(causeway lab env --as 222222222222/ci-runner)"',
      '  aws sts get-caller-identity',
    ].join('\n'),
  },
});

const env = buildCommand<LabEnvFlags, [], Context>({
  loader: async () => (await import('./lab.run.ts')).env,
  parameters: {
    flags: {
      endpoint: at,
      as: {
        kind: 'parsed',
        parse: word,
        brief: 'ACCOUNT/NAME or ARN (else 111111111111/admin)',
        placeholder: 'WHO',
        optional: true,
      },
      proxy: { kind: 'boolean', brief: 'The lab as a proxy: real host names', withNegated: false, default: false },
      caFile: {
        kind: 'parsed',
        parse: word,
        brief: "Where the lab's authority is written (--proxy)",
        placeholder: 'FILE',
        optional: true,
      },
      wait: { kind: 'boolean', brief: 'Wait for a lab that is starting', withNegated: false, default: false },
    },
  },
  docs: {
    brief: 'Prints shell exports to become somebody in the lab',
    customUsage: ['[--as ACCOUNT/NAME] [--proxy] [--wait]'],
    fullDescription: [
      'Prints export lines for a shell: the endpoint, the region, and credentials of a',
      'user or role of the lab. A user without an access key gets one; a role gets a',
      "session of twelve hours, whatever its trust policy says: this is the lab's own",
      'way in. ACCOUNT/root is the root user. Where nothing can be exported it prints',
      '`false`, so that eval fails, too, and a script with set -e ends. With --wait it',
      'waits for half a minute at most for a lab that was only just started.',
      '',
      'With --proxy the clients keep the host names of AWS and come to the lab as their',
      'proxy (HTTPS_PROXY); AWS_CA_BUNDLE is a file with its authority, kept below',
      '~/.cache/causeway or where --ca-file says. In that shell nothing else is reached',
      'over https: the lab forwards nothing.',
      '',
      'EXAMPLES',
      '  eval "$(causeway lab env --as 111111111111/admin)"',
      '  eval "$(causeway lab env --as arn:aws:iam::222222222222:role/ci-runner)"',
      '  eval "$(causeway lab env --proxy)"',
    ].join('\n'),
  },
});

const oidcToken = buildCommand<LabTokenFlags, [], Context>({
  loader: async () => (await import('./lab.run.ts')).oidcToken,
  parameters: {
    flags: {
      endpoint: at,
      issuer: { kind: 'parsed', parse: word, brief: 'https://… as its OIDC provider names it', placeholder: 'URL' },
      sub: { kind: 'parsed', parse: word, brief: 'Subject: repo:org/app:ref:refs/heads/main', placeholder: 'TEXT' },
      aud: { kind: 'parsed', parse: word, brief: 'Audience (else sts.amazonaws.com)', placeholder: 'TEXT', optional: true },
      claim: {
        kind: 'parsed',
        parse: parseClaim,
        brief: 'A further claim; JSON if it begins with { or [',
        placeholder: 'K=V',
        variadic: true,
        optional: true,
      },
    },
  },
  docs: {
    brief: 'Prints a token of an issuer outside, for web identity',
    customUsage: ['--issuer URL --sub TEXT [--aud TEXT] [--claim K=V]...'],
    fullDescription: [
      'Prints a token as GitHub Actions, GitLab or another issuer would give it out. The',
      "lab's STS takes it for roles of accounts that have an OIDC provider with that URL,",
      'by the trust policy of the role. It lives for an hour of the lab. No other STS',
      "takes it: the lab's own key signed it.",
      '',
      'EXAMPLES',
      '  causeway lab oidc-token --issuer https://token.actions.githubusercontent.com \\',
      '    --sub repo:org/app:environment:prod > token',
      '  AWS_WEB_IDENTITY_TOKEN_FILE=token AWS_ROLE_ARN=… aws sts get-caller-identity',
    ].join('\n'),
  },
});

const log = buildCommand<AtFlags, [], Context>({
  loader: async () => (await import('./lab.run.ts')).log,
  parameters: { flags: { endpoint: at } },
  docs: {
    brief: 'Prints every call with its decision and reason',
    fullDescription:
      'Prints the calls that the lab answered, oldest first: who asked what, what IAM\ndecided and why, and what was answered. The newest 2,000 are kept.',
  },
});

const clock = buildCommand<AtFlags, [number], Context>({
  loader: async () => (await import('./lab.run.ts')).clock,
  parameters: {
    flags: { endpoint: at },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: parseSpan, brief: 'How far: +30m, +2h, +90s, +1d', placeholder: '+TIME' }],
    },
  },
  docs: {
    brief: 'Moves the clock of the lab forward',
    fullDescription: [
      'Moves the clock of the lab forward, so that sessions end and conditions on the',
      'date can be tried. The clients keep their own clock, and what they sign from',
      'then on counts as of now; what they signed before is older by the move.',
      '',
      'EXAMPLES',
      '  causeway lab clock +1h',
    ].join('\n'),
  },
});

const kubeconfig = buildCommand<LabKubeconfigFlags, [], Context>({
  loader: async () => (await import('./lab.run.ts')).kubeconfig,
  parameters: {
    flags: {
      endpoint: at,
      cluster: { kind: 'parsed', parse: word, brief: 'ARN or name (else the only one)', placeholder: 'C', optional: true },
      roleArn: {
        kind: 'parsed',
        parse: word,
        brief: 'Role that get-token assumes: ARN or ACCOUNT/NAME',
        placeholder: 'ROLE',
        optional: true,
      },
      proxy: { kind: 'boolean', brief: "AWS's name of the cluster, through the lab", withNegated: false, default: false },
    },
  },
  docs: {
    brief: 'Prints a kubeconfig for a cluster of the lab',
    customUsage: ['[--cluster C] [--role-arn ROLE] [--proxy]'],
    fullDescription: [
      'Prints a kubeconfig with the address and the authority of a cluster of the lab,',
      'as aws eks update-kubeconfig would write it. Nobody has to be allowed',
      'eks:DescribeCluster for it. The user in it is whoever the shell is. With --proxy',
      'the address is that of AWS and the lab its proxy-url, for a shell that was made',
      'with lab env --proxy.',
      '',
      'EXAMPLES',
      '  causeway lab kubeconfig --role-arn 111111111111/ci-deploys-my-app > lab.yaml',
      '  kubectl --kubeconfig lab.yaml get pods -n my-app-ns',
    ].join('\n'),
  },
});

const exportTo = buildCommand<AtFlags, [string], Context>({
  loader: async () => (await import('./lab.run.ts')).exportTo,
  parameters: {
    flags: { endpoint: at },
    positional: { kind: 'tuple', parameters: [{ parse: word, brief: 'A folder that is new or empty', placeholder: 'DIR' }] },
  },
  docs: {
    brief: 'Writes the lab as it is now as an inventory folder',
    fullDescription: [
      'Writes the lab as it is now as an inventory folder, which every other command',
      'reads: accounts, organization, clusters, access entries, roles and bindings. No',
      'access key, no Secret and of the ConfigMaps only aws-auth is written. The folder',
      'must be new or empty, so that nothing of another moment stays in it.',
      '',
      'EXAMPLES',
      '  causeway lab export now && causeway can-i get pods -n my-app-ns \\',
      '    --inventory now --cluster prod --as arn:aws:iam::111111111111:user/admin',
    ].join('\n'),
  },
});

/** What follows `causeway lab`. */
export const LAB_COMMANDS = ['start', 'env', 'oidc-token', 'kubeconfig', 'log', 'clock', 'export'] as const;

/** `causeway lab`: the lab itself, and the commands that talk to one that runs. */
export const lab = buildRouteMap<(typeof LAB_COMMANDS)[number], Context>({
  routes: { start, env, 'oidc-token': oidcToken, kubeconfig, log, clock, export: exportTo },
  defaultCommand: 'start',
  docs: {
    brief: 'Plays AWS accounts and clusters on loopback',
    fullDescription: [
      'Plays AWS accounts and clusters on loopback, for the unmodified aws CLI, SDKs',
      'and kubectl. causeway lab alone is causeway lab start, which explains --inventory,',
      '--state and --port with --help.',
    ].join('\n'),
  },
});
