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
  const accounts = (flags.account ?? []).map(readAccount);
  const clusters = [...new Set((flags.cluster ?? []).map(readCluster))];
  const principals = (flags.principal ?? []).map(readPrincipal);
  for (const arn of principals) {
    const id = parseArn(arn)?.account ?? '';
    if (!accounts.some((account) => account.id === id)) accounts.push({ id });
  }
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
  const accounts: { readonly id: string; readonly alias?: string }[] = file.accounts.map(({ id, alias }) => ({ id, alias }));
  const principals = file.grants.flatMap(({ to }) => to.flatMap((principal) => ('arn' in principal ? [principal.arn] : [])));
  for (const arn of principals) {
    const id = parseArn(arn)?.account ?? '';
    if (!accounts.some((account) => account.id === id)) accounts.push({ id });
  }
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
  if (/^arn:[\w-]+:eks:[\w-]+:\d{12}:cluster\/[\w-]+$/.test(text)) return text;
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
