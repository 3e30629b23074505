import type { Hop, Reason } from '../../access/index.ts';
import type { StatementRef } from '../../rules/iam/index.ts';
import { originOf } from '../positions.ts';
import type { Page } from './page.ts';
import type { Tone } from './style.ts';

const TONES = { allow: 'good', conditional: 'open', unknown: 'open', deny: 'bad', skipped: 'quiet' } as const satisfies Record<
  Hop['verdict'],
  Tone
>;

const SAYS = {
  allow: '',
  conditional: ' (under conditions)',
  unknown: ' (cannot tell)',
  deny: ' (refused)',
  skipped: ' (not judged)',
} as const;

/**
 * The hops in order: a mark each, who comes in (where that is not who came out of the hop before), who goes out, and
 * the deciding statement with its place.
 */
export function drawHops(page: Page, caller: string, hops: readonly Hop[]): void {
  const { arrow } = page.style.mark;
  let before = caller;
  for (const hop of hops) {
    const title = `${hop.number} ${hop.kind}${SAYS[hop.verdict]}`;
    page.prose(title, {
      lead: `${markOf(page, hop.verdict)} `,
      leadTone: TONES[hop.verdict],
      tone: hop.verdict === 'skipped' ? 'quiet' : 'strong',
    });
    if (hop.from !== '' && hop.from !== before) page.prose(hop.from, { lead: '      ' });
    if (hop.to !== '') page.prose(hop.to, { lead: `  ${arrow.padStart(2)} `.padStart(6) });
    if (hop.to !== '') before = hop.to;
    for (const reason of hop.reasons) drawReason(page, reason, '      ');
  }
}

/** The mark of a verdict, one column wide. */
function markOf(page: Page, verdict: Hop['verdict']): string {
  const { mark } = page.style;
  return { allow: mark.yes, conditional: mark.unknown, unknown: mark.unknown, deny: mark.no, skipped: mark.skipped }[verdict];
}

/** A reason and, on a line of its own so that it can be clicked or copied, its place. */
export function drawReason(page: Page, reason: Reason, indent: string): void {
  page.prose(reason.text, { lead: reason.role === 'note' ? `${indent}note: ` : indent });
  const { statement } = reason;
  if (statement !== undefined && !reason.text.includes(statement.policy.name)) {
    page.prose(statementInWords(statement), { lead: `${indent}  ` });
  }
  const origin = reason.origin ?? (statement === undefined ? undefined : originOf(statement));
  drawPlace(page, origin, indent);
}

/** `file:line` on a line of its own, when the origin is known; a long one starts further left. */
export function drawPlace(page: Page, origin: Reason['origin'], indent: string): void {
  const place = origin === undefined ? undefined : page.where(origin);
  if (place === undefined) return;
  const room = Math.max(0, page.style.width - place.length);
  page.verbatim(place, `${indent}  `.slice(0, room), 'quiet');
}

/** "statement 1 (AllowCi) of trust policy". */
export function statementInWords(ref: StatementRef): string {
  const sid = ref.sid === undefined ? '' : ` (${ref.sid})`;
  return `statement ${ref.statement + 1}${sid} of ${ref.policy.name}`;
}
