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
    } else if (resource.kind === 'inline-policy') {
      const isUser = resource.principalArn.includes(':user/');
      const limit = isUser ? INLINE.user : INLINE.role;
      const { known } = principalOf(resource.principalArn, inventory);
      const others = (known?.policies ?? []).filter(({ inline }) => inline !== undefined && inline !== resource.name);
      const size = others.reduce((sum, policy) => sum + sizeOf(documentOf(policy) ?? null), sizeOf(resource.document));
      if (size > limit) {
        const text = `the inline policies of ${resource.principalArn} would have ${size} characters together, and IAM takes ${limit} for a ${isUser ? 'user' : 'role'}`;
        refusals.push({ code: 'inline-size', grant, text });
      }
    }
  }
  return { refusals, warnings };
}

function sizeOf(document: Json): number {
  return JSON.stringify(document).replaceAll(/\s/g, '').length;
}
