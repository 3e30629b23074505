import type { Gap } from '../../base/index.ts';
import type { Identity } from '../../rules/arn/index.ts';
import type { Session } from '../../rules/sts/index.ts';
import { mayAssume } from '../assume.ts';
import { candidates, type State } from '../search.ts';
import type { Targets } from '../targets.ts';
import type { TrustGraph } from '../trust-graph.ts';
import { uncollected } from '../uncollected.ts';
import type { World } from '../world.ts';
import { type Once, onceForAlike } from './alike.ts';
import { mayReach } from './policy-reach.ts';

/** Where a session may go on to. */
export interface Onward {
  /** Roles that its own policies and their trust policies do not rule out. */
  readonly roles: readonly Identity[];
  /** Accounts that nobody collected and that it may be let into. */
  readonly elsewhere: readonly Gap[];
}

/**
 * Says where a session may go on to, once for each session of a role however many principals come to it.
 *
 * @param once may be another side's too, where `tell` sets apart what is not the same there
 */
export function makeOnward(
  graph: TrustGraph,
  targets: Targets,
  once: Once<Onward> = onceForAlike(),
  tell: (session: Session) => string = () => '',
): (world: World, state: State) => Onward {
  const near = leadingOn(graph, targets);
  return (world, state) => once(world, state, tell(state.session), (noting) => goOn(noting, near, targets, state));
}

function goOn(world: World, graph: TrustGraph, targets: Targets, state: State): Onward {
  const { principal } = state.found;
  // In another account than its own nothing but its own policies lets it assume a role (facts/iam.md §2.2).
  const reaches = principal === undefined ? (): boolean => true : mayReach(principal);
  const home = `:${state.session.principal.account}:`;
  const leadsOn = (arn: string): boolean => arn.includes(home) || reaches(arn);
  const roles = candidates(graph, leadsOn, { isIdle: () => false }, state).filter((role) => {
    const trust = graph.trustOf(role.arn);
    return trust === undefined || mayAssume(world, state.session, state.found, role, trust, state.roles.length + 1);
  });
  return { roles, elsewhere: uncollected(world.inventory, graph, targets, state) };
}

/** The trust graph without the roles from which no chain leads to where anybody wants; told once for each name, as most are shared. */
function leadingOn(graph: TrustGraph, targets: Targets): TrustGraph {
  const known = new Map<string, readonly string[]>();
  const called = (name: string): readonly string[] => {
    let roles = known.get(name);
    if (roles === undefined) {
      roles = [...graph.trusting([name])].filter((arn) => targets.distance(arn) !== undefined);
      known.set(name, roles);
    }
    return roles;
  };
  return { ...graph, trusting: (names) => new Set(names.flatMap(called)) };
}
