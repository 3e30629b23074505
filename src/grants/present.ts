import type { IamPrincipal, Inventory, PolicyDocument, Resource } from '../inventory/index.ts';
import { presentOnCluster } from './present-cluster.ts';
import { documentOf, marksOf, type Present, principalOf } from './present-parts.ts';

/** Looks one resource up by what it is called; its wanted state does not matter. */
export function presentOf(wanted: Resource, inventory: Inventory): Present {
  switch (wanted.kind) {
    case 'role':
      return presentRole(wanted.arn, wanted.maxSessionDuration, inventory);
    case 'inline-policy':
      return presentPolicy(wanted.principalArn, wanted.name, inventory);
    default:
      return presentOnCluster(wanted, inventory);
  }
}

function presentRole(arn: string, wishedSession: number, inventory: Inventory): Present {
  const { known, whole, gap } = principalOf(arn, inventory);
  if (known === undefined) return whole ? { state: 'absent' } : { state: 'unseen', ...(gap === undefined ? {} : { gap }) };
  if (!isRole(known)) return { state: 'taken', by: known.arn };
  if (known.arn !== arn) return { state: 'taken', by: known.arn };
  const trust = documentOf(known.trust);
  if (trust === undefined) return { state: 'unseen', ...(known.trust.gap === undefined ? {} : { gap: known.trust.gap }) };
  const { description = '', maxSessionDuration = wishedSession, tags } = known;
  return {
    state: 'there',
    resource: { kind: 'role', arn, trust, description, maxSessionDuration, tags },
    ...marksOf(tags),
    unseen: known.maxSessionDuration === undefined ? ['its longest session'] : [],
  };
}

function isRole(principal: IamPrincipal): principal is IamPrincipal & {
  readonly trust: PolicyDocument;
  readonly description?: string;
  readonly maxSessionDuration?: number;
} {
  return 'trust' in principal;
}

function presentPolicy(principalArn: string, name: string, inventory: Inventory): Present {
  const { known, whole, gap } = principalOf(principalArn, inventory);
  if (known === undefined || known.arn !== principalArn) {
    return whole || known !== undefined ? { state: 'absent' } : { state: 'unseen', ...(gap === undefined ? {} : { gap }) };
  }
  const policy = known.policies.find(({ inline }) => inline === name);
  if (policy === undefined) {
    // A list that nobody collected stands among the policies as a gap (inventory/iam).
    const list = known.policies.find((each) => each.inline === undefined && each.arn === undefined && each.gap !== undefined);
    return list?.gap === undefined ? { state: 'absent' } : { state: 'unseen', gap: list.gap };
  }
  const document = documentOf(policy);
  if (document === undefined) return { state: 'unseen', ...(policy.gap === undefined ? {} : { gap: policy.gap }) };
  return { state: 'there', resource: { kind: 'inline-policy', principalArn, name, document }, unseen: [] };
}
