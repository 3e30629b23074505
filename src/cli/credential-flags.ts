import { parseArn } from '../rules/arn/index.ts';

/** A role to assume, as the command line names it. */
export interface RoleFlags {
  readonly arn: string;
  readonly externalId?: string;
  readonly sessionName?: string;
  readonly sourceIdentity?: string;
  readonly tags?: readonly (readonly [key: string, value: string])[];
  readonly durationSeconds?: number;
  readonly mfaSerial?: string;
}

/** Which cluster is meant. */
export interface ClusterFlag {
  /** Name, or the id of a local cluster on Outposts: what a token is bound to. */
  readonly name: string;
  readonly arn?: string;
}

/** A command line that has credential flags, read. */
export interface CredentialFlags {
  readonly profile?: string;
  /** Of `--region`, or of the cluster's ARN. */
  readonly region?: string;
  readonly cluster?: ClusterFlag;
  readonly roles: readonly RoleFlags[];
  /** The caller's own flags: text of those that take a value, `true` of switches. */
  readonly own: Readonly<Record<string, string | true>>;
  /** Words that are no flags. */
  readonly words: readonly string[];
}

/** What is wrong with a command line. The texts hold what was typed. */
export interface FlagError {
  readonly error: string;
  readonly hint?: string;
}

/** The flags of a command beside the shared ones: whether each takes a value. One-letter flags are written `-o`. */
export type OwnFlags = Readonly<Record<string, 'value' | 'switch'>>;

const SHARED = ['--profile', '--region', '--cluster', '--cluster-name', '--cluster-id', '--role', '--role-arn'] as const;
const OF_A_ROLE = ['--external-id', '--session-name', '--source-identity', '--tag', '--duration', '--mfa-serial'] as const;

type Draft = { -readonly [K in keyof RoleFlags]: RoleFlags[K] };

/**
 * Reads the flags that `token` and `kubeconfig` share: `--profile`, `--region`, `--cluster`, and a chain of roles.
 *
 * `--role ARN` may be repeated, and what follows it (`--external-id`, `--session-name`, `--source-identity`, `--tag k=v`,
 * `--duration`, `--mfa-serial`) is of that role; before any role it is of the only one, and wrong use when there are more.
 * The names of `aws eks get-token` mean the same: `--role-arn`, `--cluster-name`, `--cluster-id`.
 *
 * @param words the command line after the command
 * @param own the flags that the command has beside these
 * @example readCredentialFlags(['--cluster', 'prod', '--role', 'arn:aws:iam::111111111111:role/ci'], {})
 */
export function readCredentialFlags(words: readonly string[], own: OwnFlags): CredentialFlags | FlagError {
  const shared: Record<string, string> = {};
  const mine: Record<string, string | true> = {};
  const roles: Draft[] = [];
  const early: (readonly [flag: string, value: string])[] = [];
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') {
      rest.push(...words.slice(i + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      rest.push(word);
      continue;
    }
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const flag = equals < 0 ? word : word.slice(0, equals);
    if (Object.hasOwn(own, flag) && own[flag] === 'switch') {
      if (equals >= 0) return { error: `${flag} takes no value` };
      mine[flag] = true;
      continue;
    }
    const isOwn = Object.hasOwn(own, flag);
    if (!isOwn && !isOneOf(SHARED, flag) && !isOneOf(OF_A_ROLE, flag)) return unknownFlag(flag, own);
    const value = equals < 0 ? words[++i] : word.slice(equals + 1);
    if (value === undefined || value === '' || (equals < 0 && /^--?[a-z]/.test(value))) return { error: `${flag} needs a value` };
    if (isOneOf(OF_A_ROLE, flag)) {
      const role = roles.at(-1);
      if (role === undefined) {
        early.push([flag, value]);
        continue;
      }
      const problem = setOfRole(role, flag, value);
      if (problem !== undefined) return { error: problem };
      continue;
    }
    if (flag === '--role' || flag === '--role-arn') {
      const problem = notARole(value);
      if (problem !== undefined)
        return { error: `${flag} ${value}: ${problem}`, hint: 'it looks like arn:aws:iam::111111111111:role/NAME' };
      roles.push({ arn: value });
      continue;
    }
    const into = isOwn ? mine : shared;
    if (into[flag] !== undefined) return { error: `${flag} stands twice` };
    into[flag] = value;
  }
  const bound = bindEarly(early, roles);
  if (bound !== undefined) return bound;
  const cluster = clusterOf(shared);
  if (cluster !== undefined && 'error' in cluster) return cluster;
  const profile = shared['--profile'];
  const region = cluster?.region ?? shared['--region'];
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...(cluster === undefined ? {} : { cluster: cluster.cluster }),
    roles,
    own: mine,
    words: rest,
  };
}

function isOneOf(flags: readonly string[], flag: string): boolean {
  return flags.includes(flag);
}

