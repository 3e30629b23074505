import type { Enter } from '../collect/live.ts';
import { labelled } from '../error.ts';
import type { Page } from '../print/page.ts';

/** An account that was to be read and was not entered. */
export interface ShutAccount {
  readonly id: string;
  readonly alias?: string;
  readonly why: string;
  /** What to do. */
  readonly advice: string;
  /** Credentials were named for it, and gave nothing; else nobody named any. */
  readonly isRefused: boolean;
}

/** Which accounts were not entered; each is entered once, so this asks nobody again. */
export async function shutAmong(
  accounts: readonly { readonly id: string; readonly alias?: string }[],
  enter: Enter,
): Promise<readonly ShutAccount[]> {
  const all = await Promise.all(
    accounts.map(async (account): Promise<readonly ShutAccount[]> => {
      const entered = await enter(account);
      if ('session' in entered) return [];
      const name = account.alias ?? account.id;
      if ('none' in entered) {
        const advice = `--credentials ${name}=profile:NAME or ${name}=role:ARN enters it; --evidence FILE stands for it`;
        return [{ ...account, why: entered.none, advice, isRefused: false }];
      }
      const { message, hints } = entered.failure;
      const advice =
        hints[0] ?? 'check the profile, the role and its trust policy; if the credentials have expired, log in again';
      return [{ ...account, why: message, advice, isRefused: true }];
    }),
  );
  return all.flat();
}

/** For stderr: each account, why it was not entered, and what to do. */
export function shutNotes(shut: readonly ShutAccount[]): string {
  return shut
    .map((each) => labelled('note', `${named(each)} was not entered: ${each.why}`) + labelled('hint', each.advice))
    .join('');
}

/** The same on a page. */
export function drawShut(page: Page, shut: readonly ShutAccount[]): void {
  if (shut.length === 0) return;
  page.gap();
  page.prose('Not entered; what is there was not looked at:', { tone: 'strong' });
  for (const each of shut) {
    page.prose(`${named(each)}: ${each.why}`, { lead: `  ${page.style.mark.unknown} `, leadTone: 'open' });
    page.prose(each.advice, { lead: `      ${page.style.mark.arrow} `, tone: 'quiet' });
  }
}

function named({ id, alias }: Pick<ShutAccount, 'id' | 'alias'>): string {
  return `account ${id}${alias === undefined ? '' : ` (${alias})`}`;
}
