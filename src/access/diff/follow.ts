import { type Gap, TRUE, type Ways } from '../../base/index.ts';
import type { Identity } from '../../rules/arn/index.ts';
import type { Session } from '../../rules/sts/index.ts';
import { conjunctionOf } from '../possible.ts';
import { LONGEST_CHAIN, type State, TOO_LONG, TOO_MANY } from '../search.ts';
import { makeSeen } from '../seen.ts';
import { withSessionNeeds } from '../session-needs.ts';
import { isOpen } from '../settle.ts';
import type { TrustGraph } from '../trust-graph.ts';
import type { AccessFact } from '../types.ts';
import type { World } from '../world.ts';
import { type Begun, openly } from './begin.ts';
import type { Judge } from './judged.ts';
import type { Onward } from './onward.ts';

/** Where a principal comes to. */
export interface Reach {
  readonly sessions: readonly Reached[];
  /** Chains that were not followed. */
  readonly gaps: readonly Gap[];
  /** Accounts that nobody collected and that some of the sessions may be let into, to go on from there. */
  readonly elsewhere: readonly Gap[];
}

/** A session with the roles on the way to it and what each of them asks for. */
export interface Reached {
  readonly session: Session;
  readonly roles: readonly Identity[];
  readonly ways: Ways<AccessFact>;
}

/** The ARN of the role or user whose session it is. */
export function ownerOf({ principal }: Session): string {
  return principal.roleArn ?? principal.arn;
}

/** How chains go on, found out once for all principals of a side. */
export interface Chains {
  readonly graph: TrustGraph;
  readonly onward: (world: World, state: State) => Onward;
  readonly judge: Judge;
  /** For `isOpen`. */
  readonly satisfiable: Map<string, boolean>;
}

/**
 * Follows every chain from where it begins, breadth first. A session may carry tags over its role's own: what only such a session
 * can do is held under that condition.
 *
 * @param leadsOn the roles to go on to; others are left out
 */
export function follow(begun: Begun, chains: Chains, leadsOn: (roleArn: string) => boolean = () => true): Reach {
  const noticed = { ownTags: false };
  const { first, later } = begun;
  const found = search({ ...begun, first: { ...first, noticed }, later: { ...later, noticed } }, chains, leadsOn);
  if (!noticed.ownTags) return found;
  const tagged = search(openly(begun), chains, leadsOn);
  return {
    sessions: [...found.sessions, ...tagged.sessions],
    gaps: [...found.gaps, ...tagged.gaps],
    elsewhere: [...found.elsewhere, ...tagged.elsewhere],
  };
}

function search(
  { first, later, start }: Begun,
  { graph, onward, judge, satisfiable }: Chains,
  leadsOn: (roleArn: string) => boolean,
): Reach {
  const world = later;
  const seen = makeSeen(world, start.found, graph.trustOf);
  const sessions: Reached[] = [];
  const gaps = new Map<string, Gap>();
  const elsewhere = new Map<string, Gap>();
  let states: State[] = [{ ...start, roles: [], steps: [], ways: TRUE }];
  while (states.length > 0) {
    const next: State[] = [];
    for (const state of states) {
      const ways = withSessionNeeds(first, state, start.found, world.now);
      if (ways === TRUE || isOpen(ways, world.now, satisfiable))
        sessions.push({ session: state.session, roles: state.roles, ways });
      const here = state.roles.length === 0 ? first : later;
      const on = onward(here, state);
      for (const gap of on.elsewhere) elsewhere.set(gap.id, gap);
      for (const role of on.roles) {
        if (!leadsOn(role.arn) || seen.isIdle(state.session, role.arn)) continue;
        const number = state.roles.length + 1;
        const step = judge(here, state, role, number);
        const path = {
          start: start.session,
          roles: [...state.roles, role],
          steps: [...state.steps, step],
          ways: conjunctionOf(state.ways, step.ways),
          session: step.session,
        };
        if (path.ways.length === 0 || seen.skip(path, step, state.found)) continue;
        if (path.roles.length > LONGEST_CHAIN) gaps.set(TOO_LONG.id, TOO_LONG);
        else next.push({ session: step.session, found: step.found, roles: path.roles, steps: path.steps, ways: path.ways });
      }
    }
    states = next;
  }
  if (seen.isIncomplete()) gaps.set(TOO_MANY.id, TOO_MANY);
  return { sessions, gaps: [...gaps.values()], elsewhere: [...elsewhere.values()] };
}
