import { type Inventory, resourceId } from '../../inventory/index.ts';
import { clusterResources } from './cluster.ts';
import { iamResources } from './iam.ts';
import type { GrantsFile, Wish } from './types.ts';
import type { Wanted, WishResult } from './wanted.ts';

/**
 * Everything that a grants file wishes for on what an inventory shows, each resource once. A grant that has expired wishes for
 * nothing.
 *
 * @param now epoch milliseconds
 */
export function wishedResources(file: GrantsFile, inventory: Inventory, now: number): WishResult {
  const parts = file.grants.filter((wish) => !isExpired(wish, now)).map((wish) => grantResources(file, wish, inventory));
  const byId = new Map<string, Wanted>();
  for (const wanted of parts.flatMap((part) => part.wanted)) {
    const id = resourceId(wanted.resource);
    if (!byId.has(id)) byId.set(id, wanted);
  }
  return {
    wanted: [...byId.values()],
    refusals: parts.flatMap(({ refusals }) => refusals),
    gaps: parts.flatMap(({ gaps }) => gaps),
  };
}

/** Whether a grant has ended. */
export function isExpired({ expires }: Wish, now: number): boolean {
  return expires !== undefined && expires <= now;
}

function grantResources({ name }: GrantsFile, wish: Wish, inventory: Inventory): WishResult {
  const iam = wish.via === 'role' ? iamResources(wish, name, inventory) : [];
  const clusters = wish.on.map((cluster) => clusterResources(wish, name, cluster, inventory));
  return {
    wanted: [...iam, ...clusters.flatMap(({ wanted }) => wanted)],
    refusals: clusters.flatMap(({ refusals }) => refusals),
    gaps: [...iam.flatMap(({ gap }) => gap ?? []), ...clusters.flatMap(({ gaps }) => gaps)],
  };
}
