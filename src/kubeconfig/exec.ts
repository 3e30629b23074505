import type { KubeUser } from './read.ts';

/** A role that a token command assumes itself. */
export interface TokenRole {
  readonly role: string;
  readonly externalId?: string;
  /** `EKSGetTokenAuth` with the aws CLI (facts/eks.md §4.5); a nanosecond number with aws-iam-authenticator, so unknown. */
  readonly sessionName?: string;
  readonly mfaSerial?: string;
}

/** What an exec plugin that makes EKS tokens is told. */
export interface TokenCommand {
  readonly command: 'aws' | 'aws-iam-authenticator' | 'causeway';
  /** Name (or, on Outposts, id) of the cluster. */
  readonly cluster?: string;
  readonly region?: string;
  /** The roles that the plugin assumes itself, first one first, after whatever its profile did. */
  readonly roles: readonly TokenRole[];
  readonly profile?: string;
}

/**
 * Reads the command that a kubeconfig's user runs for a token: `causeway token`, `aws eks get-token` or
 * `aws-iam-authenticator token`, with the abbreviations and the `--flag=value` forms that they take. Anything else comes
 * back as what it is.
 */
export function readTokenCommand(user: KubeUser | undefined): TokenCommand | { readonly error: string } {
  if (user === undefined) return { error: 'its user entry is not there' };
  if (user.kind === 'other') return { error: `its user logs in with ${user.what}, which is no AWS identity` };
  const program = programOf(user.command);
  if (program === 'aws') return readAws(user);
  if (program === 'aws-iam-authenticator' || program === 'heptio-authenticator-aws') return readAuthenticator(user);
  // A program of another name, with our words: a copy or a wrapper that --command named.
  const causeway = causewayWords(user) ?? (isOurs(user.args) ? user.args : undefined);
  if (causeway !== undefined) return readCauseway(user, causeway);
  return { error: `its user runs "${user.command}", which is not known to make EKS tokens` };
}

type Exec = Extract<KubeUser, { kind: 'exec' }>;

/** The last part of a command, without `.exe`. */
export function programOf(command: string): string {
  return (command.split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/i, '');
}

const RUNNERS = new Set(['npx', 'npm', 'pnpm', 'pnpx', 'yarn', 'bunx', 'node', 'bun']);

/** Whether a command starts the program through a package runner: `npx causeway`. */
export function isRunner(command: string): boolean {
  return RUNNERS.has(programOf(command).replace(/\.cmd$/i, ''));
}

/** The words behind causeway's own name, also where a runner starts it. */
export function causewayWords(exec: {
  readonly command: string;
  readonly args: readonly string[];
}): readonly string[] | undefined {
  if (isCauseway(exec.command)) return exec.args;
  if (!isRunner(exec.command)) return undefined;
  const at = exec.args.findIndex((word) => isCauseway(word));
  return at < 0 ? undefined : exec.args.slice(at + 1);
}

function isOurs(args: readonly string[]): boolean {
  return args[0] === 'token' && args.some((word) => word === '--cluster' || word.startsWith('--cluster='));
}

function isCauseway(word: string): boolean {
  return /^causeway(?:\.c?js|\.cmd)?$/.test(programOf(word).replace(/@[\w.^~-]+$/, ''));
}

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
    const option = expandAwsOption(typed);
    if (option === undefined) continue;
    const value = equals < 0 ? exec.args[++i] : word.slice(equals + 1);
    if (value === undefined) return { error: `"aws … ${typed}" has no value` };
    found[option] = value;
  }
  if (words[0] !== 'eks' || words[1] !== 'get-token')
    return { error: `its user runs "aws ${words.join(' ')}", which makes no EKS token` };
  const role = found['--role-arn'];
  return {
    command: 'aws',
    roles: role === undefined || role === '' ? [] : [{ role, sessionName: 'EKSGetTokenAuth' }],
    ...named('cluster', found['--cluster-name'] ?? found['--cluster-id']),
    ...surroundings(exec, found['--region'], found['--profile']),
  };
}

/** The whole option that an abbreviation means to `aws eks get-token`. */
export function expandAwsOption(typed: string): string | undefined {
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
  const { role } = found;
  return {
    command: 'aws-iam-authenticator',
    roles:
      role === undefined || role === ''
        ? []
        : [{ role, ...named('externalId', found.externalId), ...named('sessionName', found.sessionName) }],
    ...named('cluster', found.cluster),
    ...surroundings(exec, found.region, undefined),
  };
}

/** pflag: `--flag value`, `--flag=value`, `-f value`, `-f=value`, `-fvalue`. */
function takeApart(word: string): readonly [flag: string, value: string | undefined] {
  const equals = word.indexOf('=');
  if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
  if (!word.startsWith('--') && word.length > 2) return [word.slice(0, 2), word.slice(2)];
  return [word, undefined];
}

/** A flag of one hop belongs to the `--role` before it (docs/credentials.md). */
function readCauseway(exec: Exec, args: readonly string[]): TokenCommand | { readonly error: string } {
  if (args[0] !== 'token') return { error: `its user runs "causeway ${args[0] ?? ''}", which makes no EKS token` };
  const found: Record<string, string> = {};
  const roles: { role: string; externalId?: string; sessionName?: string; mfaSerial?: string }[] = [];
  for (let i = 1; i < args.length; i++) {
    const [flag, joined] = takeApart(args[i] ?? '');
    if (!flag.startsWith('--')) continue;
    const value = joined ?? args[++i];
    if (value === undefined) return { error: `"causeway token … ${flag}" has no value` };
    const last = roles.at(-1);
    if (flag === '--role') roles.push({ role: value });
    else if (flag === '--external-id' && last !== undefined) last.externalId = value;
    else if (flag === '--session-name' && last !== undefined) last.sessionName = value;
    else if (flag === '--mfa-serial' && last !== undefined) last.mfaSerial = value;
    else found[flag] = value;
  }
  return {
    command: 'causeway',
    roles,
    ...named('cluster', found['--cluster'] ?? found['--cluster-id']),
    ...surroundings(exec, found['--region'], found['--profile']),
  };
}

function surroundings(
  { env }: Exec,
  region: string | undefined,
  profile: string | undefined,
): Pick<TokenCommand, 'region' | 'profile'> {
  return {
    ...named('region', region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION),
    ...named('profile', profile ?? env.AWS_PROFILE ?? env.AWS_DEFAULT_PROFILE),
  };
}

function named<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { readonly [P in K]?: string });
}
