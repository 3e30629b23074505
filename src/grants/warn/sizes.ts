import type { Inventory, Json } from '../../inventory/index.ts';
import { documentOf, principalOf } from '../present-parts.ts';
import type { PlanNote } from '../types.ts';
import type { Wanted } from '../wish/wanted.ts';

// IAM counts characters without white space (IAM guide, quotas; facts iam.md §1.6).

/** What every account takes of a trust policy, and what an account can be raised to. */
const TRUST = { every: 2048, most: 8192 };

/** All inline policies of one role or user together; nothing raises them. */
const INLINE = { role: 10_240, user: 2048 };

/** Documents that IAM would refuse because of their length, and those that it takes only under a raised quota. */
export function sizeNotes(
  wanted: readonly Wanted[],
  inventory: Inventory,
): { readonly refusals: readonly PlanNote[]; readonly warnings: readonly PlanNote[] } {
  const refusals: PlanNote[] = [];
  const warnings: PlanNote[] = [];
  for (const { resource, grant } of wanted) {
    if (resource.kind === 'role') {
      const size = sizeOf(resource.trust);
      const text = `the trust policy of ${resource.arn} has ${size} characters`;
      const way = 'split the grant, or let its callers come through one role of theirs';
      if (size > TRUST.most)
        refusals.push({ code: 'trust-size', grant, text: `${text}, and no account takes more than ${TRUST.most}: ${way}` });
      else if (size > TRUST.every) {
        warnings.push({
          code: 'trust-size',
          grant,
          text: `${text}; IAM takes ${TRUST.every} unless the quota L-C07B4B0D of the account was raised: else ${way}`,
        });
      }
    }
  }
  return { refusals: [...refusals, ...inlineSizes(wanted, inventory)], warnings };
}

/** Principals whose inline policies would be too long together: those of all grants, and what else is seen there. */
function inlineSizes(wanted: readonly Wanted[], inventory: Inventory): readonly PlanNote[] {
  const byPrincipal = new Map<string, { readonly grants: Set<string>; readonly sizes: Map<string, number> }>();
  for (const { resource, grant } of wanted) {
    if (resource.kind !== 'inline-policy') continue;
    const own = byPrincipal.get(resource.principalArn) ?? { grants: new Set(), sizes: new Map() };
    byPrincipal.set(resource.principalArn, own);
    own.grants.add(grant);
    own.sizes.set(resource.name, sizeOf(resource.document));
  }
  const refusals: PlanNote[] = [];
  for (const [arn, { grants, sizes }] of byPrincipal) {
    const { known } = principalOf(arn, inventory);
    // What is taken away goes after what is made, and counts until then.
    const others = (known?.policies ?? []).filter(({ inline }) => inline !== undefined && !sizes.has(inline));
    const own = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    const size = others.reduce((sum, policy) => sum + sizeOf(documentOf(policy) ?? null), own);
    const isUser = arn.includes(':user/');
    const limit = isUser ? INLINE.user : INLINE.role;
    if (size <= limit) continue;
    const said = `the inline policies of ${arn} would have ${size} characters together, and IAM takes ${limit} for a ${isUser ? 'user' : 'role'}`;
    const parts = others.length === 0 ? '' : `, ${size - own} of them what is there already`;
    const [first, ...more] = [...grants];
    const names =
      more.length < MOST_NAMED ? [first, ...more] : [first, ...more.slice(0, MOST_NAMED - 1), `${grants.size - MOST_NAMED} more`];
    const text = `${said}${parts}: ${grants.size === 1 ? 'grant' : 'grants'} ${names.join(', ')}. ${WAY}`;
    refusals.push({ code: 'inline-size', ...(grants.size === 1 && first !== undefined ? { grant: first } : {}), text });
  }
  return refusals;
}

const MOST_NAMED = 10;

const WAY = 'Put grants of one access together, with all their clusters or namespaces, or let some come from another role';

function sizeOf(document: Json): number {
  return JSON.stringify(document).replaceAll(/\s/g, '').length;
}
