import { isPartition, parseArn } from '../arn/index.ts';
import { type CompiledRule, compileRules, type PolicyRule } from '../rbac/index.ts';
import { ACCESS_POLICIES, UNPUBLISHED_POLICIES } from './access-policies.ts';

/** What is known of an access policy: its rules, that AWS does not publish them, or that nobody has heard of it. */
export type PolicyKnowledge =
  | { readonly rules: readonly PolicyRule[] }
  | { readonly unpublished: true }
  | { readonly unknown: true };

/**
 * The rules of an access policy, by the name at the end of its ARN `arn:P:eks::aws:cluster-access-policy/NAME`. With
 * `clusterPartition` a policy of another partition is unknown: EKS refuses to associate it (facts §3.5).
 *
 * @example accessPolicyRules('arn:aws:eks::aws:cluster-access-policy/AmazonEKSSecretReaderPolicy')
 *   // { rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] }] }
 */
export function accessPolicyRules(policyArn: string, clusterPartition?: string): PolicyKnowledge {
  const name = accessPolicyName(policyArn, clusterPartition);
  const rules = name === undefined ? undefined : ACCESS_POLICIES.get(name);
  if (rules !== undefined) return { rules };
  return name !== undefined && UNPUBLISHED_POLICIES.has(name) ? { unpublished: true } : { unknown: true };
}

/** The policy's name; undefined when the text is no ARN of an access policy (of the partition, where one is given). */
export function accessPolicyName(policyArn: string, clusterPartition?: string): string | undefined {
  const arn = parseArn(policyArn);
  if (arn === undefined || !isPartition(arn.partition)) return undefined;
  if (clusterPartition !== undefined && arn.partition !== clusterPartition) return undefined;
  if (arn.service !== 'eks' || arn.region !== '' || arn.account !== 'aws') return undefined;
  return /^cluster-access-policy\/([^/]+)$/.exec(arn.resource)?.[1];
}

const compiled = new Map<readonly PolicyRule[], readonly CompiledRule[]>();

/** The rules prepared once for many questions; only the constant lists of `ACCESS_POLICIES` are kept. */
export function compiledPolicy(rules: readonly PolicyRule[]): readonly CompiledRule[] {
  const known = compiled.get(rules);
  if (known !== undefined) return known;
  const made = compileRules(rules);
  compiled.set(rules, made);
  return made;
}
