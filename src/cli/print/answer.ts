import { type Answer, describeRequest } from '../../access/index.ts';
import { drawHops } from './hops.ts';
import { assumptionsAndNotes, conditions, gaps } from './open.ts';
import type { Page, Where } from './page.ts';
import { newPage } from './page.ts';
import { remedy } from './remedy.ts';

import type { Style, Tone } from './style.ts';

/** The word that the first line starts with. */
export type Verdict = 'YES' | 'YES, IF' | 'NO' | 'CANNOT TELL';

/** The verdict of an answer in one word (or three). */
export function verdictOf(answer: Pick<Answer, 'decision' | 'conditions' | 'firm'>): Verdict {
  if (answer.decision === 'unknown') return 'CANNOT TELL';
  if (answer.decision === 'deny') return 'NO';
  return answer.conditions.length === 0 && answer.firm ? 'YES' : 'YES, IF';
}

const TONES: Readonly<Record<Verdict, Tone>> = { YES: 'yes', 'YES, IF': 'maybe', NO: 'no', 'CANNOT TELL': 'maybe' };

/**
 * The whole answer for a person: the verdict in the first line, then the question, the hops in order, what is still
 * open with how to settle it, and what would change a no.
 */
export function printAnswer(answer: Answer, style: Style, where: Where, footer?: string): string {
  const page = newPage(style, where);
  const verdict = verdictOf(answer);
  page.prose(answer.headline, { lead: `${verdict}: `, leadTone: TONES[verdict] });
  page.gap();
  page.prose(describeRequest(answer.request), { lead: '  ' });
  if (answer.cluster !== '') page.prose(answer.cluster, { lead: '  on ' });
  page.prose(answer.caller, { lead: '  as ' });
  page.gap();
  drawHops(page, answer.caller, answer.hops);
  conditions(page, answer.conditions, answer.alternatives);
  gaps(page, answer.gaps);
  if (answer.remedy !== undefined) remedy(page, answer.remedy);
  assumptionsAndNotes(page, answer);
  beside(page, answer.beside);
  if (footer !== undefined) {
    page.gap();
    page.prose(footer, { tone: 'quiet' });
  }
  return page.text();
}

/** What is drawn beside the path and decides nothing. */
function beside(page: Page, list: Answer['beside']): void {
  if (list.length === 0) return;
  const { mark } = page.style;
  const marks = { yes: mark.yes, no: mark.no, unknown: mark.unknown } as const;
  page.gap();
  page.prose('Beside the path (nothing here decides):', { tone: 'strong' });
  for (const each of list) page.prose(each.text, { lead: `  ${marks[each.verdict]} ${each.kind.padEnd(10)}`, leadTone: 'quiet' });
}
