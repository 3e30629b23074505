import type { WhoAmI } from '../../access/index.ts';
import { drawPlace } from './hops.ts';
import { gaps } from './open.ts';
import { newPage, type Where } from './page.ts';
import type { Style, Tone } from './style.ts';

const FIRST = {
  mapped: ['MAPPED', 'yes'],
  unauthorized: ['NOT MAPPED', 'no'],
  unknown: ['CANNOT TELL', 'maybe'],
} as const satisfies Record<WhoAmI['mapping']['result'], readonly [string, Tone]>;

/** Who a principal is in a cluster, for a person. */
export function printWhoami({ caller, canonical, cluster, mapping }: WhoAmI, style: Style, where: Where, footer: string): string {
  const page = newPage(style, where);
  const [word, tone] = FIRST[mapping.result];
  page.prose(mapping.reason, { lead: `${word}: `, leadTone: tone });
  drawPlace(page, mapping.origin, '');
  page.gap();
  page.prose(caller, { lead: '  caller    ' });
  if (canonical !== caller) page.prose(canonical, { lead: '  compared  ' });
  page.prose(cluster, { lead: '  cluster   ' });
  if (mapping.result === 'mapped') {
    page.prose(mapping.username === '' ? '"" (empty)' : (mapping.username ?? '(AWS shows it nowhere)'), { lead: '  username  ' });
    page.prose(mapping.groups.join(', ') || '(none)', { lead: '  groups    ' });
    if (mapping.policies.state !== 'collected') page.prose('not collected', { lead: '  policies  ' });
    else if (mapping.by === 'accessEntry') drawPolicies();
  }
  if (mapping.notes.length > 0) {
    page.gap();
    page.prose('Worth knowing:', { tone: 'strong' });
    for (const note of mapping.notes) {
      page.prose(note.text, { lead: '  - ' });
      drawPlace(page, note.origin, '  ');
    }
  }
  gaps(page, mapping.policies.state === 'collected' ? mapping.gaps : [...new Set([...mapping.gaps, mapping.policies.gap])]);
  page.gap();
  page.prose(footer, { tone: 'quiet' });
  return page.text();

  function drawPolicies(): void {
    if (mapping.policies.state !== 'collected') return;
    if (mapping.policies.value.length === 0) page.prose('(none)', { lead: '  policies  ' });
    for (const { policyArn, scope } of mapping.policies.value) {
      const at = scope.type === 'cluster' ? 'the whole cluster' : `namespaces ${scope.namespaces.join(', ')}`;
      page.prose(`${policyArn} on ${at}`, { lead: '  policies  ' });
    }
  }
}
