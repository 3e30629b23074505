import type { Gap } from '../base/index.ts';
import {
  type AccessEntryResource,
  DIGEST_TAG,
  type IamPrincipal,
  type Inventory,
  type Json,
  OWNER_TAG,
  type PolicyDocument,
  type Resource,
} from '../inventory/index.ts';
import { defaultUsername } from '../rules/eks/index.ts';
import { isMap } from './canonical.ts';

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
