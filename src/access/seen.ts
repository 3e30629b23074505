import { FALSE, isTrue, type Ways } from '../base/index.ts';
import type { PolicyDocument } from '../inventory/index.ts';
import type { Session } from '../rules/sts/index.ts';
import { type AssumeStep, judgeAction } from './assume.ts';
import { conjunctionOf, covers } from './possible.ts';
import type { Found } from './principals.ts';
import { SESSION_ACTIONS, withSessionNeeds } from './session-needs.ts';
import { mightAllow } from './trust-graph.ts';
import type { AccessFact } from './types.ts';
import type { JudgedPath } from './walk.ts';
import type { World } from './world.ts';

/**
 * How often a search goes on from one session that is reached under different conditions. Ten roles that each trust ten
 * others, each with an external ID of its own, can be walked in more ways than anybody could wait for.
 */
const MOST_VARIANTS = 4;

/** How often in a search a role that was reached without any condition is judged again, for a step that may pass more. */
const MOST_REPEATS = 20_000;

/** What a search has been at. */
export interface Seen {
  /** Whether assuming the role would only make a session again that was made already and needed nothing. */
  readonly isIdle: (from: Session, roleArn: string) => boolean;
  /**
   * Whether the search need not go on from the end of a path; else the path is remembered.
   *
   * @param step the last step of the path, an assume step
   * @param caller whoever makes that step
   */
  readonly skip: (path: JudgedPath, step: AssumeStep, caller: Found) => boolean;
  /** Whether something was skipped that asks for other things than all that went on. */
  readonly isIncomplete: () => boolean;
}

/** What a path asks for: as it is, with what its own tags need, and once a later hop wants each action at its last step. */
type Asked = readonly (() => Ways<AccessFact>)[];

/**
 * Remembers the sessions of a breadth-first search with what each needs.
 *
 * The hops that may follow depend on the session alone, so another way to it can matter only through its conditions and
 * through what its last step may pass: a tag or source identity that the next hop wants asks for sts:TagSession or
 * sts:SetSourceIdentity at this one (`withSessionNeeds`). A path that needs no more than a new one in any of these
 * cases makes the new one needless. Beyond that a few are followed of each kind: those that need no evidence which is
 * missing are a kind of their own in each case. The first that needs nothing always is.
 */
export function makeSeen(world: World, start: Found, trustOf: (roleArn: string) => PolicyDocument | undefined): Seen {
  const { perHop } = world.given;
  const seen = new Map<string, { readonly asked: Asked; readonly kind: () => string }[]>();
  const free = new Set<string>();
  const settledOnce = new Set<string>();
  let repeats = 0;
  let incomplete = false;
  return {
    isIdle: (from, roleArn) => {
      if (!carriesNothing(from)) return false;
      if (free.has(roleArn)) return true;
      if (!settledOnce.has(roleArn) || repeats++ < MOST_REPEATS) return false;
      incomplete = true;
      return true;
    },
    skip: (path, step, caller) => {
      // What is stated for one hop makes the same session another where it stands at another hop.
      const key = perHop ? `${step.number} ${sessionKey(step.session)}` : sessionKey(step.session);
      const before = seen.get(key) ?? [];
      const trust = trustOf(step.role.arn);
      const asked = askedBy(world, path, step, { start, caller, trust });
      if (before.some((other) => other.asked.every((form, i) => covers(form(), asked[i]?.() ?? [])))) return true;
      const kind = once(() => asked.map((form) => isProvable(form())).join());
      const settled = isTrue(path.ways);
      const first = settled && !before.some(({ asked: [plain] }) => plain !== undefined && isTrue(plain()));
      if (!first && before.filter((other) => other.kind() === kind()).length >= MOST_VARIANTS) {
        incomplete = true;
        return true;
      }
      before.push({ asked, kind });
      seen.set(key, before);
      if (settled && !perHop && carriesNothing(step.from)) {
        settledOnce.add(step.role.arn);
        // Nothing can be better than a step that may pass everything, or everything that the role lets anybody pass.
        const best = SESSION_ACTIONS.every((action, i) => !mightAllow(trust, action) || isTrue(asked[2 + i]?.() ?? []));
        if (best) free.add(step.role.arn);
      }
      return false;
    },
    isIncomplete: () => incomplete,
  };
}

interface Parties {
  readonly start: Found;
  readonly caller: Found;
  readonly trust: PolicyDocument | undefined;
}

function askedBy(world: World, path: JudgedPath, step: AssumeStep, { start, caller, trust }: Parties): Asked {
  const needed = once(() => withSessionNeeds(world, path, start, world.now));
  const passing = SESSION_ACTIONS.map((action) =>
    once(() => {
      // Judged already where something is stated to be passed.
      if (step.decisions.some((decided) => decided.action === action)) return needed();
      // Most roles let nobody pass anything, and no policy of the caller can make up for that.
      if (!mightAllow(trust, action)) return FALSE;
      return conjunctionOf(needed(), judgeAction(world, step, caller, action));
    }),
  );
  return [() => path.ways, needed, ...passing];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Whether the sessions that this one makes are the same as those that any other such session makes. */
function carriesNothing({ principal, transitive, sourceIdentity }: Session): boolean {
  return principal.kind !== 'federated' && transitive.size === 0 && sourceIdentity === undefined;
}

/** A session with its facts, not only its role: the same role reached with other tags is another. */
export function sessionKey({ principal, sourceIdentity, origin, tags, transitive }: Session): string {
  return `${principal.arn} ${origin} ${sourceIdentity} ${JSON.stringify([[...tags].sort(), [...transitive].sort()])}`;
}

/** Whether some way needs no evidence that nobody collected. */
function isProvable(ways: Ways<AccessFact>): boolean {
  return ways.some((way) => way.every(({ fact }) => fact.kind === 'condition'));
}
