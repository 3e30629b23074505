import { summarise } from '../../access/index.ts';
import { AUDIT_RULES } from '../../grants/index.ts';
import type { PolicyRule, RuleAtom } from '../../rules/rbac/index.ts';

/** What `access: audit` gives: a name that people know from their grants file. */
const AUDIT = [{ name: 'audit', rules: AUDIT_RULES }];

/** Roles by name first, then rules with the same verbs on one line. */
export function ruleLines(atoms: readonly RuleAtom[]): readonly string[] {
  const { roles, basics, rest } = summarise(atoms, AUDIT);
  const lines = roles.map((name) => `everything in ${name}`);
  const byVerbs = new Map<string, string[]>();
  for (const rule of rest) {
    const verbs = [...rule.verbs].sort().join(' ').replace('*', 'any verb');
    byVerbs.set(verbs, [...(byVerbs.get(verbs) ?? []), ...thingsOf(rule)]);
  }
  for (const [verbs, things] of byVerbs) lines.push(`${verbs}: ${things.join(', ')}`);
  if (basics) lines.push('what every authenticated user may: discovery, reviews of itself');
  return lines;
}

function thingsOf({ apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): readonly string[] {
  const names = resourceNames.length === 0 ? '' : ` ${resourceNames.join(' ')}`;
  const of = apiGroups.flatMap((group) =>
    resources.map((resource) => {
      if (group === '*' && resource === '*') return `everything${names}`;
      return `${resource}${group === '' ? '' : group === '*' ? ' of any group' : `.${group}`}${names}`;
    }),
  );
  return [...of, ...nonResourceURLs.map((url) => (url === '*' ? 'any path' : url))];
}
