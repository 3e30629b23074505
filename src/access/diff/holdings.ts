import { TRUE, unsettled } from '../../base/index.ts';
import type { Cluster } from '../../inventory/index.ts';
import { sessionNamed } from '../open-user.ts';
import { conjunctionOf, covers } from '../possible.ts';
import type { AccessFact } from '../types.ts';
import { sameAtomSet } from './atom-set.ts';
import type { Holding } from './compare.ts';
import type { Reached } from './follow.ts';
import { type Held, heldBy } from './held.ts';

/**
 * All that a principal holds on a cluster, over every session that it can come to.
 *
 * @param isNew whether a role is made only by what is compared: then it cannot have made the cluster before, and the doubt
 *   about who did is none of its
 */
export function holdingsOf(
  cluster: Cluster | undefined,
  sessions: readonly Reached[],
  isNew: (roleArn: string) => boolean = () => false,
): readonly Holding[] {
  if (cluster === undefined) return [];
  return sessions.flatMap(({ session, roles, ways }) => {
    const all = heldBy(cluster, session);
    const own = isNew(session.principal.roleArn ?? session.principal.arn) ? all.filter((held) => !isCreators(held)) : all;
    return own.map((held): Holding => {
      const { named } = held;
      const both = conjunctionOf(ways, held.ways);
      const asNamed = named && unsettled<AccessFact>(sessionNamed(named.name, named.binding, roles.length));
      return {
        scope: held.scope,
        set: held.set,
        ways: asNamed === undefined ? both : conjunctionOf(both, asNamed),
        via: roles.map(({ arn }) => arn),
      };
    });
  });
}

function isCreators({ ways }: Held): boolean {
  return ways.every((way) => way.some(({ fact }) => fact.kind === 'missing' && fact.gap.id.startsWith('eks-creator:')));
}

/** Whether two lists hold the same under the same. */
export function sameHeld(a: readonly Held[], b: readonly Held[]): boolean {
  return a === b || (a.length === b.length && within(a, b) && within(b, a));
}

function within(a: readonly Held[], b: readonly Held[]): boolean {
  return a.every((one) =>
    b.some(
      (other) =>
        one.scope === other.scope &&
        one.named?.name === other.named?.name &&
        sameAtomSet(one.set, other.set) &&
        covers(other.ways, one.ways),
    ),
  );
}

/** The sessions that one list has and the other has not, or under other conditions. */
export function differing(a: readonly Reached[], b: readonly Reached[]): readonly Reached[] {
  const left = new Map(a.map((reached) => [keyOf(reached), reached]));
  const old = new Set(left.keys());
  for (const reached of b) left.set(keyOf(reached), reached);
  const fresh = new Set(b.map(keyOf));
  return [...left].filter(([key]) => !old.has(key) || !fresh.has(key)).map(([, reached]) => reached);
}

/** Who it is, by which roles, and what it asks for. */
function keyOf({ session, roles, ways }: Reached): string {
  const { principal, createDate } = session;
  const asked =
    ways === TRUE ? '' : ways.map((way) => way.map(({ fact, holds }) => `${holds} ${fact.id}`).join('\n')).join('\n\n');
  return `${roles.map(({ arn }) => arn).join()} ${principal.arn} ${principal.roleArn} ${principal.uniqueId} ${createDate} ${asked}`;
}
