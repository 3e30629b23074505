import { type Account, type ClusterFiles, type Inventory, type Routed, route, type Source } from '../../../inventory/index.ts';
import { organizationIn } from '../organizations/model.ts';
import { clusterFolder } from '../state/files.ts';
import { accountScope, clusterScope, FILES, objectScope } from '../state/scope.ts';
import { type Change, type Loader, makeStore } from '../state/store.ts';
import { makeView } from '../state/view.ts';
import { accountChanges } from './account.ts';
import { clusterChanges } from './cluster.ts';
import { objectChanges } from './objects.ts';
import { keptFiles } from './text.ts';

/** A collected organisation, to start a lab with. */
export interface Replay {
  /** What is small, and read at once: the organizations and what was refused. */
  readonly initial: readonly Change[];
  /** Accounts and clusters, each read when it is first asked for. */
  readonly loader: Loader;
  readonly accounts: number;
  readonly clusters: number;
}

/** Makes a lab's start out of an inventory folder. What nobody collected stays a gap. */
export function replay(inventory: Inventory, sources: readonly Source[]): Replay {
  const routed = route(sources);
  const initial = filesOf(routed);
  const loaders = new Map<string, () => readonly Change[]>();
  for (const account of inventory.accounts.values()) {
    loaders.set(accountScope(account.id), () => loadAccount(inventory, routed, initial, account));
  }
  for (const cluster of inventory.clusters) {
    const { arn } = cluster;
    const folder = clusterFolder(arn);
    const files = routed.clusters.get(folder) ?? filesFor(routed, cluster.account, cluster.name) ?? nothing(folder, cluster);
    const unread = routed.unread.filter(({ path }) => path.startsWith(`${files.folder}/`));
    loaders.set(clusterScope(arn), () =>
      clusterChanges({ cluster, files, unread, made: (changes) => copyOf(initial, changes).cluster(arn) }),
    );
    loaders.set(objectScope(arn), () => objectChanges(cluster, files));
  }
  return {
    initial,
    loader: { scopes: [...loaders.keys()], load: (scope) => loaders.get(scope)?.() ?? [] },
    accounts: inventory.accounts.size,
    clusters: inventory.clusters.length,
  };
}

function filesOf({ organizations, marks }: Routed): readonly Change[] {
  return keptFiles(FILES, [...organizations, ...(marks === undefined ? [] : [marks])]);
}

function loadAccount(inventory: Inventory, routed: Routed, initial: readonly Change[], account: Account): readonly Change[] {
  const { id } = account;
  const files = routed.accounts.get(id);
  const made = (changes: readonly Change[]): Account | undefined => copyOf(initial, changes).inventory().accounts.get(id);
  const unread = routed.unread.filter(({ path }) => path.startsWith(`accounts/${id}/identity-center.`));
  const place = { id, partition: partitionOf(inventory, initial, account), account, made };
  return [...accountChanges(files === undefined ? place : { ...place, files }), ...keptFiles(accountScope(id), unread)];
}

/** What documents make, under the marks of the inventory. */
function copyOf(initial: readonly Change[], changes: readonly Change[]): ReturnType<typeof makeView> {
  return makeView(makeStore([...initial, ...changes]));
}

/** From an ARN of the account, of a cluster in it or of its organization; empty where there is none. */
function partitionOf(inventory: Inventory, initial: readonly Change[], { id, iam }: Account): string {
  const collected = iam();
  const found = collected.state === 'collected' ? (collected.value.roles[0] ?? collected.value.users[0])?.arn : undefined;
  const cluster = inventory.clusters.find(({ account }) => account === id);
  const file = organizationIn(inventory, id)?.origin.file;
  const text = initial.find(({ name }) => name === file)?.document;
  const told =
    text !== null && text !== undefined && 'text' in text ? /"arn:(aws[\w-]*):organizations:/.exec(text.text)?.[1] : undefined;
  return found?.split(':')[1] ?? cluster?.partition ?? told ?? '';
}

/** Of a cluster whose ARN is not what its folder says. */
function filesFor({ clusters }: Routed, account: string, name: string): ClusterFiles | undefined {
  return [...clusters.values()].find((files) => files.account === account && files.name === name);
}

function nothing(folder: string, { account, region, name }: { account: string; region: string; name: string }): ClusterFiles {
  return { folder, account, region, name, description: [], accessEntries: [], kubernetes: [], creator: [] };
}
