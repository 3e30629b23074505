import type { Cluster, Inventory } from '../inventory/index.ts';
import { parseArn } from '../rules/arn/index.ts';
import { awsAuthOf } from '../rules/eks/index.ts';
import { mappingMissing, modeOf } from './cluster.ts';
import type { TrustGraph } from './trust-graph.ts';

/** The roles that might be somebody in a cluster, and how far every other role is from them. */
export interface Targets {
  /** Number of assume hops from a role to a mapped one, for every role that has any chance; undefined: none. */
  readonly distance: (roleArn: string) => number | undefined;
  /** Accounts that a path might lead through. */
  readonly accounts: ReadonlySet<string>;
}

/**
 * Works backward from the principals that clusters map, along the trust policies.
 *
 * Generous on purpose: a role that is left out has no chain of trust to anybody in the cluster.
 */
export function findTargets(inventory: Inventory, graph: TrustGraph, clusters: readonly Cluster[]): Targets {
  const distances = new Map<string, number>();
  const accounts = new Set<string>();
  let frontier = new Set<string>();
  for (const cluster of clusters) addAll(frontier, mappedRoles(inventory, graph, cluster, accounts));
  // A name is taken apart once: thousands of roles may trust one account, and all of its roles are then as near as can be.
  const expanded = new Set<string>();
  for (const role of frontier) distances.set(role, 0);
  for (let hops = 1; frontier.size > 0; hops++) {
    const next = new Set<string>();
    for (const role of frontier) {
      for (const name of graph.trusted(role)) {
        if (expanded.has(name)) continue;
        expanded.add(name);
        for (const other of rolesNamed(inventory, graph, name, accounts)) {
          if (distances.has(other)) continue;
          distances.set(other, hops);
          next.add(other);
        }
      }
    }
    frontier = next;
  }
  return { distance: (role) => distances.get(role), accounts };
}

function mappedRoles(inventory: Inventory, graph: TrustGraph, cluster: Cluster, accounts: Set<string>): Set<string> {
  const roles = new Set<string>();
  const entries = cluster.accessEntries();
  const awsAuth = cluster.awsAuth();
  // What nobody collected could map anybody: then every role is a target.
  if (mappingMissing(cluster).length > 0)
    for (const account of inventory.accounts.keys()) addAll(roles, rolesNamed(inventory, graph, account, accounts));
  if (entries.state === 'collected') {
    for (const { principalArn } of entries.value) addAll(roles, rolesNamed(inventory, graph, principalArn, accounts));
  }
  if (awsAuth.state === 'collected' && awsAuth.value !== null) {
    const { roles: rows, users, accounts: allowed } = awsAuthOf(awsAuth.value);
    for (const { arn } of [...rows, ...users]) addAll(roles, rolesCalled(graph, arn, accounts));
    for (const account of allowed) addAll(roles, rolesNamed(inventory, graph, account, accounts));
  }
  if (modeOf(cluster) !== 'API') {
    const creator = cluster.creator();
    const from = creator.state === 'collected' ? creator.value : cluster.account;
    addAll(roles, rolesNamed(inventory, graph, from, accounts));
  }
  return roles;
}

function addAll(set: Set<string>, values: Iterable<string>): void {
  for (const value of values) set.add(value);
}

/** The collected roles that a name in a trust policy or an entry can mean. */
function rolesNamed(inventory: Inventory, graph: TrustGraph, name: string, accounts: Set<string>): readonly string[] {
  if (name === '*') return [...inventory.accounts.keys()].flatMap((account) => graph.rolesOf(account));
  if (/^\d{12}$/.test(name)) {
    accounts.add(name);
    return graph.rolesOf(name);
  }
  const arn = parseArn(name);
  if (arn === undefined) return [];
  accounts.add(arn.account);
  if (arn.service === 'sts')
    return rolesCalled(graph, name.replace(':sts:', ':iam:').replace(':assumed-role/', ':role/'), accounts);
  return arn.resource.startsWith('role/') ? [name] : [];
}

function rolesCalled(graph: TrustGraph, rowArn: string, accounts: Set<string>): readonly string[] {
  const arn = parseArn(rowArn.toLowerCase());
  if (arn === undefined) return [];
  accounts.add(arn.account);
  return graph.rolesCalled(rowArn);
}
