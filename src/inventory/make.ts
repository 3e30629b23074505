import { makeAccount } from './account.ts';
import { makeCluster } from './cluster/cluster.ts';
import { once } from './lazy.ts';
import { readMarks } from './marks.ts';
import type { Account, Cluster, Inventory, Organization, Problem } from './model.ts';
import { readOrganization } from './organization.ts';
import { route } from './route.ts';
import { makeReport } from './text/report.ts';
import type { Source } from './text/source.ts';
import type { TrustIndex } from './trust-index.ts';

/** What may be given beside the files. */
export interface InventoryOptions {
  readonly trustIndex?: TrustIndex;
  /** Problems that were met before any file was read: folders that could not be opened. */
  readonly problems?: readonly Problem[];
  /** Ids of accounts that are there although no file names them. */
  readonly accounts?: readonly string[];
}

/**
 * Makes the model of what exists from files. Paths decide what each file is (docs/inventory.md). Nothing is read before
 * it is asked for. Never throws: what cannot be used is a problem, and what it would have told is a gap.
 */
export function makeInventory(sources: readonly Source[], options: InventoryOptions = {}): Inventory {
  const report = makeReport();
  for (const problem of options.problems ?? []) report.add(problem);
  const routed = route(sources);
  const marks = readMarks(routed.marks, routed.accountMarks, report);
  for (const { path } of routed.unknown) {
    report.add({
      code: 'unknown-file',
      message: 'the place of this file means nothing in an inventory; it is not read',
      file: path,
    });
  }
  const organizations = once((): readonly Organization[] =>
    Object.freeze(routed.organizations.flatMap((source) => readOrganization(source, marks, report) ?? [])),
  );
  const clusters = once((): readonly Cluster[] =>
    Object.freeze([...routed.clusters.values()].flatMap((files) => makeCluster(files, marks, report) ?? [])),
  );
  const accounts = once((): ReadonlyMap<string, Account> => {
    const ids = new Set([...routed.accounts.keys(), ...(options.accounts ?? [])]);
    const names = new Map<string, string>();
    for (const organization of organizations()) {
      for (const { id, name } of organization.members.values()) {
        ids.add(id);
        if (name !== undefined) names.set(id, name);
      }
      if (organization.managementAccount !== '') ids.add(organization.managementAccount);
    }
    for (const { account } of clusters()) ids.add(account);
    const made = new Map<string, Account>();
    for (const id of [...ids].sort()) {
      const files = routed.accounts.get(id) ?? { id, iam: [], oidc: [], resources: [] };
      made.set(id, makeAccount(files, names.get(id), marks, report, options.trustIndex));
    }
    return made;
  });
  return Object.freeze({
    get organizations() {
      return organizations();
    },
    get accounts() {
      return accounts();
    },
    get clusters() {
      return clusters();
    },
    unread: Object.freeze(routed.unread.map(({ path }) => path)),
    isComplete: (path: string) => marks.isComplete(path),
    problems: () => report.all(),
  });
}
