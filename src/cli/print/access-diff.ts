import type { AccessChange, AccessDiff } from '../../access/index.ts';
import { AUDIT_RULES } from '../../grants/index.ts';
import { compactAtoms, covers, defaultRoles, type PolicyRule, type RuleAtom, ruleCovers } from '../../rules/rbac/index.ts';
import { gapLine } from './open.ts';
import type { Page } from './page.ts';

/** Lines of rules that are shown of one change. */
const MOST = 8;

/** Who gains and who loses what, for a person; those who gain the same stand together. */
export function drawAccessDiff(page: Page, { changes, gaps }: AccessDiff): void {
  page.gap();
  if (changes.length === 0) {
    page.prose('Nobody gains or loses any access on a cluster by it, as far as was collected.', { tone: 'strong' });
  } else {
    page.prose('Who gains and who loses what by it:', { tone: 'strong' });
    const alike = new Map<string, AccessChange[]>();
    for (const change of changes) {
      const { clusterArn, scope, gained, lost, powers } = change;
      const key = JSON.stringify([clusterArn, scope, gained, lost, powers]);
      alike.set(key, [...(alike.get(key) ?? []), change]);
    }
    for (const group of alike.values()) drawChanges(page, group);
  }
  if (gaps.length === 0) return;
  page.prose('Somebody else might, through what nobody collected:', { tone: 'strong' });
  for (const gap of gaps) gapLine(page, gap.what, gap);
}

const CERTAINTY = { sure: '', conditional: ', under conditions', unknown: ', possibly' } as const;

function drawChanges(page: Page, changes: readonly AccessChange[]): void {
  const [first] = changes;
  if (first === undefined) return;
  const { clusterArn, scope, gained, lost, powers } = first;
  const isGain = gained.length > 0;
  const cluster = clusterArn.slice(clusterArn.lastIndexOf('/') + 1);
  for (const { principal, certainty, via, conditions, gaps } of changes) {
    const word = isGain ? 'gains' : 'loses';
    page.prose(`${principal} ${word}${CERTAINTY[certainty]}`, {
      lead: isGain ? '  + ' : '  - ',
      leadTone: isGain ? 'good' : 'bad',
    });
    for (const role of via) page.prose(role, { lead: '      through ', leadTone: 'quiet' });
    for (const { text } of conditions) page.prose(text, { lead: '      if ', leadTone: 'open' });
    for (const { what } of gaps.slice(0, 3)) page.prose(what, { lead: '      not known: ', leadTone: 'open' });
  }
  page.prose(`on ${cluster}, in ${scope === '' ? 'the whole cluster' : scope}:`, { lead: '      ' });
  const lines = ruleLines(isGain ? gained : lost);
  for (const line of lines.slice(0, MOST)) page.prose(line, { lead: '        ' });
  if (lines.length > MOST)
    page.prose(`and ${lines.length - MOST} more rules (-o json has all)`, { lead: '        ', tone: 'quiet' });
  for (const { text } of powers) page.prose(text, { lead: '      ! ', leadTone: 'bad' });
}

/** What has a name that people know, the larger first. */
function knownRoles(): readonly (readonly [string, readonly PolicyRule[]])[] {
  const role = (name: string, version: string): readonly [string, readonly PolicyRule[]] => [
    name,
    defaultRoles(version).find((each) => each.kind === 'ClusterRole' && each.name === name)?.rules ?? [],
  ];
  const audit = ['audit', AUDIT_RULES] as const;
  return ['admin', 'edit', 'view'].flatMap((name) => [
    role(name, '1.33'),
    role(name, '1.32'),
    ...(name === 'edit' ? [audit] : []),
  ]);
}

/** Every authenticated caller has this, so it says only that somebody can come in at all. */
const EVERYBODY = 'asks who it is and what it may (every caller may)';

function ruleLines(atoms: readonly RuleAtom[]): readonly string[] {
  const held = compactAtoms(atoms);
  const known = knownRoles().find(([, rules]) => covers(held, rules).covered);
  const basic = defaultRoles('1.33').filter(
    ({ name }) => name === 'system:basic-user' || name === 'system:discovery' || name === 'system:public-info-viewer',
  );
  const without = (list: readonly RuleAtom[], rules: readonly PolicyRule[]): readonly RuleAtom[] =>
    list.filter((atom) => !rules.some((rule) => ruleCovers(rule, atom)));
  const rest = known === undefined ? atoms : without(atoms, known[1]);
  const own = without(
    rest,
    basic.flatMap(({ rules }) => rules),
  );
  return [
    ...(known === undefined ? [] : [`all of ${known[0]}`]),
    ...groupedLines(own),
    ...(own.length < rest.length ? [EVERYBODY] : []),
  ];
}

/** Atoms as `verbs: resources (group)`, those of the same verbs and group together. */
function groupedLines(atoms: readonly RuleAtom[]): readonly string[] {
  const lines = new Map<string, { readonly verbs: readonly string[]; readonly where: string; readonly what: string[] }>();
  for (const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } of compactAtoms(atoms)) {
    const sorted = [...verbs].sort();
    const group = apiGroups[0];
    const where = group === undefined ? 'paths' : group === '' ? '' : group;
    const key = JSON.stringify([sorted, where]);
    const line = lines.get(key) ?? { verbs: sorted, where, what: [] };
    lines.set(key, line);
    const named = resourceNames.length === 0 ? '' : ` "${resourceNames.join('", "')}"`;
    line.what.push(...[...resources, ...nonResourceURLs].map((resource) => `${resource}${named}`));
  }
  return [...lines.values()].map(
    ({ verbs, where, what }) => `${verbs.join(' ')}: ${[...new Set(what)].sort().join(', ')}${where === '' ? '' : ` (${where})`}`,
  );
}
