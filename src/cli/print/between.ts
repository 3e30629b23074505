import type { AccessChange, AccessDiff } from '../../access/index.ts';
import { gaps as drawGaps } from './open.ts';
import { newPage, type Page } from './page.ts';
import { ruleLines } from './rule-lines.ts';
import type { Style } from './style.ts';

/** Who gained and who lost what, for a person: by cluster, then by principal. */
export function printAccessDiff(diff: AccessDiff, style: Style): string {
  const page = newPage(style, () => undefined);
  headline(page, diff);
  drawAccessDiff(page, diff);
  return page.text();
}

function drawAccessDiff(page: Page, { changes, gaps }: AccessDiff): void {
  let cluster = '';
  let principal = '';
  for (const change of changes) {
    if (change.clusterArn !== cluster) {
      page.gap();
      page.prose(change.clusterArn, { tone: 'strong' });
      principal = '';
    }
    if (change.principal !== principal) {
      if (principal !== '') page.gap();
      page.prose(whom(change), { lead: '  ', tone: 'strong' });
    }
    cluster = change.clusterArn;
    principal = change.principal;
    drawChange(page, change);
  }
  drawGaps(page, gaps);
}

/** Whether both sides are known as far as a change goes: neither how it stood nor how it stands hangs on missing evidence. */
export function isKnown({ certainty, otherwise }: AccessChange): boolean {
  return certainty !== 'unknown' && otherwise !== 'unknown';
}

function headline(page: Page, { changes, gaps }: AccessDiff): void {
  const who = (which: 'gained' | 'lost'): number =>
    new Set(changes.filter((change) => change[which].length > 0).map(({ principal }) => principal)).size;
  const [gain, lose] = [who('gained'), who('lost')];
  const clusters = new Set(changes.map(({ clusterArn }) => clusterArn)).size;
  const words = [count(gain, 'gains', 'gain'), count(lose, 'loses', 'lose')].filter((each) => each !== '');
  const on = `on ${clusters} ${clusters === 1 ? 'cluster' : 'clusters'}`;
  if (changes.length === 0) {
    if (gaps.length === 0) page.prose('nobody gains or loses access', { lead: 'SAME: ', leadTone: 'yes' });
    else page.prose('nothing that was collected differs, and not all was', { lead: 'CANNOT TELL: ', leadTone: 'maybe' });
  } else if (!changes.some(isKnown)) {
    page.prose(`perhaps ${words.join(' and ')} ${on}`, { lead: 'CANNOT TELL: ', leadTone: 'maybe' });
  } else page.prose(`${words.join(', ')}, ${on}`, { lead: 'DIFFERS: ', leadTone: 'no' });
}

function count(number: number, one: string, many: string): string {
  return number === 0 ? '' : number === 1 ? `1 principal ${one} access` : `${number} principals ${many} access`;
}

function whom({ principal, kind }: AccessChange): string {
  if (principal === '*') return 'anybody, in any AWS account';
  if (kind === 'kubernetes') return `${principal.replace(':', ' ')} (of Kubernetes)`;
  return principal.endsWith(':root') ? `${principal} (whoever that account lets through)` : principal;
}

const OTHERWISE = {
  gained: { none: '', unknown: ' (so far only perhaps)', conditional: ' (so far under other conditions)', sure: '' },
  lost: { none: '', unknown: ' (now only perhaps)', conditional: ' (now under other conditions)', sure: '' },
} as const;

function drawChange(page: Page, change: AccessChange): void {
  const which = change.gained.length > 0 ? 'gained' : 'lost';
  const gains = which === 'gained';
  const where = change.scope === '' ? 'in the whole cluster' : `in ${change.scope}`;
  const how = change.certainty === 'unknown' ? 'perhaps ' : '';
  const text = `${how}${gains ? 'gains' : 'loses'} ${where}${OTHERWISE[which][change.otherwise]}:`;
  page.prose(text, { lead: `  ${gains ? '+' : '-'} `, leadTone: gains ? 'no' : 'good' });
  for (const line of ruleLines(change[which])) page.prose(line, { lead: '      ' });
  for (const { text } of change.powers) page.prose(gains ? text : `no longer: ${text}`, { lead: '    ! ', leadTone: 'open' });
  for (const role of change.via) page.prose(role, { lead: '      by way of ', tone: 'quiet' });
  for (const { text, hop } of change.conditions)
    page.prose(hop <= 1 ? text : `${text} (hop ${hop})`, { lead: '      only if ', tone: 'quiet' });
  for (const gap of change.gaps) page.prose(gap.what, { lead: '      not known: ', tone: 'quiet' });
}
