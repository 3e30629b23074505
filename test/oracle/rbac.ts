import type { Attributes, Binding, LabelSelector, PolicyRule, Role, Subject, User } from '../../src/rules/rbac/index.ts';

/** Whether RBAC lets this user do this, read off facts/eks.md §5.2 to §5.5 with nested loops. */
export function rbacAllows(roles: readonly Role[], bindings: readonly Binding[], user: User, request: Attributes): boolean {
  if (user.groups.includes('system:masters')) return true;
  for (const binding of bindings) {
    if (binding.kind === 'RoleBinding' && !('resource' in request && request.namespace === binding.namespace)) continue;
    if (binding.kind === 'ClusterRoleBinding' && binding.roleRef.kind !== 'ClusterRole') continue;
    if (!binding.subjects.some((subject) => isNamed(subject, user, binding.namespace))) continue;
    for (const role of roles) {
      if (role.kind !== binding.roleRef.kind || role.name !== binding.roleRef.name) continue;
      if (role.kind === 'Role' && role.namespace !== binding.namespace) continue;
      if (role.rules.some((rule) => ruleAllows(rule, request))) return true;
    }
  }
  return false;
}

/** Facts/eks.md §5.2. */
export function ruleAllows(rule: PolicyRule, request: Attributes): boolean {
  if (!rule.verbs.includes('*') && !rule.verbs.includes(request.verb)) return false;
  if (!('resource' in request)) {
    for (const url of rule.nonResourceURLs ?? []) {
      if (url === '*' || url === request.path) return true;
      if (url.endsWith('*') && request.path.startsWith(url.slice(0, -1))) return true;
    }
    return false;
  }
  const groups = rule.apiGroups ?? [];
  if (!groups.includes('*') && !groups.includes(request.apiGroup)) return false;
  const resources = rule.resources ?? [];
  const subresource = request.subresource ?? '';
  const whole = subresource === '' ? request.resource : `${request.resource}/${subresource}`;
  const named =
    resources.includes('*') || resources.includes(whole) || (subresource !== '' && resources.includes(`*/${subresource}`));
  if (!named) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || names.includes(request.name ?? '');
}

/** Facts/eks.md §5.4. */
function isNamed(subject: Subject, user: User, bindingNamespace: string): boolean {
  if (subject.kind === 'User') return user.name !== '' && subject.name === user.name;
  if (subject.kind === 'Group') return user.groups.includes(subject.name);
  if (subject.kind !== 'ServiceAccount') return false;
  const namespace = subject.namespace ?? bindingNamespace;
  return namespace !== '' && user.name === `system:serviceaccount:${namespace}:${subject.name}`;
}

/** The roles as the aggregation controller leaves them (facts/eks.md §5.7): run until nothing changes. */
export function aggregated(roles: readonly Role[]): readonly Role[] {
  let now = roles;
  for (let round = 0; round <= roles.length; round++) {
    const before = now;
    now = before.map((role) => {
      if (role.aggregation === undefined) return role;
      const sources = before.filter(
        (other) =>
          other.kind === 'ClusterRole' && other.name !== role.name && role.aggregation?.some((one) => selects(one, other.labels)),
      );
      return { ...role, rules: sources.flatMap((source) => source.rules) };
    });
  }
  return now;
}

/**
 * The same where roles aggregate each other: one role after the other by name, with what the others hold by then, until a
 * round changes nothing (as often as there are aggregated roles and once more, if they never settle).
 */
export function aggregatedInTurn(roles: readonly Role[]): readonly Role[] {
  const now = [...roles].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rounds = now.filter(({ aggregation }) => aggregation !== undefined).length;
  for (let round = 0; round <= rounds; round++) {
    const before = JSON.stringify(now);
    now.forEach((role, i) => {
      if (role.aggregation === undefined) return;
      const sources = role.aggregation.flatMap((one) =>
        now.filter((other) => other.name !== role.name && selects(one, other.labels)),
      );
      const texts = sources.flatMap(({ rules }) => rules.map((rule) => JSON.stringify(rule)));
      now[i] = { ...role, rules: [...new Set(texts)].map((text) => JSON.parse(text)) };
    });
    if (JSON.stringify(now) === before) break;
  }
  return now;
}

function selects(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels[key] !== value) return false;
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const value = labels[key];
    if (operator === 'Exists' && value === undefined) return false;
    if (operator === 'DoesNotExist' && value !== undefined) return false;
    if (operator === 'In' && (value === undefined || !values.includes(value))) return false;
    if (operator === 'NotIn' && value !== undefined && values.includes(value)) return false;
  }
  return true;
}
