import { makeContext } from './context.ts';
import { type ClusterPlace, collectEks, placeOf } from './eks.ts';
import { collectIam } from './iam.ts';
import { collectKubernetes, describedWay } from './kubernetes.ts';
import { makeNotebook, stateOf, wordsOf } from './notebook.ts';
import { collectOrganizations } from './organization.ts';
import { collectNamed } from './principal.ts';
import type { CollectAccount, Collection, CollectRequest, CollectSession, CollectWorld, Entry } from './types.ts';

/**
 * Reads accounts and clusters as an inventory folder holds them. Only reads; whatever is refused or not answered is said in
 * `inventory.json` and never read as empty. All accounts are entered before anything is read.
 *
 * Throws what `enter` throws: credentials of another account than they were named for, or a broken configuration.
 */
export async function collect(request: CollectRequest, world: CollectWorld): Promise<Collection> {
  const collectedAt = world.now().toISOString();
  const book = makeNotebook();
  const calls = new Map<string, number>();
  const context = makeContext(request, world, book, (operation, account) => {
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
    world.onCall?.(operation, account);
  });
  const clusters = request.clusters.flatMap((arn) => placeOf(arn) ?? []);
  const accounts = withOwners(request.accounts, clusters);
  const entries = await Promise.all(accounts.map(async (account) => [account, await world.enter(account)] as const));
  const sessions = new Map<string, CollectSession>();
  for (const [account, entry] of entries) {
    if ('session' in entry) sessions.set(account.id, entry.session);
    else for (const path of unread(account.id, clusters, world)) book.missing({ path, account: account.id, ...whyNot(entry) });
  }
  const readCluster = async (session: CollectSession, place: ClusterPlace): Promise<void> => {
    await collectEks(context, session, place, async (cluster) => {
      const way =
        world.wayTo?.(place.arn) ?? (cluster === undefined ? undefined : describedWay(context, session, place, cluster));
      if (way !== undefined) await collectKubernetes(context, place, way);
    });
    world.onDone?.(place.arn);
  };
  const readAccount = async (session: CollectSession): Promise<void> => {
    const own = clusters.filter(({ account }) => account === session.account);
    const readIam = request.narrow === true ? collectNamed : collectIam;
    await Promise.all([readIam(context, session), ...own.map((place) => readCluster(session, place))]);
    world.onDone?.(session.account);
  };
  const all = [...sessions.values()];
  const above = request.withoutOrganization === true ? [] : [collectOrganizations(context, all)];
  // A kubeconfig may lead to a cluster whose account nobody let us into.
  const alone = clusters.flatMap((place) => {
    const way = sessions.has(place.account) ? undefined : world.wayTo?.(place.arn);
    return way === undefined ? [] : [collectKubernetes(context, place, way)];
  });
  await Promise.all([...above, ...all.map(readAccount), ...alone]);
  const files = [...book.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const missing = [...book.gaps].sort((a, b) => (`${a.path}#${a.part}` < `${b.path}#${b.part}` ? -1 : 1));
  const complete = [...book.whole].sort();
  const as = [...new Set([...sessions.values()].map(({ caller }) => caller))].sort();
  const about = { version: 1, collectedAt, as, complete, refused: missing.map(markOf) };
  return {
    files: [{ path: 'inventory.json', text: `${JSON.stringify(about, null, 2)}\n` }, ...files],
    missing,
    complete,
    calls: Object.fromEntries([...calls].sort()),
    as,
  };
}

/** Accounts that own a cluster are read too. */
function withOwners(accounts: readonly CollectAccount[], clusters: readonly ClusterPlace[]): readonly CollectAccount[] {
  const all = new Map(accounts.map((account) => [account.id, account]));
  for (const { account } of clusters) if (!all.has(account)) all.set(account, { id: account });
  return [...all.values()];
}

/** What is not read of an account that was not entered: all of it, but for clusters that a kubeconfig leads to. */
function unread(account: string, clusters: readonly ClusterPlace[], { wayTo }: CollectWorld): readonly string[] {
  const own = clusters.filter((place) => place.account === account);
  if (!own.some(({ arn }) => wayTo?.(arn) !== undefined)) return [`accounts/${account}`];
  const ofClusters = own.flatMap(({ arn, folder }) =>
    wayTo?.(arn) === undefined ? [folder] : [`${folder}/cluster.json`, `${folder}/access-entries`],
  );
  return [`accounts/${account}/iam.json`, `accounts/${account}/oidc-providers.json`, ...ofClusters];
}

function whyNot(
  entry: Exclude<Entry, { readonly session: CollectSession }>,
): Pick<Collection['missing'][number], 'state' | 'error'> {
  if ('none' in entry) return { state: 'notCollected', error: entry.none };
  return { state: stateOf(entry.failure), error: wordsOf(entry.failure) };
}

function markOf({ path, part, state, call, error }: Collection['missing'][number]): Readonly<Record<string, unknown>> {
  return {
    path,
    ...(part === undefined ? {} : { part }),
    ...(call === undefined ? {} : { call }),
    ...(state === 'refused' ? {} : { state }),
    error,
  };
}