function unknownFlag(flag: string, own: OwnFlags): FlagError {
  const known = [...SHARED, ...OF_A_ROLE, ...Object.keys(own)];
  const near = known.filter((one) => flag.length > 3 && (one.startsWith(flag) || flag.startsWith(one)));
  return {
    error: `there is no flag ${flag}`,
    hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : '--help lists the flags',
  };
}

function bindEarly(early: readonly (readonly [string, string])[], roles: readonly Draft[]): FlagError | undefined {
  const [first] = early;
  if (first === undefined) return undefined;
  const [role, ...more] = roles;
  if (role === undefined) return { error: `${first[0]} belongs to a role, and there is no --role` };
  if (more.length > 0)
    return {
      error: `${first[0]} stands before every --role, and there are ${roles.length} roles`,
      hint: 'write it after the --role that it belongs to',
    };
  for (const [flag, value] of early) {
    const problem = setOfRole(role, flag, value);
    if (problem !== undefined) return { error: problem };
  }
  return undefined;
}

/** The forms are those of STS (API reference, AssumeRole; facts/iam.md §4.2). */
function setOfRole(role: Draft, flag: string, value: string): string | undefined {
  const once = <K extends keyof Draft>(key: K, set: Draft[K], form: RegExp, words: string): string | undefined => {
    if (!form.test(value)) return `${flag} ${words}`;
    if (role[key] !== undefined) return `${flag} stands twice for ${role.arn}`;
    role[key] = set;
    return undefined;
  };
  switch (flag) {
    case '--external-id':
      return once('externalId', value, /^[\w+=,.@:/-]{2,1224}$/, 'is 2 to 1224 of A-Z, a-z, 0-9 and _+=,.@:/-');
    case '--session-name':
      return once('sessionName', value, /^[\w+=,.@-]{2,64}$/, 'is 2 to 64 of A-Z, a-z, 0-9 and _+=,.@-');
    case '--source-identity':
      return once(
        'sourceIdentity',
        value,
        /^(?!aws:)[\w+=,.@-]{2,64}$/,
        'is 2 to 64 of A-Z, a-z, 0-9 and _+=,.@-, and does not start with aws:',
      );
    case '--mfa-serial':
      return once('mfaSerial', value, /^[\w+=/:,.@-]{9,256}$/, 'is the ARN of an MFA device, or the serial number of one');
    case '--duration': {
      const seconds = secondsOf(value);
      return once('durationSeconds', seconds, seconds === undefined ? /$^/ : /./, 'is 900 to 43200 seconds, or 15m to 12h');
    }
    default: {
      const equals = value.indexOf('=');
      if (equals < 1 || equals > 128 || value.length - equals - 1 > 256 || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u.test(value))
        return `--tag is KEY=VALUE, with letters, digits, blanks and _.:/=+-@`;
      const key = value.slice(0, equals);
      if ((role.tags ?? []).some(([other]) => other.toLowerCase() === key.toLowerCase()))
        return `--tag ${key}= stands twice for ${role.arn}`;
      role.tags = [...(role.tags ?? []), [key, value.slice(equals + 1)]];
      return undefined;
    }
  }
}

/** `3600`, `45m`, `1h`: what AssumeRole takes; undefined when it would not. */
function secondsOf(text: string): number | undefined {
  const [, count, unit = 's'] = /^(\d{1,5})([smh])?$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  const seconds = Number(count) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
  return seconds >= 900 && seconds <= 43_200 ? seconds : undefined;
}

function notARole(text: string): string | undefined {
  const arn = parseArn(text);
  if (arn === undefined) return 'it is no ARN';
  if (arn.service === 'sts' && arn.resource.startsWith('assumed-role/'))
    return 'it is a session of a role, and the role itself is wanted';
  const isRole =
    arn.service === 'iam' && arn.region === '' && /^\d{12}$/.test(arn.account) && /^role\/[\u0021-\u007e]+$/.test(arn.resource);
  return isRole ? undefined : 'it is not the ARN of a role';
}

function clusterOf(
  shared: Readonly<Record<string, string>>,
): { readonly cluster: ClusterFlag; readonly region?: string } | FlagError | undefined {
  const given = ['--cluster', '--cluster-name', '--cluster-id'].filter((flag) => shared[flag] !== undefined);
  const [flag = '', another] = given;
  if (another !== undefined) return { error: `${flag} and ${another} exclude each other` };
  const value = shared[flag];
  if (value === undefined) return undefined;
  if (!value.startsWith('arn:')) return { cluster: { name: value } };
  const arn = parseArn(value);
  const name = /^cluster\/([^/]+)$/.exec(arn?.resource ?? '')?.[1];
  if (arn === undefined || arn.service !== 'eks' || arn.region === '' || name === undefined)
    return {
      error: `${flag} ${value} is not the ARN of a cluster`,
      hint: 'it looks like arn:aws:eks:eu-west-1:111111111111:cluster/NAME',
    };
  const region = shared['--region'];
  if (region !== undefined && region !== arn.region)
    return { error: `--region ${region} is not the region of the cluster (${arn.region})`, hint: 'leave --region out' };
  return { cluster: { name, arn: value }, region: arn.region };
}
