import { selects } from './aggregate.ts';
import { goQuote } from './go-text.ts';
import type { Binding, PolicyRule, Role, Subject } from './types.ts';

const API_GROUP = 'rbac.authorization.k8s.io';

/**
 * Why the API server refuses an object from anybody, or undefined when it is valid.
 * Source: facts/eks.md §5.2 to §5.4; kubernetes pkg/apis/rbac/validation/validation.go.
 */
export function whyInvalid(object: Role | Binding): string | undefined {
  return 'rules' in object ? whyRoleInvalid(object) : whyBindingInvalid(object);
}

/** The message of the refusal to change the roleRef of an existing binding (facts/eks.md §5.7). */
export function roleRefChanged(object: Role | Binding, existing: Role | Binding | undefined): string | undefined {
  if (existing === undefined || 'rules' in object || 'rules' in existing) return undefined;
  const [now, before] = [object.roleRef, existing.roleRef];
  const same =
    now.kind === before.kind && now.name === before.name && (now.apiGroup ?? API_GROUP) === (before.apiGroup ?? API_GROUP);
  return same ? undefined : `roleRef: Invalid value: ${JSON.stringify(now)}: cannot change roleRef`;
}

function whyRoleInvalid(role: Role): string | undefined {
  if (role.aggregation !== undefined) {
    if (role.aggregation.length === 0)
      return 'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil';
    if (role.aggregation.some((selector) => selects(selector, {}) === undefined)) {
      return 'aggregationRule.clusterRoleSelectors: Invalid value: not a valid label selector';
    }
  }
  return firstOf(role.rules, (rule, i) => {
    const why = whyRuleInvalid(rule, role.kind === 'Role');
    return why === undefined ? undefined : `rules[${i}].${why}`;
  });
}

function whyRuleInvalid(rule: PolicyRule, namespaced: boolean): string | undefined {
  const of = (list: readonly string[] | undefined): number => list?.length ?? 0;
  if (rule.verbs.length === 0) return 'verbs: Required value: verbs must contain at least one value';
  if (of(rule.nonResourceURLs) > 0) {
    const urls = JSON.stringify(rule.nonResourceURLs);
    if (namespaced) return `nonResourceURLs: Invalid value: ${urls}: namespaced rules cannot apply to non-resource URLs`;
    if (of(rule.apiGroups) + of(rule.resources) + of(rule.resourceNames) > 0) {
      return `nonResourceURLs: Invalid value: ${urls}: rules cannot apply to both regular resources and non-resource URLs`;
    }
    return undefined;
  }
  if (of(rule.apiGroups) === 0) return 'apiGroups: Required value: resource rules must supply at least one api group';
  if (of(rule.resources) === 0) return 'resources: Required value: resource rules must supply at least one resource';
  return undefined;
}

function whyBindingInvalid(binding: Binding): string | undefined {
  const { kind, apiGroup = API_GROUP } = binding.roleRef;
  if (apiGroup !== API_GROUP) return `roleRef.apiGroup: ${unsupported(apiGroup, [API_GROUP])}`;
  const kinds = binding.kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(kind)) return `roleRef.kind: ${unsupported(kind, kinds)}`;
  return firstOf(binding.subjects, (subject, i) => {
    const why = whySubjectInvalid(subject, binding.kind === 'ClusterRoleBinding');
    return why === undefined ? undefined : `subjects[${i}].${why}`;
  });
}

function whySubjectInvalid(subject: Subject, clusterWide: boolean): string | undefined {
  switch (subject.kind) {
    case 'ServiceAccount':
      if ((subject.apiGroup ?? '') !== '') return `apiGroup: ${unsupported(subject.apiGroup ?? '', [''])}`;
      return clusterWide && (subject.namespace ?? '') === '' ? 'namespace: Required value' : undefined;
    case 'User':
    case 'Group':
      return (subject.apiGroup ?? API_GROUP) === API_GROUP
        ? undefined
        : `apiGroup: ${unsupported(subject.apiGroup ?? '', [API_GROUP])}`;
    default:
      return `kind: ${unsupported(subject.kind, ['ServiceAccount', 'User', 'Group'])}`;
  }
}

/** In the words of apimachinery's field errors (pkg/util/validation/field/errors.go, NotSupported). */
function unsupported(value: string, supported: readonly string[]): string {
  return `Unsupported value: ${goQuote(value)}: supported values: ${supported.map(goQuote).join(', ')}`;
}

function firstOf<T>(list: readonly T[], why: (item: T, index: number) => string | undefined): string | undefined {
  for (const [i, item] of list.entries()) {
    const text = why(item, i);
    if (text !== undefined) return text;
  }
  return undefined;
}
