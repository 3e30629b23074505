import type { Answer, OpenCondition } from '../../access/index.ts';
import { type Gap, shellWord } from '../../base/index.ts';
import { originOf } from '../positions.ts';
import { drawPlace, drawReason, statementInWords } from './hops.ts';
import type { Page } from './page.ts';

const KINDS = {
  caller: 'the caller chooses it',
  shared: 'the two sides share it',
  surroundings: 'the surroundings prove it',
} as const satisfies Record<OpenCondition['kind'], string>;

/** The conditions grouped by hop, each with what settles it. */
export function conditions(page: Page, list: readonly OpenCondition[], alternatives: number): void {
  if (list.length === 0) return;
  page.gap();
  page.prose('Only if:', { tone: 'strong' });
  for (const hop of [...new Set(list.map((each) => each.hop))].sort((a, b) => a - b)) {
    page.prose(hop === 0 ? 'in the session that the caller starts with' : `at hop ${hop}`, { lead: '  ' });
    for (const each of list.filter((one) => one.hop === hop)) {
      page.prose(`${each.text} (${KINDS[each.kind]})`, { lead: `    ${page.style.mark.unknown} `, leadTone: 'open' });
      page.prose(`asked by ${statementInWords(each.statement)}`, { lead: '      ', tone: 'quiet' });
      drawPlace(page, originOf(each.statement), '      ');
      drawExample(page, each, list);
    }
  }
  if (alternatives > 0)
    page.prose(`${alternatives} other ${alternatives === 1 ? 'set of conditions' : 'sets of conditions'} would do as well.`, {
      lead: '  ',
    });
}

/**
 * The `--given` that satisfies a condition. It names the hop where the key alone would not do: a later hop (session keys
 * stated for the whole path hold for the caller alone), or another hop that wants another value.
 */
export function drawExample(page: Page, { example, hop, key }: OpenCondition, all: readonly OpenCondition[]): void {
  if (example === undefined) return;
  const elsewhere = all.some((other) => other.hop !== hop && other.key.toLowerCase() === key.toLowerCase());
  const prefix = hop > 1 || (hop === 1 && elsewhere) ? `${hop}:` : '';
  page.verbatim(`--given ${shellWord(prefix + example)}`, '      ');
}

const STATES = { refused: 'refused to the collector', notCollected: 'not collected', unjudged: 'nobody can judge it' } as const;

/** The evidence that is missing, each with the command that produces it. */
export function gaps(page: Page, list: readonly Gap[]): void {
  if (list.length === 0) return;
  page.gap();
  page.prose('Evidence that is missing:', { tone: 'strong' });
  for (const gap of list) {
    const side = gap.side === undefined ? '' : `, to be had from ${gap.side}`;
    gapLine(page, `${gap.what} (${STATES[gap.state]}${side})`, gap);
  }
}

/** What a plan or a difference cannot tell without, each with the command that produces it. */
export function gapsWithout(page: Page, list: readonly Gap[]): void {
  if (list.length === 0) return;
  page.gap();
  page.prose('Nobody can tell without:', { tone: 'strong' });
  for (const gap of list) gapLine(page, gap.what, gap);
}

/** One piece of evidence that is missing, and how to get it. */
export function gapLine(page: Page, text: string, { command }: Gap): void {
  page.prose(text, { lead: `  ${page.style.mark.unknown} `, leadTone: 'open' });
  if (command !== undefined) page.verbatim(command, '      ');
}

/** What the user took for granted, and what else is worth knowing. */
export function assumptionsAndNotes(page: Page, answer: Pick<Answer, 'assumptions' | 'notes' | 'pathsTried'>): void {
  if (answer.assumptions.length > 0) {
    page.gap();
    page.prose('Taken for granted:', { tone: 'strong' });
    for (const each of answer.assumptions) page.prose(each, { lead: '  - ' });
  }
  if (answer.notes.length > 0 || answer.pathsTried !== undefined) {
    page.gap();
    page.prose('Worth knowing:', { tone: 'strong' });
    for (const note of answer.notes) drawReason(page, { ...note, role: 'decides' }, '  ');
    if (answer.pathsTried !== undefined)
      page.prose(`${answer.pathsTried} ${answer.pathsTried === 1 ? 'path was' : 'paths were'} tried`, { lead: '  ' });
  }
}
