import type { Gap } from '../base/index.ts';
import type { Cluster } from '../inventory/index.ts';
import { type Attributes, defaultRoles, type PolicyRule, ruleAllows } from '../rules/rbac/index.ts';

/** Groups whose resources newer releases let nodes read or make; facts/eks.md has the rules of 1.32. */
const NEWER = ['resource.k8s.io', 'certificates.k8s.io'];

/**
 * What keeps a refusal of a node from being firm: the Node authorizer is asked beside RBAC, and lets a node do much of what
 * stands in the role system:node, most of it only for its own pods, which no inventory shows. Undefined for who is no node
 * and for what no node may do. Source: facts/eks.md §5.8, §5.9; Kubernetes documentation, Using Node Authorization.
 */
export function nodeGap(cluster: Cluster, username: string, groups: readonly string[], request: Attributes): Gap | undefined {
  // Only the name and the group together make a node. A name that AWS does not publish may be one.
  if (!isNode(username, groups) || 'path' in request) return undefined;
  if (!nodeRules().some((rule) => ruleAllows(rule, request))) return undefined;
  return nodeAuthorizerGap(cluster);
}

/** Whether a user is a node, or may be one. */
export function isNode(username: string, groups: readonly string[]): boolean {
  return groups.includes('system:nodes') && (username === '' || username.startsWith('system:node:'));
}

/** Everything that the Node authorizer might let some node do. */
export function nodeRules(): readonly PolicyRule[] {
  rules ??= [
    ...(defaultRoles().find(({ name }) => name === 'system:node')?.rules ?? []),
    { apiGroups: NEWER, resources: ['*'], verbs: ['*'] },
  ];
  return rules;
}

let rules: readonly PolicyRule[] | undefined;

/** What stands in for the answer of the Node authorizer. */
export function nodeAuthorizerGap(cluster: Cluster): Gap {
  const what = 'what the Node authorizer lets this node do (it is asked beside RBAC, and looks at the pods of the node)';
  return { kind: 'gap', id: `node-authorizer:${cluster.arn}`, state: 'unjudged', what };
}
