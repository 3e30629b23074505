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
  const numbering = numberRules(current.values());
  const { lists } = numbering;
  const groups = groupsOf(aggregated, current, numbering);
  const counted = [...new Set(groups.values())].sort((a, b) => b.users - a.users).slice(0, MOST_COUNTED);
  for (const group of counted) group.count = countIn(group, lists, numbering.rules.length);
  const holding = (name: string): readonly Group[] => counted.filter(({ selected }) => selected.has(name));
  const put = (name: string, by: 1 | -1): void => {
    for (const { count } of holding(name)) if (count !== undefined) add(count, lists.get(name) ?? [], by);
  };
  const changed = new Set<string>();
  for (let round = 0, moved = true; moved && round <= aggregated.length; round++) {
    moved = false;
    for (const name of aggregated) {
      const group = groups.get(name);
      if (group === undefined) continue;
      const before = lists.get(name) ?? [];
      put(name, -1);
      const after = gather(group, name, numbering);
      const same = after.length === before.length && after.every((rule, i) => rule === before[i]);
      if (!same) {
        lists.set(name, after);
        changed.add(name);
        moved = true;
      }
      put(name, 1);
    }
  }
  const settled = (role: Role): Role => {
    const ids = changed.has(role.name) ? lists.get(role.name) : undefined;
    return ids === undefined ? role : { ...role, rules: ids.flatMap((id) => numbering.rules[id] ?? []) };
  };
  const done = new Map([...current.values()].map((role) => [role.name, settled(role)]));
  return roles.map((role) => (role.kind === 'ClusterRole' ? (done.get(role.name) ?? role) : role));
}

/** How many sets of selectors have their rules counted, those first that most roles share. */
const MOST_COUNTED = 16;

/** Aggregated roles with the same selectors, and whom those select, in the order in which they contribute. */
interface Group {
  readonly sources: readonly string[];
  readonly selected: ReadonlySet<string>;
  users: number;
  count?: Count;
}

/** How many of some roles hold each rule, and how many rules any of them holds. */
interface Count {
  readonly holders: Uint32Array;
  distinct: number;
}

/** Equal rules have one number; the rules of each role are a list of numbers. */
interface Numbering {
  readonly rules: readonly PolicyRule[];
  readonly lists: Map<string, readonly number[]>;
  /** In which gathering a rule was taken last. */
  readonly taken: Uint32Array;
  gatherings: number;
}

function numberRules(roles: Iterable<Role>): Numbering {
  const numbers = new Map<string, number>();
  const rules: PolicyRule[] = [];
  const lists = new Map<string, readonly number[]>();
  for (const role of roles) {
    const list = role.rules.map((rule) => {
      const key = ruleKey(rule);
      const known = numbers.get(key) ?? rules.length;
      if (known === rules.length) {
        numbers.set(key, known);
        rules.push(rule);
      }
      return known;
    });
    lists.set(role.name, list);
  }
  return { rules, lists, taken: new Uint32Array(rules.length), gatherings: 0 };
}

function groupsOf(
  aggregated: readonly string[],
  current: ReadonlyMap<string, Role>,
  { lists }: Numbering,
): ReadonlyMap<string, Group> {
  const names = [...lists.keys()].sort(byText);
  const bySelectors = new Map<string, Group | undefined>();
  const groups = new Map<string, Group>();
  for (const name of aggregated) {
    const selectors = current.get(name)?.aggregation ?? [];
    const key = JSON.stringify(selectors);
    if (!bySelectors.has(key)) {
      const sources = selectedBy(selectors, names, current);
      bySelectors.set(key, sources && { sources, selected: new Set(sources), users: 0 });
    }
    const group = bySelectors.get(key);
    if (group === undefined) continue;
    group.users++;
    groups.set(name, group);
  }
  return groups;
}

function countIn({ selected }: Group, lists: Numbering['lists'], rules: number): Count {
  const count: Count = { holders: new Uint32Array(rules), distinct: 0 };
  for (const name of selected) add(count, lists.get(name) ?? [], 1);
  return count;
}

function add(count: Count, list: readonly number[], by: 1 | -1): void {
  const { holders } = count;
  for (const rule of list) {
    const before = holders[rule] ?? 0;
    holders[rule] = before + by;
    if (before === 0) count.distinct++;
    else if (before + by === 0) count.distinct--;
  }
}

/** The rules of all sources but the role itself, which the count leaves out; done once no source can add another. */
function gather({ sources, count }: Group, role: string, numbering: Numbering): readonly number[] {
  const { lists, taken } = numbering;
  const mark = ++numbering.gatherings;
  const rules: number[] = [];
  for (const name of sources) {
    if (count !== undefined && rules.length === count.distinct) break;
    if (name === role) continue;
    for (const rule of lists.get(name) ?? []) {
      if (taken[rule] === mark) continue;
      taken[rule] = mark;
      rules.push(rule);
    }
  }
  return rules;
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

/** The names that selectors select, in the order in which they contribute; undefined: one of them is not valid. */
function selectedBy(
  selectors: readonly LabelSelector[],
  names: readonly string[],
  current: ReadonlyMap<string, Role>,
): readonly string[] | undefined {
  const selected: string[] = [];
  for (const selector of selectors) {
    for (const name of names) {
      const fits = selects(selector, current.get(name)?.labels ?? {});
      if (fits === undefined) return undefined;
      if (fits) selected.push(name);
    }
  }
  return selected;
}

/** Equal rules have equal keys; an absent list and an empty one are the same, the order within a list is not. */
function ruleKey({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): string {
  return JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs]);
}

function labelOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
