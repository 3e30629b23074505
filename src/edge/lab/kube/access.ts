import type { Gap } from '../../../base/index.ts';
import { authorizeAccessPolicies } from '../../../rules/eks/index.ts';
import {
  type Attributes,
  authorize,
  compileRbac,
  forbidden,
  mayWrite,
  type RbacIndex,
  readRbacObjects,
  type WriteDecision,
} from '../../../rules/rbac/index.ts';
import { cannotJudge } from '../state/gaps.ts';
import type { Identity } from './identity.ts';
import type { JsonObject } from './json.ts';
import { kindNamed } from './kinds.ts';
import type { Store } from './store.ts';

/** Whether a request goes through, and what decided. */
export interface Decision {
  readonly allowed: boolean;
  /** What the API server appends to its refusal, or puts into a review: RBAC's or the access policy's words. */
  readonly reason: string;
  /** More for the log of the lab: what could not be judged, and so did not allow. */
  readonly note?: string;
}

/** The authorizers of one cluster. */
export interface Access {
  /** RBAC is asked first, then the access policies; either may allow, what cannot be judged does not (facts/eks.md §3.5). */
  readonly decide: (identity: Identity, attributes: Attributes) => Decision;
  /** The message of a 403. */
  readonly refusal: (identity: Identity, attributes: Attributes, decision: Decision) => string;
  /** Whether a write of a role or binding grants more than the writer holds (facts/eks.md §5.7). */
  readonly mayGrant: (identity: Identity, write: RoleWrite) => WriteDecision;
  /** Roles and bindings as they are now. */
  readonly index: () => RbacIndex;
}

/** A write of a role or binding whose ordinary right has been decided already, under the verb of the request. */
export interface RoleWrite {
  readonly operation: 'create' | 'update';
  readonly object: JsonObject;
  readonly existing?: JsonObject;
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('; ');
}

const RBAC_KINDS = ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'].map(kindNamed);

/**
 * Makes the authorizers over a store; the index is made again when a role or binding was written.
 *
 * @param gaps roles and bindings that nobody collected: what they may allow is refused, and the refusal names them
 */
export function createAccess(store: Store, partition: string, gaps: readonly Gap[] = []): Access {
  let made: { readonly at: number; readonly index: RbacIndex } | undefined;
  const index = (): RbacIndex => {
    const at = RBAC_KINDS.reduce((sum, kind) => sum + store.writes(kind), 0);
    if (made?.at === at) return made.index;
    const { roles, bindings } = readRbacObjects(RBAC_KINDS.flatMap((kind) => store.list(kind, '')));
    made = { at, index: compileRbac(roles, bindings) };
    return made.index;
  };
  const decide = (identity: Identity, attributes: Attributes): Decision => {
    const byRbac = authorize(index(), identity, attributes);
    if (byRbac.decision === 'allow') return { allowed: true, reason: byRbac.masters ? '' : byRbac.reason };
    const lacking = [...gaps, ...(identity.gaps ?? [])];
    const reason = lacking.length === 0 ? byRbac.reason : joined(byRbac.reason, cannotJudge(lacking));
    if (identity.policies.length === 0) return { allowed: false, reason };
    const byPolicy = authorizeAccessPolicies(identity.policies, attributes, { clusterPartition: partition, ...identity.holder });
    if (byPolicy.decision === 'allow') return { allowed: true, reason: byPolicy.reason };
    return {
      allowed: false,
      reason,
      ...(byPolicy.decision === 'unknown' ? { note: `not judged, so not allowed: ${byPolicy.reason}` } : {}),
    };
  };
  return {
    index,
    decide,
    refusal: (identity, attributes, decision) => forbidden(identity.name, attributes, decision.reason),
    mayGrant: (identity, write) =>
      mayWrite(index(), identity, {
        ...write,
        // The request itself has passed, perhaps as a patch, which the RBAC room does not know apart from an update.
        otherAuthorizer: (attributes) =>
          ('verb' in attributes && attributes.verb === write.operation) ||
          authorizeAccessPolicies(identity.policies, attributes, { clusterPartition: partition, ...identity.holder }).decision ===
            'allow',
      }),
  };
}
