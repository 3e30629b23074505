import type { Gap } from '../../base/index.ts';
import type { Inventory } from '../../inventory/index.ts';
import { ROLE_POLICY } from '../marks.ts';
import { accountsOf, ownedBy } from '../owned.ts';
import type { PlanNote } from '../types.ts';
import type { GrantsFile } from '../wish/types.ts';

/**
 * Clusters that the policies of the file's own roles still name and that the file does not have any more: nobody looks there, so what
 * the grants have on them stays. Those that are seen all the same are refused elsewhere (`left-too-early`).
 */
export function leftClusters(
  file: GrantsFile,
  inventory: Inventory,
): { readonly gaps: readonly Gap[]; readonly warnings: readonly PlanNote[] } {
  const known = new Set([...file.clusters, ...inventory.clusters].map(({ arn }) => arn));
  const gaps: Gap[] = [];
  const warnings: PlanNote[] = [];
  for (const { resource, grant } of ownedBy(file.name, inventory, accountsOf(file, inventory))) {
    if (resource.kind !== 'inline-policy' || resource.name !== ROLE_POLICY) continue;
    const named = JSON.stringify(resource.document).matchAll(/"(arn:[\w-]+:eks:[\w-]+:\d{12}:cluster\/[\w-]+)"/g);
    for (const [, arn = ''] of named) {
      if (known.has(arn)) continue;
      const what = `what grant ${grant} still has on ${arn}, which is not in the file any more`;
      gaps.push({ kind: 'gap', id: `left:${grant}:${arn}`, state: 'notCollected', what, side: arn });
      const text = `${arn} left the file while the grant had access there, and what it has there stays. Put the cluster back under clusters, take it out of the grant's on, apply, and only then take it out of the file; where the cluster itself is gone, nothing is left of it`;
      warnings.push({ code: 'left-behind', grant, text });
    }
  }
  return { gaps, warnings };
}
