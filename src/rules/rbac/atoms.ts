import { goQuoteList } from './go-text.ts';
import { beforeStars } from './match.ts';
import type { PolicyRule } from './types.ts';

/** The smallest thing a rule can grant: one verb on one resource of one group (of one name), or on one URL. */
export type RuleAtom =
  | {
      readonly kind: 'resource';
      readonly apiGroup: string;
      readonly resource: string;
      readonly verb: string;
      readonly name?: string;
    }
  | { readonly kind: 'url'; readonly url: string; readonly verb: string };

/**
 * Takes a rule apart into atoms; `*` stays `*`. A rule without verbs, or without groups, has none.
 * Source: facts/eks.md §5.7; kubernetes component-helpers auth/rbac/validation/policy_comparator.go BreakdownRule.
 *
 * @example ruleAtoms({ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }).length // 2
 */
export function ruleAtoms(rule: PolicyRule): readonly RuleAtom[] {
  const atoms: RuleAtom[] = [];
  const names = rule.resourceNames ?? [];
  for (const apiGroup of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs) {
        if (names.length === 0) atoms.push({ kind: 'resource', apiGroup, resource, verb });
        else for (const name of names) atoms.push({ kind: 'resource', apiGroup, resource, verb, name });
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) for (const verb of rule.verbs) atoms.push({ kind: 'url', url, verb });
  return atoms;
}

/** A text that is equal for equal atoms and for no others. */
export function atomKey(atom: RuleAtom): string {
  return atom.kind === 'url'
    ? JSON.stringify([atom.verb, atom.url])
    : JSON.stringify([atom.verb, atom.apiGroup, atom.resource, ...(atom.name === undefined ? [] : [atom.name])]);
}

/**
 * Whether one rule covers one atom, `*`, a star before a subresource and URL prefixes understood.
 *
 * A rule that is limited to names covers no atom without a name. Source: policy_comparator.go ruleCovers.
 */
export function ruleCovers(rule: PolicyRule, atom: RuleAtom): boolean {
  if (!has(rule.verbs, atom.verb)) return false;
  const names = rule.resourceNames ?? [];
  if (atom.kind === 'url') {
    return names.length === 0 && (rule.nonResourceURLs ?? []).some((url) => urlCovers(url, atom.url));
  }
  if (!has(rule.apiGroups ?? [], atom.apiGroup) || !resourcesCover(rule.resources ?? [], atom.resource)) return false;
  return names.length === 0 || (atom.name !== undefined && names.includes(atom.name));
}

/** What of the wanted rules is not held. */
export interface Coverage {
  readonly covered: boolean;
  /** The atoms that no held rule covers, each once, in the order of the wanted rules. */
  readonly missing: readonly RuleAtom[];
}

/**
 * Whether the held rules cover the wanted ones: each wanted atom is covered by some single held rule.
 *
 * @example covers([{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }], [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]).covered // true
 */
export function covers(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): Coverage {
  const missing = new Map<string, RuleAtom>();
  for (const atom of wanted.flatMap(ruleAtoms)) {
    if (!held.some((rule) => ruleCovers(rule, atom))) missing.set(atomKey(atom), atom);
  }
  return { covered: missing.size === 0, missing: [...missing.values()] };
}

/**
 * Puts atoms together into rules: those that differ only by verb become one rule.
 * Source: kubernetes v1.32.10 pkg/registry/rbac/validation/policy_compact.go CompactRules.
 */
export function compactAtoms(atoms: readonly RuleAtom[]): readonly PolicyRule[] {
  const rules = new Map<string, { rule: PolicyRule; verbs: Set<string> }>();
  for (const atom of atoms) {
    const key = atomKey({ ...atom, verb: atom.kind === 'url' ? atom.verb : '' });
    const known = rules.get(key);
    if (known === undefined) rules.set(key, { rule: atomRule(atom), verbs: new Set([atom.verb]) });
    else known.verbs.add(atom.verb);
  }
  return [...rules.values()]
    .map(({ rule, verbs }) => ({ ...rule, verbs: [...verbs] }))
    .map((rule) => ({ rule, text: compactText(rule) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ rule }) => rule);
}

/** Whether two lists of rules grant the same atoms, however they are put together. */
export function sameAtoms(a: readonly PolicyRule[], b: readonly PolicyRule[]): boolean {
  const left = new Set(a.flatMap(ruleAtoms).map(atomKey));
  const right = new Set(b.flatMap(ruleAtoms).map(atomKey));
  return left.size === right.size && [...left].every((key) => right.has(key));
}

/**
 * A rule on one line, as the API server prints it in a refusal: `{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`.
 * Source: kubernetes v1.32.10 pkg/apis/rbac/v1/evaluation_helpers.go CompactString.
 */
export function compactText(rule: PolicyRule): string {
  const parts: [string, readonly string[] | undefined][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const shown = parts.flatMap(([name, list]) =>
    list === undefined || list.length === 0 ? [] : [`${name}:${goQuoteList(list)}`],
  );
  return `{${shown.join(', ')}}`;
}

function atomRule(atom: RuleAtom): PolicyRule {
  if (atom.kind === 'url') return { nonResourceURLs: [atom.url], verbs: [atom.verb] };
  const rule = { apiGroups: [atom.apiGroup], resources: [atom.resource], verbs: [atom.verb] };
  return atom.name === undefined ? rule : { ...rule, resourceNames: [atom.name] };
}

function has(list: readonly string[], wanted: string): boolean {
  return list.includes('*') || list.includes(wanted);
}

function resourcesCover(held: readonly string[], wanted: string): boolean {
  if (has(held, wanted)) return true;
  const slash = wanted.indexOf('/');
  return slash >= 0 && held.includes(`*${wanted.slice(slash)}`);
}

function urlCovers(held: string, wanted: string): boolean {
  return held === wanted || (held.endsWith('*') && wanted.startsWith(beforeStars(held)));
}
