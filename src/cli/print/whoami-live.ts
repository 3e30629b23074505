import type { Live } from '../whoami/live.ts';
import { newPage, type Page } from './page.ts';
import type { Style } from './style.ts';

/** Who we are to AWS and to the cluster, for a person. */
export function printLive({ identity, canonical, resolved, kubernetes }: Live, style: Style): string {
  const page = newPage(style, () => undefined);
  page.prose(identity.arn, { lead: 'YOU ARE: ', leadTone: 'yes' });
  page.gap();
  if (canonical !== identity.arn) page.prose(canonical, { lead: '  compared  ' });
  page.prose(identity.userId, { lead: '  user id   ' });
  page.prose(resolved.source, { lead: '  from      ' });
  for (const [index, { role, by, how }] of resolved.hops.entries()) {
    page.prose(`${style.mark.arrow} ${role} (${by}${HOW[how]})`, { lead: index === 0 ? '  roles     ' : '            ' });
  }
  if (resolved.expires !== undefined) page.prose(resolved.expires.toISOString(), { lead: '  until     ' });
  if (kubernetes !== undefined) drawKubernetes(page, kubernetes);
  return page.text();
}

const HOW = { assumed: ', assumed now', cached: ', kept from before', already: ', which the caller already is' } as const;

function drawKubernetes(page: Page, { cluster, answer }: NonNullable<Live['kubernetes']>): void {
  page.gap();
  page.prose(cluster, { lead: '  cluster   ' });
  if ('username' in answer) {
    page.prose(answer.username === '' ? '"" (empty)' : answer.username, { lead: '  username  ' });
    page.prose(answer.groups.join(', ') || '(none)', { lead: '  groups    ' });
    return;
  }
  const isRefused = 'failure' in answer && answer.failure.status === 401;
  page.gap();
  if (isRefused) {
    page.prose(
      'the cluster does not know this caller (401): no access entry and no row of aws-auth names it, or the token was made for another cluster',
      {
        lead: 'NOT KNOWN: ',
        leadTone: 'no',
      },
    );
    page.prose('causeway whoami --as ARN says from an inventory which row comes nearest', { tone: 'quiet' });
    return;
  }
  const reason = 'error' in answer ? answer.error : answer.failure.message;
  page.prose(`the cluster could not be asked: ${reason}`, { lead: 'CANNOT TELL: ', leadTone: 'maybe' });
}
