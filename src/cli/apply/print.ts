import type { Gap } from '../../base/index.ts';
import type { StepResult } from '../../edge/apply/index.ts';
import { resourceName, type Step } from '../../grants/index.ts';
import { EXIT, type Exit } from '../exit.ts';
import { gapsWithout } from '../print/open.ts';
import { newPage, type Page } from '../print/page.ts';
import type { Style } from '../print/style.ts';
import type { Checked } from './check.ts';
import { isContent } from './exit.ts';
import type { Ran } from './run.ts';

/**
 * What a run came to, for a person.
 *
 * @param gaps of the plan of what was read after it
 */
export function printRan(
  file: string,
  steps: readonly Step[],
  { results, backups, exit = EXIT.yes, gaps = [] }: Ran & { readonly exit?: Exit; readonly gaps?: readonly Gap[] },
  checks: readonly Checked[],
  { isMine = false, style }: { readonly isMine?: boolean; readonly style: Style },
): string {
  const page = newPage(style, () => undefined);
  const open = results.filter(({ outcome }) => outcome !== 'done');
  const wrote = results.filter((result) => result.wrote).length;
  const others = isMine ? open.filter((result) => isContent(result, true)).length : 0;
  const isWhole = exit === EXIT.yes || exit === EXIT.no;
  const [lead, leadTone, more] =
    open.length > others
      ? (['NOT DONE: ', 'no', ''] as const)
      : isWhole
        ? (['DONE: ', 'yes', ''] as const)
        : (['CANNOT TELL: ', 'maybe', '; what else is there could not be seen'] as const);
  const done = `${results.length - open.length} of ${results.length} steps are done, ${wrote} were written`;
  const rest = others === 0 ? '' : `; ${others} ${others === 1 ? 'is' : 'are'} left for others (--mine)`;
  page.prose(`${file}: ${done}${rest}${more}`, { lead, leadTone });
  if (open.length > 0) notDone(page, steps, open);
  if (backups.length > 0) {
    page.gap();
    page.prose('Kept before it was changed (causeway restore brings it back):', { tone: 'strong' });
    for (const { what, where } of backups) {
      page.prose(what, { lead: '  ' });
      for (const place of where) page.verbatim(place, '    ', 'quiet');
    }
  }
  gapsWithout(page, gaps);
  if (checks.length > 0) {
    page.gap();
    page.prose('Read again and evaluated:', { tone: 'strong' });
    for (const check of checks) drawCheck(page, check);
  }
  return page.text();
}

function notDone(page: Page, steps: readonly Step[], open: readonly StepResult[]): void {
  const byId = new Map(steps.map((step) => [step.id, step]));
  page.gap();
  for (const { id, outcome, text } of open) {
    const step = byId.get(id);
    const name = step === undefined ? id : resourceName(step.resource);
    page.prose(name, { lead: `  ${outcome === 'waits' ? page.style.mark.skipped : page.style.mark.no} `, leadTone: 'bad' });
    page.prose(text, { lead: '      ' });
    const advice = outcome === 'closed' && UNREADABLE.test(text) ? MEND : ADVICE[outcome];
    if (advice !== undefined) page.prose(advice, { lead: `      ${page.style.mark.arrow} `, tone: 'quiet' });
  }
}

const ADVICE: Partial<Record<StepResult['outcome'], string>> = {
  changed: 'run it again: it shows what is there now before it writes',
  denied: 'the credentials of the account lack the permission: have it given, then run it again',
  closed: 'name credentials for the account with --credentials, or see to the network; then run it again',
  'not-visible': 'run it again in a while: what was written is used as it is',
  stopped: 'run it again: it goes on where it was',
};

/** A text that was read and means nothing: no credentials and no network help. */
const UNREADABLE = /what map\w+ of aws-auth on \S+ says/;

const MEND = 'set aws-auth of the cluster right first (kubectl edit configmap aws-auth -n kube-system); then run it again';

const SAYS = { yes: 'can', if: 'can, under conditions', no: 'CANNOT', unknown: 'cannot be told' } as const;

function drawCheck(page: Page, { grant, caller, clusterArn, request, verdict, headline }: Checked): void {
  const { mark } = page.style;
  const [sign, tone] =
    verdict === 'yes'
      ? ([mark.yes, 'good'] as const)
      : verdict === 'no'
        ? ([mark.no, 'bad'] as const)
        : ([mark.unknown, 'open'] as const);
  page.prose(`${grant}: ${caller} ${SAYS[verdict]}: ${request}, on ${nameOf(clusterArn)}`, {
    lead: `  ${sign} `,
    leadTone: tone,
  });
  if (verdict !== 'yes' || headline.startsWith('unless ')) page.prose(headline, { lead: '      ', tone: 'quiet' });
}

/** Account, region and name say which cluster it is in the fewest words. */
function nameOf(clusterArn: string): string {
  const [, , , region, account, resource = ''] = clusterArn.split(':');
  return `${account}/${region}/${resource.replace(/^cluster\//, '')}`;
}
