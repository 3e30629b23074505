import type { Account } from '../../inventory/index.ts';
import type { Session } from '../../rules/sts/index.ts';
import { trustNames } from '../search.ts';
import { type Graphed, sides } from './clusters.ts';
import { ownerOf } from './follow.ts';

/** What has to be asked of each of two sides; all else is the same on both and need be found out only once. */
export interface Apart {
  /** Whether a session may go on to other roles on one side than on the other. */
  readonly onward: (session: Session) => boolean;
  /** Whether the step of a session to a role may be another. */
  readonly step: (session: Session, roleArn: string) => boolean;
  /** Whether a principal may be another. */
  readonly role: (arn: string) => boolean;
}

/**
 * Tells what two sides do not share, out of who changed between them.
 *
 * @param unknown the accounts that a chain might lead through and that nobody collected, on each side
 */
export function makeApart(
  graphs: readonly [Graphed, Graphed],
  changed: ReadonlySet<string>,
  unknown: readonly [readonly string[], readonly string[]],
): Apart {
  const [before, after] = sides((i) => graphs[i].inventory.accounts);
  const ids = new Set([...before.keys(), ...after.keys()]);
  const other = new Set([...ids].filter((id) => !isAsKnown(before.get(id), after.get(id))));
  const isOther = (arn: string): boolean => changed.has(arn) || other.has(arn.split(':')[4] ?? '');
  const names = new Set<string>();
  for (const { graph } of graphs) {
    const roles = [...changed, ...[...other].flatMap(graph.rolesOf)];
    for (const role of roles) for (const name of graph.trusted(role)) names.add(name);
  }
  // Which accounts are not known is asked of every session.
  const all = [...unknown[0]].sort().join() !== [...unknown[1]].sort().join();
  const isOwn = (session: Session): boolean => isOther(ownerOf(session));
  return {
    onward: (session) => all || isOwn(session) || trustNames(session).some((name) => names.has(name)),
    step: (session, roleArn) => isOwn(session) || isOther(roleArn),
    role: isOther,
  };
}

/** Whether as much is known of an account on both sides. */
function isAsKnown(one: Account | undefined, other: Account | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return (
    one.iam().state === other.iam().state &&
    one.trusts().state === other.trusts().state &&
    one.oidcProviders().state === other.oidcProviders().state &&
    (one.moreRoles() === undefined) === (other.moreRoles() === undefined)
  );
}
