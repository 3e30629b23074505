import type { Attributes, Binding, Role } from '../../src/rules/rbac/index.ts';
import { iamVerdicts } from './iam.ts';
import type { IamCase } from './iam-case.ts';
import { type MappingCase, mapped } from './mapping.ts';
import { everyOutcome } from './open-point.ts';
import { rbacAllows, ruleAllows } from './rbac.ts';

/** An access policy with rules that AWS publishes (facts/eks.md §3.7), as far as the generated worlds use them. */
export const ACCESS_POLICIES: Readonly<Record<string, Role['rules']>> = {
  AmazonEKSClusterAdminPolicy: [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ],
  AmazonEKSAdminViewPolicy: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }],
  AmazonEKSSecretReaderPolicy: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] }],
};

/** A policy at a scope; no namespaces: the whole cluster. */
export interface AssociatedCase {
  readonly name: string;
  readonly namespaces: readonly string[];
}

/** A closed world of one path: one AssumeRole (or none), the mapping, and what Kubernetes is asked. */
export interface PathCase {
  readonly assume: IamCase;
  readonly mapping: MappingCase;
  /** Policies of each entry, in the order of the mapping's entries. */
  readonly associated: readonly (readonly AssociatedCase[])[];
  readonly roles: readonly Role[];
  readonly bindings: readonly Binding[];
  readonly request: Attributes;
}

/** Every answer that the facts permit: `allow`, `deny`, or both where they leave something open; undefined: too many are open. */
export function pathAnswers(world: PathCase): ReadonlySet<'allow' | 'deny'> | undefined {
  const verdicts = iamVerdicts(world.assume);
  const mappings = everyOutcome((choose) => mapped(world.mapping, choose));
  if (verdicts === undefined || mappings === undefined) return undefined;
  const answers = new Set<'allow' | 'deny'>();
  for (const verdict of verdicts) {
    for (const mapping of mappings) answers.add(verdict === 'allow' && authorized(world, mapping) ? 'allow' : 'deny');
  }
  return answers;
}

/** RBAC or an access policy: a request passes when either allows it (facts/eks.md §3.5). */
function authorized(world: PathCase, mapping: string): boolean {
  const match = /^mapped (\w+)(?: ("(?:[^"\\]|\\.)*") (\[.*\]))?$/.exec(mapping);
  if (match === null) return false;
  const [, by, name = '""', groups = '["system:masters"]'] = match;
  const user = { name: JSON.parse(name) as string, groups: [...(JSON.parse(groups) as string[]), 'system:authenticated'] };
  if (rbacAllows(world.roles, world.bindings, user, world.request)) return true;
  if (by !== 'accessEntry') return false;
  const entry = world.mapping.accessEntries.findIndex(({ principalArn }) => principalArn === world.mapping.caller.principalArn);
  return (world.associated[entry] ?? []).some((policy) => policyAllows(policy, world.request));
}

/** Namespace scope is a RoleBinding in each matching namespace, cluster scope a ClusterRoleBinding; `*` may end a namespace. */
function policyAllows({ name, namespaces }: AssociatedCase, request: Attributes): boolean {
  if (!(ACCESS_POLICIES[name] ?? []).some((rule) => ruleAllows(rule, request))) return false;
  if (namespaces.length === 0) return true;
  const asked = 'resource' in request ? request.namespace : undefined;
  if (asked === undefined) return false;
  return namespaces.some((one) => (one.endsWith('*') ? asked.startsWith(one.slice(0, -1)) : one === asked));
}
