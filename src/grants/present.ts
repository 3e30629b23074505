import type { Gap } from '../base/index.ts';
import type { AccessEntryResource, IamPrincipal, Inventory, Json, PolicyDocument, Resource } from '../inventory/index.ts';
import { DIGEST_TAG, OWNER_TAG } from '../inventory/index.ts';
import { defaultUsername } from '../rules/eks/index.ts';
import { isMap } from './canonical.ts';
import { presentOnCluster } from './present-cluster.ts';

/** What an inventory shows of one resource. */
export type Present =
  | { readonly state: 'absent' }
  | { readonly state: 'unseen'; readonly gap?: Gap }
  /** Another thing has the name, and there can be no second. */
  | { readonly state: 'taken'; readonly by: string }
  | There;

/** It is there. */
export interface There {
  readonly state: 'there';
  readonly resource: Resource;
  /** `<file>/<grant>`; null: nobody's that Causeway knows; undefined: nobody collected the marks. */
  readonly owner?: string | null;
  /** Digest of the wish that it was last written for. */
  readonly digest?: string;
  /** Parts that nobody collected; they are taken to be as wished. */
  readonly unseen: readonly string[];
  /** It names a principal that is gone, and the API cannot set that right in place: it is made anew. */
  readonly dead?: string;
}

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

/** Owner and digest out of tags; `undefined` tags were not collected. */
export function marksOf(tags: Readonly<Record<string, string>> | undefined): Pick<There, 'owner' | 'digest'> {
  if (tags === undefined) return {};
  const digest = tags[DIGEST_TAG];
  return { owner: tags[OWNER_TAG] ?? null, ...(digest === undefined ? {} : { digest }) };
}

/** An account's users or roles, or why they are not there to be looked at. */
export function principalOf(
  arn: string,
  inventory: Inventory,
): { readonly known?: IamPrincipal; readonly whole: boolean; readonly gap?: Gap } {
  const iam = inventory.accounts.get(arn.split(':')[4] ?? '')?.iam();
  if (iam?.state !== 'collected') return { whole: false, ...(iam === undefined ? {} : { gap: iam.gap }) };
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const isUser = arn.includes(':user/');
  const known = isUser ? iam.value.user(name) : iam.value.role(name);
  return { whole: !iam.value.lacks.includes(isUser ? 'User' : 'Role'), ...(known === undefined ? {} : { known }) };
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

/** A document that was collected and can be used. */
export function documentOf({ document, gap }: PolicyDocument): Json | undefined {
  if (gap !== undefined) return undefined;
  const json = document as Json | undefined;
  return isMap(json) ? json : undefined;
}

/** The entry of a principal as a resource. */
export function entryResource(
  clusterArn: string,
  entry: {
    readonly principalArn: string;
    readonly username?: string;
    readonly groups: readonly string[];
    readonly tags?: Readonly<Record<string, string>>;
  },
): AccessEntryResource {
  const { principalArn, username, groups, tags = {} } = entry;
  // EKS shows the name that it gave by itself as if it had been asked for.
  const isOwn = username !== undefined && username !== defaultUsername({ principalArn, type: 'STANDARD' });
  return { kind: 'access-entry', clusterArn, principalArn, ...(isOwn ? { username } : {}), groups, tags };
}
