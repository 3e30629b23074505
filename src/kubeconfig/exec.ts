import type { KubeUser } from './read.ts';

/** What an exec plugin that makes EKS tokens is told. */
export interface TokenCommand {
  readonly command: 'aws' | 'aws-iam-authenticator';
  /** Name (or, on Outposts, id) of the cluster. */
  readonly cluster?: string;
  readonly region?: string;
  /** The role that the plugin assumes itself, after whatever its profile did. */
  readonly role?: string;
  readonly profile?: string;
  readonly externalId?: string;
  /** `EKSGetTokenAuth` with the aws CLI (facts/eks.md §4.5); a nanosecond number with aws-iam-authenticator, so unknown. */
  readonly sessionName?: string;
}

/**
 * Reads the command that a kubeconfig's user runs for a token: `aws eks get-token` or `aws-iam-authenticator token`,
 * with the abbreviations and the `--flag=value` forms that they take. Anything else comes back as what it is.
 */
export function readTokenCommand(user: KubeUser | undefined): TokenCommand | { readonly error: string } {
  if (user === undefined) return { error: 'its user entry is not there' };
  if (user.kind === 'other') return { error: `its user logs in with ${user.what}, which is no AWS identity` };
  const program = (user.command.split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/i, '');
  if (program === 'aws') return readAws(user);
  if (program === 'aws-iam-authenticator' || program === 'heptio-authenticator-aws') return readAuthenticator(user);
  return { error: `its user runs "${user.command}", which is not known to make EKS tokens` };
}

type Exec = Extract<KubeUser, { kind: 'exec' }>;

/** argparse takes any unambiguous beginning of a long option; `--role` is what update-kubeconfig itself writes. */
const AWS_OPTIONS = ['--cluster-name', '--cluster-id', '--role-arn'];
const AWS_GLOBAL = [
  '--region',
  '--profile',
  '--output',
  '--query',
  '--endpoint-url',
  '--ca-bundle',
  '--cli-read-timeout',
  '--cli-connect-timeout',
  '--color',
];

function readAws(exec: Exec): TokenCommand | { readonly error: string } {
  const found: Record<string, string> = {};
  const words: string[] = [];
  for (let i = 0; i < exec.args.length; i++) {
    const word = exec.args[i] ?? '';
    if (!word.startsWith('--')) {
      words.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const typed = equals < 0 ? word : word.slice(0, equals);
    const option = expand(typed);
    if (option === undefined) continue;
    const value = equals < 0 ? exec.args[++i] : word.slice(equals + 1);
    if (value === undefined) return { error: `"aws … ${typed}" has no value` };
    found[option] = value;
  }
  if (words[0] !== 'eks' || words[1] !== 'get-token')
    return { error: `its user runs "aws ${words.join(' ')}", which makes no EKS token` };
  return {
    command: 'aws',
    sessionName: 'EKSGetTokenAuth',
    ...named('cluster', found['--cluster-name'] ?? found['--cluster-id']),
    ...named('region', found['--region'] ?? exec.env.AWS_REGION ?? exec.env.AWS_DEFAULT_REGION),
    ...named('role', found['--role-arn']),
    ...named('profile', found['--profile'] ?? exec.env.AWS_PROFILE ?? exec.env.AWS_DEFAULT_PROFILE),
  };
}

function expand(typed: string): string | undefined {
  const all = [...AWS_OPTIONS, ...AWS_GLOBAL];
  if (all.includes(typed)) return typed;
  const matches = AWS_OPTIONS.filter((option) => option.startsWith(typed));
  return matches.length === 1 ? matches[0] : undefined;
}

const AUTHENTICATOR: Readonly<Record<string, string>> = {
  '-i': 'cluster',
  '--cluster-id': 'cluster',
  '-r': 'role',
  '--role': 'role',
  '-e': 'externalId',
  '--external-id': 'externalId',
  '-s': 'sessionName',
  '--session-name': 'sessionName',
  '--region': 'region',
};

function readAuthenticator(exec: Exec): TokenCommand | { readonly error: string } {
  const found: Record<string, string> = {};
  const words: string[] = [];
  for (let i = 0; i < exec.args.length; i++) {
    const word = exec.args[i] ?? '';
    if (!word.startsWith('-')) {
      words.push(word);
      continue;
    }
    const [flag, joined] = takeApart(word);
    const key = AUTHENTICATOR[flag];
    if (key === undefined) continue;
    const value = joined ?? exec.args[++i];
    if (value === undefined) return { error: `"aws-iam-authenticator … ${flag}" has no value` };
    found[key] = value;
  }
  if (words[0] !== 'token')
    return { error: `its user runs "aws-iam-authenticator ${words.join(' ')}", which makes no EKS token` };
  return {
    command: 'aws-iam-authenticator',
    ...named('cluster', found.cluster),
    ...named('region', found.region ?? exec.env.AWS_REGION ?? exec.env.AWS_DEFAULT_REGION),
    ...named('role', found.role),
    ...named('profile', exec.env.AWS_PROFILE ?? exec.env.AWS_DEFAULT_PROFILE),
    ...named('externalId', found.externalId),
    ...named('sessionName', found.sessionName),
  };
}

/** pflag: `--flag value`, `--flag=value`, `-f value`, `-f=value`, `-fvalue`. */
function takeApart(word: string): readonly [flag: string, value: string | undefined] {
  const equals = word.indexOf('=');
  if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
  if (!word.startsWith('--') && word.length > 2) return [word.slice(0, 2), word.slice(2)];
  return [word, undefined];
}

function named<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { readonly [P in K]?: string });
}
