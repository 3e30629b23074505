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

/** How much of an access stands: not at all, only if what was not collected allows it, under conditions, or firmly. */
export type Standing = 'none' | 'unknown' | 'conditional' | 'sure';

/** What one principal gains or loses on one cluster within one scope, in one way. */
export interface AccessChange {
  readonly clusterArn: string;
  /** `kubernetes`: somebody whom the API server knows by other means than AWS, as bindings name them. */
  readonly kind: 'aws' | 'kubernetes';
  /**
   * Who starts: a role or user ARN, `arn:…:root` for whoever an account's own policies let through where those are not
   * collected, a federated identity, `*` for anybody. Of Kubernetes: `User:NAME`, `Group:NAME`.
   */
  readonly principal: string;
  /** The namespace or the trailing-`*` pattern; empty: the whole cluster. */
  readonly scope: string;
  /** Normalised: no atom is covered by another of the same list. */
  readonly gained: readonly RuleAtom[];
  readonly lost: readonly RuleAtom[];
  /** How the gain stands afterwards, or the loss stood before. */
  readonly certainty: Exclude<Standing, 'none'>;
  /** How a gain stood before, or how much of a loss is left: always less than `certainty`, or the same under other conditions. */
  readonly otherwise: Standing;
  /** Conditions under which the gain holds, or the loss held. */
  readonly conditions: readonly OpenCondition[];
  /** With `unknown`: what was not collected, or nobody can judge. */
  readonly gaps: readonly Gap[];
  /** The roles on the way to the cluster, in order; empty: the principal itself is mapped. */
  readonly via: readonly string[];
  /** What the atoms mean beyond themselves: powers that lead to more. */
  readonly powers: readonly Power[];
}

/** A power that leads beyond the rules which give it. */
export interface Power {
  readonly code: 'everything' | 'impersonate' | 'grant-more' | 'write-aws-auth' | 'run-pods' | 'mint-tokens' | 'nodes-proxy';
  /** What its holder can do, without a subject: "may act as …". */
  readonly text: string;
}
