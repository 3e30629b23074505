import type { GrantsFile } from '../../grants/index.ts';
import { type NamedEvidence, whenAndWho } from '../evidence.ts';
import type { Page } from './page.ts';

/** Evidence that stands for accounts on a page. */
export interface EvidenceShown {
  readonly evidence: readonly NamedEvidence[];
  readonly file: Pick<GrantsFile, 'accounts'>;
  readonly now: Date;
}

/** Which accounts were not looked at themselves, and what is known of them is of when and by whom. */
export function drawEvidence(page: Page, { evidence, file, now }: EvidenceShown): void {
  if (evidence.length === 0) return;
  page.gap();
  page.prose('Read from evidence; what changed there since is not seen:', { tone: 'strong' });
  for (const { account, name, ...about } of evidence) {
    const alias = file.accounts.find(({ id }) => id === account)?.alias;
    page.prose(`account ${account}${alias === undefined ? '' : ` (${alias})`}: ${name}, ${whenAndWho(about, now)}`, {
      lead: '  - ',
    });
  }
}
