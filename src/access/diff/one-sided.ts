import { type Gap, unsettled } from '../../base/index.ts';
import type { Inventory } from '../../inventory/index.ts';
import { missingAllow } from '../cluster.ts';
import { conjunctionOf } from '../possible.ts';
import { accountGap } from '../principals.ts';
import { gapOf } from '../trust-graph.ts';
import { type Graphed, type Pair, sides } from './clusters.ts';
import type { Holding } from './compare.ts';

/** What one of two inventories holds and of which the other says nothing: it is gone, or nobody collected it there. */
export interface OneSided {
  /** Clusters that cannot be compared, with the gap that each is. */
  readonly clusters: ReadonlyMap<string, Gap>;
  /**
   * What a principal holds on a side, and with it, as possible, what it holds on the other side by way of an account of which nobody
   * knows on this side what it has.
   */
  readonly withPossible: (principal: string, held: readonly [readonly Holding[], readonly Holding[]]) => typeof held;
  /** The accounts that were met so, as gaps. */
  readonly met: () => readonly Gap[];
}

/**
 * Finds what was collected on one side alone. Nothing of it is a firm gain or loss, unless an inventory says that its folder is
 * complete (docs/inventory.md, inventory.json): then what it lacks is not there.
 */
export function oneSided(pairs: ReadonlyMap<string, Pair>, graphs: readonly [Graphed, Graphed]): OneSided {
  const clusters = new Map<string, Gap>();
  for (const [arn, [old, fresh]] of pairs) {
    const there = old ?? fresh;
    if (there === undefined || (old !== undefined && fresh !== undefined)) continue;
    const { inventory } = graphs[old === undefined ? 0 : 1];
    const { account, region, name } = there;
    if (!inventory.isComplete(`accounts/${account}/eks/${region}/${name}`))
      clusters.set(arn, clusterGap(arn, name, region, fresh));
  }
  const dark = sides((i) => {
    const [here, there] = [graphs[i], graphs[i === 0 ? 1 : 0]];
    const ids = new Set([...here.inventory.accounts.keys(), ...there.inventory.accounts.keys()]);
    const found = [...ids].filter((id) => isUnknown(here, id) && !isUnknown(there, id));
    return new Map(found.map((id) => [id, gapOf(here.graph, here.inventory, id) ?? accountGap(id)]));
  });
  const met = new Map<string, Gap>();
  const possible = (principal: string, holdings: readonly Holding[], unknown: ReadonlyMap<string, Gap>): readonly Holding[] =>
    holdings.flatMap((holding) => {
      const gap = [principal, ...holding.via].flatMap((arn) => unknown.get(arn.split(':')[4] ?? '') ?? [])[0];
      if (gap === undefined) return [];
      met.set(gap.id, gap);
      return [{ ...holding, ways: conjunctionOf(holding.ways, unsettled(missingAllow(gap))) }];
    });
  const any = dark.some(({ size }) => size > 0);
  return {
    clusters,
    withPossible: (principal, held) =>
      any ? sides((i) => [...held[i], ...possible(principal, held[i === 0 ? 1 : 0], dark[i])]) : held,
    met: () => [...met.values()],
  };
}

function isUnknown({ inventory, graph }: Graphed, account: string): boolean {
  return gapOf(graph, inventory, account) !== undefined && !isSaidWhole(inventory, account);
}

function isSaidWhole(inventory: Inventory, account: string): boolean {
  return !inventory.accounts.has(account) && inventory.isComplete(`accounts/${account}`);
}

function clusterGap(arn: string, name: string, region: string, fresh: unknown): Gap {
  const side = fresh === undefined ? 'OLD' : 'NEW';
  return {
    kind: 'gap',
    id: `description:${arn}`,
    state: 'notCollected',
    what: `cluster ${name} in one of the inventories: only ${side} holds it, and the other does not say that it is not there`,
    side: arn,
    command: `aws eks describe-cluster --name ${name} --region ${region}`,
  };
}
