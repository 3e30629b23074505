import type { Gap } from '../../base/index.ts';
import { FULL_AUTHORITY, type PolicyRule } from '../rbac/index.ts';
import { policyGap, scopeGap } from './authorize.ts';
import { accessPolicyRules } from './policy-rules.ts';
import type { AssociatedPolicy } from './types.ts';

/** What one access policy gives in one scope. */
export interface PolicyGrant {
  /** A namespace or a pattern with a closing `*`; empty: the whole cluster. */
  readonly scope: string;
  readonly rules: readonly PolicyRule[];
  /** Why nobody can say whether it gives that. */
  readonly gap?: Gap;
}

/**
 * What an associated access policy gives, scope by scope: the same as `authorizeAccessPolicies` answers request by request
 * (facts §3.5). A policy whose rules nobody knows may give everything; of a scope that AWS does not document nobody knows
 * what it reaches.
 */
export function policyGrants(policy: AssociatedPolicy, clusterPartition?: string): readonly PolicyGrant[] {
  const known = accessPolicyRules(policy.policyArn, clusterPartition);
  const rules = 'rules' in known ? known.rules : FULL_AUTHORITY;
  const gap = 'rules' in known ? undefined : policyGap(policy.policyArn, 'unpublished' in known);
  const { type, namespaces } = policy.scope;
  if (type === 'cluster' && namespaces.length === 0) return [{ scope: '', rules, ...(gap === undefined ? {} : { gap }) }];
  if (type !== 'namespace') return [{ scope: '', rules, gap: gap ?? scopeGap(policy) }];
  return namespaces.map((scope) => {
    const star = scope.indexOf('*');
    if (star < 0 || star === scope.length - 1) return { scope, rules, ...(gap === undefined ? {} : { gap }) };
    // Whatever a star within means, it reaches no further than what stands before it.
    return { scope: scope.slice(0, star + 1), rules, gap: gap ?? scopeGap(policy) };
  });
}
