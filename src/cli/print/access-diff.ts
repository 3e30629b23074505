import type { AccessChange, AccessDiff } from '../../access/index.ts';
import { gapLine } from './open.ts';
import type { Page } from './page.ts';
import { ruleLines } from './rule-lines.ts';

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
