import type { Gap } from '../../base/index.ts';
import { type Attributes, firstAllowing } from '../rbac/index.ts';
import { accessPolicyRules, compiledPolicy } from './policy-rules.ts';
import { inScope } from './scope.ts';
import type { AssociatedPolicy } from './types.ts';

/** What a cluster's access policies say of a request. They have no deny of their own: `deny` means that none allows. */
export interface AccessPolicyDecision {
  readonly decision: 'allow' | 'deny' | 'unknown';
  /** The policy that allowed, and the index of its rule. */
  readonly by?: AssociatedPolicy & { readonly rule: number };
  readonly reason: string;
  /** With `unknown`: the policies or scopes that nobody can judge. */
  readonly gaps: readonly Gap[];
}

/** Who holds the policies, where it is known: EKS names both in its reason. */
export interface PolicyHolder {
  readonly clusterPartition?: string;
  readonly principalArn?: string;
  readonly uniqueId?: string;
}

/**
 * Judges a request by access policies alone; RBAC is asked beside them and either may allow (facts §3.5). The union of all
 * policies counts; one that allows outweighs any that cannot be judged.
 *
 * @example authorizeAccessPolicies([viewEverywhere], { verb: 'get', apiGroup: '', resource: 'pods', namespace: 'a' }).decision // 'allow'
 */
export function authorizeAccessPolicies(
  policies: readonly AssociatedPolicy[],
  attributes: Attributes,
  holder: PolicyHolder = {},
): AccessPolicyDecision {
  const gaps = new Map<string, Gap>();
  for (const policy of policies) {
    const scope = inScope(policy.scope, attributes);
    if (scope === 'no') continue;
    const known = accessPolicyRules(policy.policyArn, holder.clusterPartition);
    if (!('rules' in known)) {
      const gap = policyGap(policy.policyArn, 'unpublished' in known);
      gaps.set(gap.id, gap);
      continue;
    }
    const rule = firstAllowing(compiledPolicy(known.rules), attributes);
    if (rule < 0) continue;
    if (scope === 'yes') return { decision: 'allow', by: { ...policy, rule }, reason: allowed(policy, holder), gaps: [] };
    const gap = scopeGap(policy);
    gaps.set(gap.id, gap);
  }
  if (gaps.size === 0) {
    const reason = policies.length === 0 ? 'no access policy is associated' : 'no associated access policy allows it';
    return { decision: 'deny', reason, gaps: [] };
  }
  const found = [...gaps.values()];
  return { decision: 'unknown', reason: `not known: ${found.map((gap) => gap.what).join('; ')}`, gaps: found };
}

/**
 * Whether access policies surely allow a request: a second authorizer for the RBAC room, for which unknown is no.
 *
 * @example mayWrite(index, user, { ...write, otherAuthorizer: policiesAllow(policies) })
 */
export function policiesAllow(
  policies: readonly AssociatedPolicy[],
  holder: PolicyHolder = {},
): (attributes: Attributes) => boolean {
  return (attributes) => authorizeAccessPolicies(policies, attributes, holder).decision === 'allow';
}

/** The words of EKS's audit annotation, of which only the cluster scope's form has been seen (facts §3.5). */
function allowed(policy: AssociatedPolicy, holder: PolicyHolder): string {
  const { policyArn, scope } = policy;
  if (scope.type === 'cluster' && holder.principalArn !== undefined && holder.uniqueId !== undefined) {
    const binding = `${holder.principalArn}+${policyArn}`;
    return `EKS Access Policy: allowed by ClusterRoleBinding "${binding}" of ClusterRole "${policyArn}" to User "${holder.uniqueId}"`;
  }
  const where = scope.type === 'cluster' ? 'the whole cluster' : `the namespaces ${scope.namespaces.join(', ')}`;
  return `EKS Access Policy: allowed by ${policyArn} on ${where}`;
}

/** Of a policy whose rules nobody can look up. */
export function policyGap(policyArn: string, unpublished: boolean): Gap {
  const why = unpublished ? 'AWS publishes no table of them' : 'no such access policy is known';
  return { kind: 'gap', id: `access-policy:${policyArn}`, state: 'unjudged', what: `the rules of ${policyArn} (${why})` };
}

/** Of a scope that AWS does not document. */
export function scopeGap({ policyArn, scope }: AssociatedPolicy): Gap {
  const shown = [scope.type, ...scope.namespaces].join(' ');
  const what = `what the scope "${shown}" of ${policyArn} covers (AWS documents no such form)`;
  return { kind: 'gap', id: `access-scope:${policyArn}:${shown}`, state: 'unjudged', what };
}
