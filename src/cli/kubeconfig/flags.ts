import { type CredentialFlags, type RoleFlags, readCredentialFlags } from '../credential-flags.ts';
import { usage } from '../exit.ts';

/** What the command line of `kubeconfig` says. */
export interface KubeconfigFlags {
  readonly credentials: CredentialFlags;
  /** The credential flags again, as words for the token command. */
  readonly credentialWords: readonly string[];
  readonly from?: string;
  readonly endpoint?: string;
  readonly ca?: string;
  readonly all: boolean;
  readonly regions: readonly string[];
  readonly inventory?: string;
  readonly kubeconfig?: string;
  readonly alias?: string;
  readonly userAlias?: string;
  readonly proxyUrl?: string;
  readonly exec: 'causeway' | 'aws';
  readonly command?: string;
  readonly replace: boolean;
  readonly dryRun: boolean;
}

const OWN = {
  '--name': 'value',
  '--from': 'value',
  '--endpoint': 'value',
  '--ca': 'value',
  '--all': 'switch',
  '--regions': 'value',
  '--inventory': 'value',
  '--kubeconfig': 'value',
  '--alias': 'value',
  '--user-alias': 'value',
  '--proxy-url': 'value',
  '--exec': 'value',
  '--command': 'value',
  '--replace': 'switch',
  '--dry-run': 'switch',
} as const;

/** Reads the words after `kubeconfig`. Throws a CliError. */
export function readKubeconfigFlags(words: readonly string[]): KubeconfigFlags {
  // The name of the flag in aws eks update-kubeconfig.
  const renamed = words.map((word) => word.replace(/^--name(?==|$)/, '--cluster'));
  const credentials = readCredentialFlags(renamed, OWN);
  if ('error' in credentials) throw usage(credentials.error, ...(credentials.hint === undefined ? [] : [credentials.hint]));
  const [extra] = credentials.words;
  if (extra !== undefined) throw usage(`"${extra}" is one word too many`, `--cluster ${extra} names a cluster`);
  const text = (flag: keyof typeof OWN): string | undefined => {
    const value = credentials.own[flag];
    return typeof value === 'string' ? value : undefined;
  };
  const exec = text('--exec') ?? 'causeway';
  if (exec !== 'causeway' && exec !== 'aws') throw usage(`--exec ${exec}: it is causeway or aws`);
  const flags = {
    from: text('--from'),
    endpoint: text('--endpoint'),
    ca: text('--ca'),
    inventory: text('--inventory'),
    kubeconfig: text('--kubeconfig'),
    alias: text('--alias'),
    userAlias: text('--user-alias'),
    proxyUrl: text('--proxy-url'),
    command: text('--command'),
  };
  for (const [name, value] of Object.entries(flags)) if (value !== undefined) checkPlain(name, value);
  const result: KubeconfigFlags = {
    ...withoutUndefined(flags),
    credentials,
    credentialWords: wordsOf(credentials),
    all: credentials.own['--all'] === true,
    regions: (text('--regions') ?? '').split(',').filter((region) => region !== ''),
    exec,
    replace: credentials.own['--replace'] === true,
    dryRun: credentials.own['--dry-run'] === true,
  };
  checkTogether(result);
  return result;
}

/** A name with a control character in it would be read by nobody as it is meant. */
function checkPlain(name: string, value: string): void {
  if (/\p{Cc}|\p{Cs}/u.test(value))
    throw usage(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} holds a control character`);
}

function checkTogether(flags: KubeconfigFlags): void {
  const cluster = flags.credentials.cluster;
  const sources = [
    ...(flags.from === undefined ? [] : ['--from']),
    ...(flags.endpoint === undefined ? [] : ['--endpoint']),
    ...(flags.all ? ['--all'] : []),
  ];
  if (sources.length > 1) throw usage(`${sources.join(' and ')} exclude each other`);
  if (flags.ca !== undefined && flags.endpoint === undefined) throw usage('--ca goes with --endpoint');
  if (flags.endpoint !== undefined && flags.ca === undefined)
    throw usage(
      '--endpoint needs --ca FILE, the certificate of the cluster in PEM',
      'its owner finds both with aws eks describe-cluster',
    );
  if (flags.all) {
    if (cluster !== undefined) throw usage('--cluster and --all exclude each other');
    if (flags.alias !== undefined || flags.userAlias !== undefined)
      throw usage('--alias and --user-alias name one context, and --all makes several');
  } else {
    if (flags.regions.length > 0) throw usage('--regions goes with --all');
    if (cluster === undefined && flags.from === undefined) throw usage('--cluster is needed', 'or --from cluster.json, or --all');
  }
  if (flags.inventory !== undefined && !flags.all && flags.from === undefined && cluster === undefined)
    throw usage('--inventory goes with --all or --cluster');
}

/** The flags as `causeway token` takes them, in one form whatever was typed. */
function wordsOf({ profile, roles }: CredentialFlags): readonly string[] {
  return [...(profile === undefined ? [] : ['--profile', profile]), ...roles.flatMap(wordsOfRole)];
}

function wordsOfRole(role: RoleFlags): readonly string[] {
  const { arn, externalId, sessionName, sourceIdentity, tags = [], durationSeconds, mfaSerial } = role;
  return [
    '--role',
    arn,
    ...(externalId === undefined ? [] : ['--external-id', externalId]),
    ...(sessionName === undefined ? [] : ['--session-name', sessionName]),
    ...(sourceIdentity === undefined ? [] : ['--source-identity', sourceIdentity]),
    ...tags.flatMap(([key, value]) => ['--tag', `${key}=${value}`]),
    ...(durationSeconds === undefined ? [] : ['--duration', String(durationSeconds)]),
    ...(mfaSerial === undefined ? [] : ['--mfa-serial', mfaSerial]),
  ];
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>;
}
