import type { Put } from '../../kubeconfig/index.ts';
import type { CredentialFlags } from '../credential-flags.ts';
import { newPage } from './page.ts';
import type { Style, Tone } from './style.ts';

const FIRST = {
  added: ['Added context ', 'good'],
  updated: ['Updated context ', 'good'],
  unchanged: ['Nothing to change in context ', 'plain'],
} as const satisfies Record<Put['outcome'], readonly [string, Tone]>;

/** What is the same for all contexts of a run. */
export interface PutAround {
  readonly login: Pick<CredentialFlags, 'profile' | 'roles'>;
  /** Whether the context is the current one now. */
  readonly current: boolean;
  readonly backups: readonly string[];
}

/** What became of the contexts, for a person. */
export function printPuts(puts: readonly Put[], { login, current, backups }: PutAround, style: Style): string {
  const page = newPage(style, () => undefined);
  for (const { names, file, outcome, changes } of puts) {
    const [first, tone] = FIRST[outcome];
    page.prose(first + names.context, { tone });
    page.prose(file, { lead: '  file     ' });
    if (puts.length > 1) continue;
    page.prose(names.cluster, { lead: '  cluster  ' });
    page.prose(names.user, { lead: '  user     ' });
    for (const [index, line] of loginLines(login).entries())
      page.prose(line, { lead: index === 0 ? '  login    ' : '           ' });
    if (changes.length > 0) page.prose(changes.join(', '), { lead: '  changed  ' });
    if (current) page.prose('it is the current context', { lead: '           ', tone: 'quiet' });
  }
  if (puts.length > 1) {
    page.gap();
    const count = (outcome: Put['outcome']): number => puts.filter((put) => put.outcome === outcome).length;
    page.prose(
      `${count('added')} added, ${count('updated')} updated, ${count('unchanged')} as they were; the current context stays`,
    );
  }
  for (const backup of backups) page.prose(`the file as it was before: ${backup}`, { tone: 'quiet' });
  return page.text();
}

function loginLines({ profile, roles }: PutAround['login']): readonly string[] {
  const start = profile === undefined ? 'the credentials of whoever runs kubectl' : `profile ${profile}`;
  return [start, ...roles.map(({ arn, externalId }) => `→ ${arn}${externalId === undefined ? '' : ' (external id)'}`)];
}
