import { type Account, type Cluster, type Inventory, makeInventory } from '../../../inventory/index.ts';
import { accountFiles, clusterFiles, organizationFiles, type StateFile } from './files.ts';
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
  const organizations = cached(
    () => store.revision(FILES),
    () => inventoryOf(organizationFiles(store)).organizations,
  );
  const accounts = cachedEach(
    (id) => String(store.revision(accountScope(id))),
    (id): Account | undefined => inventoryOf(accountFiles(store, id)).accounts.get(id) ?? emptyAccount(id),
  );
  const clusters = cachedEach(
    (arn) => String(store.revision(clusterScope(arn))),
    (arn): Cluster | undefined => inventoryOf(clusterFiles(store, arn)).clusters[0],
  );
  const inventory = cached(
    () => store.revision(),
    (): Inventory => {
      const scopes = store.scopes();
      return {
        organizations: organizations(),
        accounts: new Map(
          accountsIn(scopes).flatMap((id) => {
            const account = accounts(id);
            return account === undefined ? [] : [[id, account] as const];
          }),
        ),
        clusters: clustersIn(scopes).flatMap((arn) => clusters(arn) ?? []),
        unread: [],
        problems: () => [],
      };
    },
  );
  return { inventory, cluster: clusters };
}

/** An account of which nothing was collected: every question about it is a gap. */
function emptyAccount(id: string): Account | undefined {
  return inventoryOf([{ path: `accounts/${id}/iam.json`, text: () => '' }]).accounts.get(id);
}

function inventoryOf(files: readonly StateFile[]): Inventory {
  return makeInventory(files.map(({ path, text }) => ({ path, size: 0, text })));
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
