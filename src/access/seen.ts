import { isTrue, type Ways } from '../base/index.ts';
import type { Session } from '../rules/sts/index.ts';
import type { AssumeStep } from './assume.ts';
import type { AccessFact } from './types.ts';
import type { World } from './world.ts';

/**
 * How often a search goes on from one session that is reached under different conditions. Ten roles that each trust ten
 * others, each with an external ID of its own, can be walked in more ways than anybody could wait for.
 */
const MOST_VARIANTS = 4;

/** What a search has been at. */
export interface Seen {
  /** Whether assuming the role would only make a session again that was made already and needed nothing. */
  readonly isIdle: (from: Session, roleArn: string) => boolean;
  /** Whether the search need not go on after a step that is reached in these ways; else they are remembered. */
  readonly skip: (step: AssumeStep, ways: Ways<AccessFact>) => boolean;
  /** Whether something was skipped that asks for other things than all that went on. */
  readonly isIncomplete: () => boolean;
}

/**
 * Remembers the sessions of a breadth-first search with what each needs.
 *
 * The hops that may follow depend on the session alone, so another way to it can matter only through its conditions. One
 * that needs no more than a new one makes the new one needless. Beyond that a few are followed, and as many again
 * that need no evidence which is missing; one that needs nothing always is.
 */
export function makeSeen({ given }: World): Seen {
  const seen = new Map<string, Ways<AccessFact>[]>();
  const free = new Set<string>();
  let incomplete = false;
  return {
    isIdle: (from, roleArn) => free.has(roleArn) && carriesNothing(from),
    skip: (step, ways) => {
      // What is stated for one hop makes the same session another where it stands at another hop.
      const key = given.perHop ? `${step.number} ${keyOf(step.session)}` : keyOf(step.session);
      const before = seen.get(key) ?? [];
      if (before.some((other) => covers(other, ways))) return true;
      const settled = isTrue(ways);
      const sure = isProvable(ways);
      if (!settled && before.filter((other) => isProvable(other) === sure).length >= MOST_VARIANTS) {
        incomplete = true;
        return true;
      }
      before.push(ways);
      seen.set(key, before);
      if (settled && !given.perHop && carriesNothing(step.from)) free.add(step.role.arn);
      return false;
    },
    isIncomplete: () => incomplete,
  };
}

/** Whether the sessions that this one makes are the same as those that any other such session makes. */
function carriesNothing({ principal, transitive, sourceIdentity }: Session): boolean {
  return principal.kind !== 'federated' && transitive.size === 0 && sourceIdentity === undefined;
}

/** A session with its facts, not only its role: the same role reached with other tags is another. */
function keyOf({ principal, sourceIdentity, origin, tags, transitive }: Session): string {
  return `${principal.arn} ${origin} ${sourceIdentity} ${JSON.stringify([[...tags].sort(), [...transitive].sort()])}`;
}

/** Whether some way needs no evidence that nobody collected. */
function isProvable(ways: Ways<AccessFact>): boolean {
  return ways.some((way) => way.every(({ fact }) => fact.kind === 'condition'));
}

/** Whether each of the ways asks at least for what some of the others asks for. */
function covers(others: Ways<AccessFact>, ways: Ways<AccessFact>): boolean {
  return ways.every((way) =>
    others.some((less) =>
      less.every(({ fact, holds }) => way.some((other) => other.fact.id === fact.id && other.holds === holds)),
    ),
  );
}
