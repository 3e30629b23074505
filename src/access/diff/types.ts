import type { Gap } from '../../base/index.ts';
import type { RuleAtom } from '../../rules/rbac/index.ts';
import type { OpenCondition } from '../types.ts';

/** Who gains and who loses which effective access between two inventories. */
export interface AccessDiff {
  /** Ordered by cluster, principal, scope. Empty: nobody gains or loses anything, as far as was collected. */
  readonly changes: readonly AccessChange[];
  /** What nobody collected and through which somebody else might gain or lose. */
  readonly gaps: readonly Gap[];
}

/** What one principal gains or loses on one cluster within one scope. */
export interface AccessChange {
  readonly clusterArn: string;
  /**
   * Who starts: a role or user ARN, `arn:…:root` for whoever an account's own policies let through where those are not
   * collected, a federated identity, `*` for anybody.
   */
  readonly principal: string;
  /** The namespace or the trailing-`*` pattern; empty: the whole cluster. */
  readonly scope: string;
  /** Normalised: no atom is covered by another of the same list. */
  readonly gained: readonly RuleAtom[];
  readonly lost: readonly RuleAtom[];
  /** `sure`: firm on both sides; `conditional`: under the conditions; `unknown`: only if what was not collected allows it. */
  readonly certainty: 'sure' | 'conditional' | 'unknown';
  /** Conditions under which the gain holds, or the loss held. */
  readonly conditions: readonly OpenCondition[];
  /** The roles on the way to the cluster, in order; empty: the principal itself is mapped. */
  readonly via: readonly string[];
}
