import { type Account, type Cluster, type Inventory, makeInventory } from '../../../inventory/index.ts';
import { accountFiles, clusterFiles, clusterFolder, marksFiles, organizationFiles, type StateFile } from './files.ts';
import { accountScope, accountsIn, clusterScope, clustersIn, FILES } from './scope.ts';
import type { Store } from './store.ts';

/**
 * The state as an inventory, for the same rooms that judge a collected one. Each account and cluster is made anew after a
 * change of it and kept until the next.
 */
export interface View {
  readonly inventory: () => Inventory;
  readonly cluster: (arn: string) => Cluster | undefined;
}

/** Makes the view of a store. */
export function makeView(store: Store): View {
  const marks = (): readonly StateFile[] => marksFiles(store);
  const organizations = cached(
    () => store.revision(FILES),
    () => inventoryOf([...marks(), ...organizationFiles(store)]).organizations,
  );
  const accounts = cachedEach(
    (id) => String(store.revision(accountScope(id))),
    (id): Account | undefined => inventoryOf([...marks(), ...accountFiles(store, id)], [id]).accounts.get(id),
  );
  const clusters = cachedEach(
    (arn) => String(store.revision(clusterScope(arn))),
    (arn): Cluster | undefined => {
      const files = clusterFiles(store, arn);
      // A cluster of which nothing was collected still has its folder.
      const place = { path: `${clusterFolder(arn)}/pod-identity-associations.json`, text: () => '' };
      return inventoryOf([...marks(), ...(files.length === 0 ? [place] : files)]).clusters[0];
    },
  );
  const inventory = cached(
    () => store.revision(),
    (): Inventory => {
      const scopes = store.scopes();
      return {
        organizations: organizations(),
        accounts: new Map(accountsIn(scopes).map((id) => [id, lazyAccount(id, () => accounts(id))])),
        get clusters() {
          return clustersIn(scopes).flatMap((arn) => clusters(arn) ?? []);
        },
        unread: [],
        isComplete: () => true,
        problems: () => [],
      };
    },
  );
  return { inventory, cluster: clusters };
}

/** An account that is read when something of it is asked for: most of a large organisation never is. */
function lazyAccount(id: string, find: () => Account | undefined): Account {
  const found = (): Account => {
    const account = find();
    if (account === undefined) throw new RangeError(`there is no account ${id}`);
    return account;
  };
  return {
    id,
    iam: () => found().iam(),
    trusts: () => found().trusts(),
    moreRoles: () => found().moreRoles(),
    oidcProviders: () => found().oidcProviders(),
    resourcePolicies: () => found().resourcePolicies(),
  };
}

function inventoryOf(files: readonly StateFile[], accounts: readonly string[] = []): Inventory {
  return makeInventory(
    files.map(({ path, text }) => ({ path, size: 0, text })),
    { accounts },
  );
}

function cached<T>(revision: () => number, make: () => T): () => T {
  let known: { readonly at: number; readonly value: T } | undefined;
  return () => {
    const at = revision();
    if (known?.at !== at) known = { at, value: make() };
    return known.value;
  };
}

function cachedEach<T>(revision: (key: string) => string, make: (key: string) => T): (key: string) => T {
  const known = new Map<string, { readonly at: string; readonly value: T }>();
  return (key) => {
    const at = revision(key);
    let found = known.get(key);
    if (found?.at !== at) {
      found = { at, value: make(key) };
      known.set(key, found);
    }
    return found.value;
  };
}
