import type { State } from '../search.ts';
import type { World } from '../world.ts';

/** Gives what was computed before for a session that goes on alike, or computes it. */
export type Once<T> = (world: World, state: State, what: string, compute: (world: World) => T) => T;

/**
 * Computes something once for all sessions that go on alike: many principals come to the same roles, and what a role was assumed
 * by does not matter to what it may do next, as long as nothing came along with the session.
 *
 * The function returned takes what sets one computation apart from others of the same session, as a text. What was noticed
 * while computing is noted in the world of everybody who gets the value.
 */
export function onceForAlike<T>(): Once<T> {
  const known = new Map<string, { readonly value: T; readonly ownTags: boolean }>();
  return (world, state, what, compute) => {
    const session = keyOf(world, state);
    if (session === undefined) return compute(world);
    const key = `${what} ${session}`;
    let found = known.get(key);
    if (found === undefined) {
      const noticed = { ownTags: false };
      const value = compute({ ...world, noticed });
      found = { value, ownTags: noticed.ownTags };
      known.set(key, found);
    }
    if (found.ownTags && world.noticed !== undefined) world.noticed.ownTags = true;
    return found.value;
  };
}

/** The same text for sessions that may go on alike; undefined for one that stands for itself. */
function keyOf(world: World, { session, roles }: State): string | undefined {
  const alike = roles.length > 0 && session.transitive.size === 0 && session.sourceIdentity === undefined;
  if (!alike) return undefined;
  const { arn, uniqueId } = session.principal;
  return `${session.origin} ${arn} ${uniqueId} ${world.openTags === true}`;
}
