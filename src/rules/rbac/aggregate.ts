import type { LabelSelector, PolicyRule, Role } from './types.ts';

/** `asListed`: the rules that stand in the object; `reconciled`: those that clusterrole-aggregation-controller would write. */
export type AggregationReading = 'asListed' | 'reconciled';

/**
 * The roles with the rules of aggregated ClusterRoles as the aggregation controller leaves them.
 *
 * Each selector contributes the rules of the ClusterRoles it selects, sorted by name, the role itself left out, rules
 * that are there already dropped; what was written by hand is overwritten. A selector that is not valid stops the
 * controller for that role, whose rules then stay. Roles that aggregate aggregated roles (admin, edit, view) settle
 * after a few rounds; rounds are bounded, because two roles may select each other.
 * Source: facts/eks.md §5.7; kubernetes pkg/controller/clusterroleaggregation (syncClusterRole).
 */
export function aggregate(roles: readonly Role[]): readonly Role[] {
  const current = new Map<string, Role>();
  for (const role of roles) if (role.kind === 'ClusterRole') current.set(role.name, role);
  const aggregated = [...current.values()].filter((role) => role.aggregation !== undefined).map((role) => role.name);
  if (aggregated.length === 0) return roles;
  aggregated.sort(byText);
  const names = [...current.keys()].sort(byText);
  // Rules change from round to round, labels and selectors do not.
  const selected = new Map(aggregated.map((name) => [name, selectedBy(current.get(name), names, current)]));
  for (let round = 0; round <= aggregated.length; round++) {
    let changed = false;
    for (const name of aggregated) {
      const role = current.get(name);
      const from = selected.get(name);
      if (role === undefined || from === undefined) continue;
      const rules = gather(from, current);
      if (sameList(rules, role.rules)) continue;
      current.set(name, { ...role, rules });
      changed = true;
    }
    if (!changed) break;
  }
  return roles.map((role) => (role.kind === 'ClusterRole' ? (current.get(role.name) ?? role) : role));
}

/**
 * Whether labels fit a selector: all of `matchLabels` and all of `matchExpressions`; an empty selector fits everything.
 * Undefined: the selector is not valid (an unknown operator, values missing or too many).
 * Source: kubernetes apimachinery pkg/apis/meta/v1 LabelSelectorAsSelector.
 */
export function selects(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean | undefined {
  let fits = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labelOf(labels, key) === value);
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const label = labelOf(labels, key);
    switch (operator) {
      case 'In':
      case 'NotIn': {
        if (values.length === 0) return undefined;
        const within = label !== undefined && values.includes(label);
        fits &&= operator === 'In' ? within : !within;
        break;
      }
      case 'Exists':
      case 'DoesNotExist':
        if (values.length > 0) return undefined;
        fits &&= (label !== undefined) === (operator === 'Exists');
        break;
      default:
        return undefined;
    }
  }
  return fits;
}

/** The names of the roles that a role's selectors select, in the order in which they contribute; undefined: one is not valid. */
function selectedBy(
  role: Role | undefined,
  names: readonly string[],
  current: ReadonlyMap<string, Role>,
): readonly string[] | undefined {
  const selected: string[] = [];
  for (const selector of role?.aggregation ?? []) {
    for (const name of names) {
      const fits = selects(selector, current.get(name)?.labels ?? {});
      if (fits === undefined) return undefined;
      if (fits && name !== role?.name) selected.push(name);
    }
  }
  return selected;
}

function gather(names: readonly string[], current: ReadonlyMap<string, Role>): readonly PolicyRule[] {
  const rules = new Map<string, PolicyRule>();
  for (const name of names) {
    for (const rule of current.get(name)?.rules ?? []) {
      const key = ruleKey(rule);
      if (!rules.has(key)) rules.set(key, rule);
    }
  }
  return [...rules.values()];
}

/** Equal rules have equal keys; an absent list and an empty one are the same, the order within a list is not. */
function ruleKey(rule: PolicyRule): string {
  const known = keys.get(rule);
  if (known !== undefined) return known;
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const key = JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs]);
  keys.set(rule, key);
  return key;
}

const keys = new WeakMap<PolicyRule, string>();

function sameList(a: readonly PolicyRule[], b: readonly PolicyRule[]): boolean {
  return a.length === b.length && a.every((rule, i) => ruleKey(rule) === ruleKey(b[i] ?? { verbs: [] }));
}

function labelOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
