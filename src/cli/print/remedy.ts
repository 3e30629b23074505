import type { Remedy } from '../../access/index.ts';
import { drawExample } from './open.ts';
import type { Page } from './page.ts';

const AFTER = {
  allow: 'Afterwards the answer is YES',
  conditional: 'Afterwards the answer is YES, IF',
  unknown: 'Afterwards the answer still depends on evidence that is missing',
} as const satisfies Record<Remedy['after'], string>;

/** The smallest change that would turn the no into a yes, step by step. */
export function remedy(page: Page, it: Remedy): void {
  page.gap();
  page.prose('What would change it:', { tone: 'strong' });
  for (const [index, step] of it.steps.entries()) {
    page.prose(`${step.text} (owner: ${step.owner})`, { lead: `  ${index + 1}. ` });
    if (step.command !== '') page.verbatim(step.command, '       ');
  }
  const proof = it.proven ? 'proven by judging the changed inventory' : 'not proven: read it before you run it';
  page.prose(`${AFTER[it.after]} (${proof}).`, { lead: '  ', tone: it.proven ? 'good' : 'open' });
  for (const each of it.conditions) {
    page.prose(each.text, { lead: `    ${page.style.mark.unknown} `, leadTone: 'open' });
    drawExample(page, each, it.conditions);
  }
  // What nobody judged again may open more than was asked for.
  if (!it.proven && it.steps.some(({ change }) => change === null))
    page.prose('What else it would open depends on how its owner does it.', { lead: '  ', tone: 'open' });
  else if (it.gains.length === 0) page.prose('Nobody else gains anything by it.', { lead: '  ' });
  else {
    page.prose('Who gains what else by it:', { lead: '  ', tone: 'open' });
    for (const gain of it.gains) page.prose(gain, { lead: '    - ' });
  }
  if (it.grant !== undefined) {
    page.prose('The same wish in a grants file:', { lead: '  ' });
    page.verbatim(it.grant, '    ');
  }
}
