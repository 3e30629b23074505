import type { Gap } from '../../base/index.ts';
import type { Cluster, Inventory } from '../../inventory/index.ts';
import { mappingMissing, modeOf } from '../cluster.ts';
import { principalsOf } from '../principals.ts';
import { trustNames } from '../search.ts';
import { startOf } from '../start.ts';
import { type TrustGraph, trustGraph } from '../trust-graph.ts';
import { heldBy } from './held.ts';
import { sameHeld } from './holdings.ts';
import { type Mapped, mappedBy } from './mapped.ts';

/** One cluster on both sides; undefined where a side has none. */
export type Pair = readonly [before: Cluster | undefined, after: Cluster | undefined];

/** One of the two inventories with its trust graph. */
export interface Graphed {
  readonly inventory: Inventory;
  readonly graph: TrustGraph;
}

/** Something of both sides, before and after. */
export function sides<T>(make: (side: 0 | 1) => T): readonly [T, T] {
  return [make(0), make(1)];
}

/** The two inventories with their trust graphs. */
export function graphed(before: Inventory, after: Inventory): readonly [Graphed, Graphed] {
  return [
    { inventory: before, graph: trustGraph(before) },
    { inventory: after, graph: trustGraph(after, before) },
  ];
}

/** Clusters of both sides by ARN. */
export function pairsOf(before: Inventory, after: Inventory): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>(before.clusters.map((cluster) => [cluster.arn, [cluster, undefined]]));
  for (const cluster of after.clusters) pairs.set(cluster.arn, [pairs.get(cluster.arn)?.[0], cluster]);
  return pairs;
}

const NOBODY: Mapped = { principals: new Set(), accounts: [] };

/** Whom a pair names on either side. */
export function mappedByPair(pair: Pair, both: readonly [Graphed, Graphed]): readonly [Mapped, Mapped] {
  return sides((i) => {
    const cluster = pair[i];
    return cluster === undefined ? NOBODY : mappedBy(cluster, both[i].graph);
  });
}

/** Principals that hold another thing by themselves than before, because the cluster maps them or binds their names otherwise. */
export function mappedOtherwise(pair: Pair, both: readonly [Graphed, Graphed]): ReadonlySet<string> {
  const [old, fresh] = mappedByPair(pair, both);
  const out = new Set<string>();
  const held = (i: 0 | 1, arn: string) => {
    const cluster = pair[i];
    const start = startOf(both[i].inventory, arn);
    return cluster === undefined || 'code' in start ? [] : heldBy(cluster, start.session);
  };
  const named = new Set([...old.principals, ...fresh.principals]);
  for (const account of new Set([...old.accounts, ...fresh.accounts])) {
    for (const arn of everybodyOf(account, pair, both)) named.add(arn);
  }
  for (const arn of named) if (!sameHeld(held(0, arn), held(1, arn))) out.add(arn);
  return out;
}

function everybodyOf(account: string, pair: Pair, both: readonly [Graphed, Graphed]): readonly string[] {
  const partition = (pair[0] ?? pair[1])?.partition ?? '';
  return both.flatMap(({ inventory }) => {
    const owner = inventory.accounts.get(account);
    return owner?.iam().state === 'collected' ? principalsOf(owner) : [`arn:${partition}:iam::${account}:root`];
  });
}

/** Everything that somebody may become from these principals on, read generously from the trust policies. */
export function leadingFrom({ inventory, graph }: Graphed, principals: Iterable<string>): ReadonlySet<string> {
  const all = new Set(principals);
  const expanded = new Set<string>();
  for (const arn of all) {
    const start = startOf(inventory, arn);
    if ('code' in start) continue;
    for (const name of trustNames(start.session)) {
      // Everybody of an account may be called by it: what trusts a name is taken up once.
      if (expanded.has(name)) continue;
      expanded.add(name);
      for (const role of graph.trusting([name])) all.add(role);
    }
  }
  return all;
}

/** What of a cluster nobody collected and somebody may hold something by. */
export function partsMissing(pair: Pair): readonly [readonly Gap[], readonly Gap[]] {
  return sides((i) => {
    const cluster = pair[i];
    const gaps: Gap[] = [];
    if (cluster === undefined) return gaps;
    if (cluster.description.state !== 'collected') gaps.push(cluster.description.gap);
    gaps.push(...mappingMissing(cluster));
    const rbac = cluster.rbac();
    if (rbac.state !== 'collected') gaps.push(rbac.gap);
    else gaps.push(...rbac.value.gaps);
    return gaps;
  });
}

/** Whether a cluster may map principals that nothing collected names: any (no account), those of an account, or none. */
export function whomItMayName(pair: Pair): { readonly account?: string } | undefined {
  let found: { readonly account?: string } | undefined;
  for (const cluster of pair) {
    if (cluster === undefined) continue;
    if (mappingMissing(cluster).length > 0) return {};
    const mode = modeOf(cluster);
    const creator = (mode === undefined || mode === 'CONFIG_MAP') && cluster.creator().state !== 'collected';
    if (creator) found = { account: cluster.account };
  }
  return found;
}

/** Whether a role stands on one side alone, while the other side's account was collected whole. */
export function newRole(graphs: readonly [Graphed, Graphed], role: string): boolean {
  const account = role.split(':')[4] ?? '';
  const [old, fresh] = graphs.map(({ graph }) => graph.trustOf(role) !== undefined);
  return old !== fresh && graphs.every(({ graph, inventory }) => inventory.accounts.has(account) && !graph.gaps.has(account));
}
