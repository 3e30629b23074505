import type { Gap } from '../../base/index.ts';
import type { Identity } from '../../rules/arn/index.ts';
import { mayAssume } from '../assume.ts';
import { candidates, type State } from '../search.ts';
import type { Targets } from '../targets.ts';
import type { TrustGraph } from '../trust-graph.ts';
import { uncollected } from '../uncollected.ts';
import type { World } from '../world.ts';
import { onceForAlike } from './alike.ts';
import { mayReach } from './closure.ts';

/** Where a session may go on to. */
export interface Onward {
  /** Roles that its own policies and their trust policies do not rule out. */
  readonly roles: readonly Identity[];
  /** Accounts that nobody collected and that it may be let into. */
  readonly elsewhere: readonly Gap[];
}

/** Says where a session may go on to, once for each session of a role however many principals come to it. */
export function makeOnward(graph: TrustGraph, targets: Targets): (world: World, state: State) => Onward {
  const once = onceForAlike<Onward>();
  return (world, state) => once(world, state, '', (noting) => goOn(noting, graph, targets, state));
}

function goOn(world: World, graph: TrustGraph, targets: Targets, state: State): Onward {
  const { principal } = state.found;
  // In another account than its own nothing but its own policies lets it assume a role (facts/iam.md §2.2).
  const reaches = principal === undefined ? (): boolean => true : mayReach(principal);
  const home = `:${state.session.principal.account}:`;
  const leadsOn = (arn: string): boolean => targets.distance(arn) !== undefined && (arn.includes(home) || reaches(arn));
  const roles = candidates(graph, leadsOn, { isIdle: () => false }, state).filter((role) => {
    const trust = graph.trustOf(role.arn);
    return trust === undefined || mayAssume(world, state.session, state.found, role, trust, state.roles.length + 1);
  });
  return { roles, elsewhere: uncollected(world.inventory, graph, targets, state) };
}
