import { roleArn } from '../marks.ts';
import type { PlanNote, Step } from '../types.ts';
import { isExpired } from '../wish/resources.ts';
import type { GrantsFile, Wish } from '../wish/types.ts';

/**
 * Grants that have ended, and those that nobody can use any more because their trust policy ends `session` before them. A role that
 * would be made with a trust that has ended already is refused; one that stands ends as it was wished.
 *
 * @param now epoch milliseconds
 */
export function expiryNotes(
  file: GrantsFile,
  steps: readonly Step[],
  now: number,
): { readonly refusals: readonly PlanNote[]; readonly warnings: readonly PlanNote[] } {
  const refusals: PlanNote[] = [];
  const warnings: PlanNote[] = [];
  for (const wish of file.grants) {
    const { name: grant, expires, expiresPlace, session, via } = wish;
    if (expires === undefined) continue;
    const where = expiresPlace === undefined ? '' : ` (${expiresPlace})`;
    if (isExpired(wish, now)) {
      const isLeft = steps.some((step) => step.grant === grant && step.verb === 'delete');
      const rest = isLeft ? 'what is left of it is taken away' : 'nothing of it was found; its part of the file may go';
      warnings.push({
        code: 'expired',
        grant,
        text: `expired on ${minutes(expires)}${where}: nothing of it is wanted, and ${rest}`,
      });
      continue;
    }
    const ends = expires - session * 1000;
    if (via === 'direct' || ends > now) continue;
    const said = `its role lets nobody in any more since ${minutes(ends)}: expires ${minutes(expires)} less a session of ${session / 60} minutes${where}`;
    if (isNew(file, wish, steps)) {
      const way =
        session > SHORTEST && expires - SHORTEST * 1000 > now ? 'a shorter session or a later expires' : 'a later expires';
      refusals.push({ code: 'expires-soon', grant, text: `${said}. It takes ${way}` });
    } else warnings.push({ code: 'expires-soon', grant, text: `${said}. Sessions that somebody has end by then` });
  }
  return { refusals, warnings };
}

/** Seconds; the shortest MaxSessionDuration of a role (IAM API reference, CreateRole). */
const SHORTEST = 3600;

function isNew({ name }: GrantsFile, wish: Wish, steps: readonly Step[]): boolean {
  const arns = new Set(wish.on.map(({ partition, account }) => roleArn(partition, account, name, wish.name)));
  return steps.some(
    ({ verb, state, resource }) => verb === 'create' && state !== 'done' && resource.kind === 'role' && arns.has(resource.arn),
  );
}

function minutes(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
