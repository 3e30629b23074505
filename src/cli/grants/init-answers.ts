import { type FirstGrant, readClusterName } from '../../grants/index.ts';
import { readIdentity } from '../../rules/arn/index.ts';
import type { InitFlags } from '../commands/init.ts';
import { usage } from '../exit.ts';

/** Somebody who can be asked. Each gives undefined when the person gave up. */
export interface Prompts {
  /** `check` says what is wrong with an answer. */
  readonly text: (question: {
    readonly message: string;
    readonly initial?: string;
    readonly check: (answer: string) => string | undefined;
  }) => Promise<string | undefined>;
  readonly select: (question: { readonly message: string; readonly options: readonly Choice[] }) => Promise<string | undefined>;
}

/** One of several answers. */
export interface Choice {
  readonly value: string;
  readonly hint: string;
}

const ACCESS: readonly Choice[] = [
  { value: 'view', hint: 'reads most things, no Secrets' },
  { value: 'audit', hint: 'view, and nodes, volumes, RBAC and CRDs; no Secrets' },
  { value: 'edit', hint: 'deploys; reads Secrets, runs commands in pods' },
  { value: 'admin', hint: 'edit, and hands rights on within a namespace' },
  { value: 'cluster-admin', hint: 'everything' },
];

const VIA: readonly Choice[] = [
  { value: 'role', hint: "a role in the cluster's account, which the caller assumes" },
  { value: 'direct', hint: 'the cluster knows the caller itself' },
];

/** What the flags say, and for the rest what the person answers. Throws a CliError where something is missing and nobody can be asked. */
export async function answersFor(flags: InitFlags, prompts: Prompts | undefined): Promise<FirstGrant> {
  const given = [
    ['--name', flags.name],
    ['--cluster', flags.cluster],
    ['--to', flags.to?.[0]],
    ['--access', flags.access],
  ] as const;
  const missing = given.flatMap(([flag, value]) => (value === undefined ? [flag] : []));
  if (missing.length > 0 && prompts === undefined) {
    throw usage(`${missing.join(', ')}: nobody can be asked without a terminal`, 'causeway init --help shows an example');
  }
  const asks = missing.length === 0 ? undefined : prompts;
  const checked = (value: string | undefined, check: (text: string) => string | undefined): string | undefined => {
    const wrong = value === undefined ? undefined : check(value);
    if (wrong !== undefined) throw usage(`"${value}": ${wrong}`);
    return value;
  };
  const ask = async (
    value: string | undefined,
    message: string,
    check: (text: string) => string | undefined,
    initial?: string,
  ): Promise<string> =>
    checked(value, check) ?? answered(await asks?.text({ message, check, ...(initial === undefined ? {} : { initial }) }));
  const choose = async (
    value: string | undefined,
    message: string,
    options: readonly Choice[],
    otherwise?: string,
  ): Promise<string> => {
    const known = checked(value, (text) =>
      options.some((each) => each.value === text)
        ? undefined
        : `one of ${options.map((each) => each.value).join(', ')} is expected`,
    );
    return known ?? (asks === undefined ? otherwise : undefined) ?? answered(await asks?.select({ message, options }));
  };
  const name = await ask(flags.name, 'A name for the file; everything that it makes carries it', checkName, 'platform-access');
  const cluster = await ask(flags.cluster, 'The cluster: ACCOUNT/REGION/NAME or its ARN', checkCluster);
  const to = flags.to ?? [await ask(undefined, 'Whom: the ARN of a role or user', checkPrincipal)];
  for (const arn of to) checked(arn, checkPrincipal);
  const access = await choose(flags.access, 'What may they do?', ACCESS);
  const namespaces =
    flags.namespace ??
    (asks === undefined ? [] : namesIn(await ask(undefined, 'In which namespaces? (none: the whole cluster)', () => undefined)));
  const via = await choose(flags.via, 'Which way?', VIA, 'role');
  return { name, cluster, to, access, namespaces, via: via === 'direct' ? 'direct' : 'role' };
}

function answered(answer: string | undefined): string {
  if (answer === undefined) throw usage('given up: nothing is written');
  return answer;
}

function checkName(text: string): string | undefined {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)
    ? undefined
    : 'a name of a-z, 0-9 and "-" is expected, at most 63 of them';
}

function checkCluster(text: string): string | undefined {
  const cluster = readClusterName(text);
  return cluster !== undefined && /^\d{12}$/.test(cluster.account)
    ? undefined
    : 'ACCOUNT/REGION/NAME or the ARN of a cluster is expected';
}

function checkPrincipal(text: string): string | undefined {
  const identity = readIdentity(text);
  if ('error' in identity) return identity.error;
  return identity.kind === 'role' || identity.kind === 'user' ? undefined : 'the ARN of a role or user is expected';
}

function namesIn(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((name) => name !== '');
}
