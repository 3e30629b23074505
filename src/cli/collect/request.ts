import { type Entrance, readEntrance } from '../../edge/credentials/index.ts';
import type { GrantsFile } from '../../grants/index.ts';
import { parseArn, partitionOfRegion } from '../../rules/arn/index.ts';
import { usage } from '../exit.ts';
import type { LiveRequest } from './live.ts';

/** Flags that say what is read and how it is entered. */
export interface LiveFlags {
  readonly account?: readonly string[];
  readonly cluster?: readonly string[];
  readonly principal?: readonly string[];
  readonly credentials?: readonly string[];
  readonly region?: string;
}

/** What the flags ask for. Throws a CliError. */
export function requestOf(flags: LiveFlags): LiveRequest {
  const clusters = [...new Set((flags.cluster ?? []).map(readCluster))];
  const principals = (flags.principal ?? []).map(readPrincipal);
  const accounts = withOwners((flags.account ?? []).map(readAccount), principals);
  const twice = accounts.find(({ id }, at) => accounts.findIndex((other) => other.id === id) !== at);
  if (twice !== undefined) throw usage(`account ${twice.id} is named twice`);
  const { region } = flags;
  const entrances = readEntrances(flags.credentials ?? []);
  return { accounts, clusters, principals, rolePaths: ['/causeway/'], entrances, ...(region === undefined ? {} : { region }) };
}

/** What a grants file needs: its accounts and clusters and those of its callers, and no more. Throws a CliError. */
export function fileRequest(file: GrantsFile, { credentials = [], region, ...flags }: LiveFlags): LiveRequest {
  if ((flags.account ?? flags.cluster ?? flags.principal) !== undefined)
    throw usage('a grants file says what is read: leave --account, --cluster and --principal out');
  const principals = file.grants.flatMap(({ to }) => to.flatMap((principal) => ('arn' in principal ? [principal.arn] : [])));
  const accounts = withOwners(
    file.accounts.map(({ id, alias }) => ({ id, alias })),
    principals,
  );
  const patterns = file.accounts.flatMap(({ alias, role }) =>
    role === undefined ? [] : [[alias, { kind: 'pattern', role } as const] as const],
  );
  return {
    accounts,
    clusters: file.clusters.map(({ arn }) => arn),
    principals,
    rolePaths: [`/causeway/${file.name}/`],
    // What is typed says more than what the file says for everybody.
    entrances: new Map<string, Entrance>([...patterns, ...readEntrances(credentials)]),
    ...(region === undefined ? {} : { region }),
  };
}

/** Accounts, and those of principals that are not among them. */
function withOwners(accounts: LiveRequest['accounts'], principals: readonly string[]): LiveRequest['accounts'] {
  const known = new Set(accounts.map(({ id }) => id));
  const owners = new Set(principals.map((arn) => parseArn(arn)?.account ?? ''));
  return [...accounts, ...[...owners].filter((id) => !known.has(id)).map((id) => ({ id }))];
}

/** Whether a text is the ARN of a cluster. */
export function isClusterArn(text: string): boolean {
  return /^arn:[\w-]+:eks:[\w-]+:\d{12}:cluster\/[\w-]+$/.test(text);
}

/** Reads every `--credentials ALIAS=…`. Throws a CliError. */
export function readEntrances(texts: readonly string[]): ReadonlyMap<string, Entrance> {
  const entrances = new Map<string, Entrance>();
  for (const text of texts) {
    const read = readEntrance(text);
    if ('error' in read) throw usage(`--credentials: ${read.error}`, 'for example: --credentials platform=profile:admin');
    if (entrances.has(read.alias)) throw usage(`--credentials names ${read.alias} twice`);
    entrances.set(read.alias, read.entrance);
  }
  return entrances;
}

function readAccount(text: string): { readonly id: string; readonly alias?: string } {
  const [, alias, id] = /^(?:([^=]+)=)?(\d{12})$/.exec(text) ?? [];
  if (id === undefined) throw usage(`--account ${text} is no account`, '--account takes twelve digits, or ALIAS=ID');
  return { id, ...(alias === undefined ? {} : { alias }) };
}

function readCluster(text: string): string {
  const [, account, region = '', name] = /^(\d{12})\/([\w-]+)\/([\w-]+)$/.exec(text) ?? [];
  const partition = partitionOfRegion(region);
  if (partition !== undefined) return `arn:${partition}:eks:${region}:${account}:cluster/${name}`;
  if (isClusterArn(text)) return text;
  throw usage(
    `--cluster ${text} does not say which account and region it is in`,
    '--cluster takes ACCOUNT/REGION/NAME or an ARN',
  );
}

function readPrincipal(text: string): string {
  // No more than IAM's names have: the ARN may become part of a script.
  if (/^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/.test(text)) return text;
  throw usage(`--principal ${text} is no ARN of a role or user`);
}
