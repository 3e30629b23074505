import type { Attributes, PolicyRule } from './types.ts';

/** A rule prepared for many questions; made by `compileRule`. */
export interface CompiledRule {
  readonly verbs: ReadonlySet<string>;
  readonly anyVerb: boolean;
  readonly apiGroups: ReadonlySet<string>;
  readonly anyGroup: boolean;
  readonly resources: ReadonlySet<string>;
  readonly anyResource: boolean;
  /** null: every name. */
  readonly names: ReadonlySet<string> | null;
  readonly urls: ReadonlySet<string>;
  readonly anyUrl: boolean;
  /** What stands before the closing stars of URL patterns. */
  readonly urlPrefixes: readonly string[];
}

/** Prepares one rule. */
export function compileRule(rule: PolicyRule): CompiledRule {
  const groups = rule.apiGroups ?? [];
  const resources = rule.resources ?? [];
  const names = rule.resourceNames ?? [];
  const urls = rule.nonResourceURLs ?? [];
  return {
    verbs: new Set(rule.verbs),
    anyVerb: rule.verbs.includes('*'),
    apiGroups: new Set(groups),
    anyGroup: groups.includes('*'),
    resources: new Set(resources),
    anyResource: resources.includes('*'),
    names: names.length === 0 ? null : new Set(names),
    urls: new Set(urls),
    anyUrl: urls.includes('*'),
    urlPrefixes: urls.filter((url) => url.endsWith('*')).map(beforeStars),
  };
}

/** Prepares the rules of a role, in their order. */
export function compileRules(rules: readonly PolicyRule[]): readonly CompiledRule[] {
  return rules.map(compileRule);
}

/**
 * The index of the first rule that allows the request, or -1.
 *
 * A request without a name has the empty name: a rule with `resourceNames` then matches only if it lists `""`.
 * Source: facts/eks.md §5.2; kubernetes v1.32.10 plugin/pkg/auth/authorizer/rbac/rbac.go RuleAllows and
 * pkg/apis/rbac/v1/evaluation_helpers.go.
 */
export function firstAllowing(rules: readonly CompiledRule[], attributes: Attributes): number {
  return 'path' in attributes ? firstForPath(rules, attributes.verb, attributes.path) : firstForResource(rules, attributes);
}

/**
 * Whether one rule allows the request.
 *
 * @example ruleAllows({ apiGroups: [''], resources: ['pods'], verbs: ['get'] }, { verb: 'get', apiGroup: '', resource: 'pods' }) // true
 */
export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  return firstAllowing([compileRule(rule)], attributes) === 0;
}

/** What stands before the closing stars of a URL pattern (Go's TrimRight takes them all: `/a**` is `/a`). */
export function beforeStars(pattern: string): string {
  return pattern.replace(/\*+$/, '');
}

function firstForResource(rules: readonly CompiledRule[], request: Exclude<Attributes, { readonly path: string }>): number {
  const subresource = request.subresource ?? '';
  const combined = subresource === '' ? request.resource : `${request.resource}/${subresource}`;
  const everywhere = subresource === '' ? '' : `*/${subresource}`;
  const name = request.name ?? '';
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i];
    if (rule === undefined) continue;
    if (
      (rule.anyVerb || rule.verbs.has(request.verb)) &&
      (rule.anyGroup || rule.apiGroups.has(request.apiGroup)) &&
      (rule.anyResource || rule.resources.has(combined) || (everywhere !== '' && rule.resources.has(everywhere))) &&
      (rule.names === null || rule.names.has(name))
    ) {
      return i;
    }
  }
  return -1;
}

function firstForPath(rules: readonly CompiledRule[], verb: string, path: string): number {
  return rules.findIndex(
    (rule) =>
      (rule.anyVerb || rule.verbs.has(verb)) &&
      (rule.anyUrl || rule.urls.has(path) || rule.urlPrefixes.some((prefix) => path.startsWith(prefix))),
  );
}
