import { digestOf } from '../canonical.ts';
import { principalKey } from '../file/principals.ts';
import { AUDIT_RULES } from './audit.ts';
import type { FileCluster, Wish } from './types.ts';

// A digest is of what the file says, not of what was made of it: that depends on what whoever plans can see. So a digest that
// is not the present wish's tells that the file was edited since, and anything else that differs is drift.

/** Of everything that the role of a grant in one account is made from. */
export function roleDigest({ to, require, session, expires }: Wish, clusters: readonly FileCluster[]): string {
  const on = clusters.map(({ arn }) => arn).sort();
  return digestOf({ to: to.map(principalKey).sort(), require, session, expires: expires ?? null, on });
}

/** Of everything that a grant's mapping, ClusterRole and bindings on a cluster are made from; whom they are for is in their names. */
export function mappingDigest({ via, access, namespaces, mechanism }: Wish): string {
  return digestOf({ via, access, namespaces, mechanism });
}

/** Of the table of `access: audit`. */
export function auditDigest(): string {
  return digestOf(AUDIT_RULES);
}
