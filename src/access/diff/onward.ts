import type { Gap } from '../../base/index.ts';
import type { Identity } from '../../rules/arn/index.ts';
import { mayAssume } from '../assume.ts';
import { candidates, type State } from '../search.ts';
import type { Targets } from '../targets.ts';
import type { TrustGraph } from '../trust-graph.ts';
import { uncollected } from '../uncollected.ts';
import type { World } from '../world.ts';
import { mayReach } from './closure.ts';

/** Where a session may go on to. */
export interface Onward {
  /** Roles that its own policies and their trust policies do not rule out. */
  readonly roles: readonly Identity[];
  /** Accounts that nobody collected and that it may be let into. */
  readonly elsewhere: readonly Gap[];
}

/**
 * Says where a session may go on to, once for each session of a role however many principals come to it: what a role was
 * assumed by does not matter to what it may assume, as long as nothing came along with the session.
 */
export function makeOnward(graph: TrustGraph, targets: Targets): (world: World, state: State) => Onward {
  const known = new Map<string, Onward & { readonly ownTags: boolean }>();
  return (world, state) => {
    const key = sameOnward(world, state);
    if (key === undefined) return goOn(world, graph, targets, state);
    let found = known.get(key);
    if (found === undefined) {
      const noticed = { ownTags: false };
      const onward = goOn({ ...world, noticed }, graph, targets, state);
      found = { ...onward, ownTags: noticed.ownTags };
      known.set(key, found);
    }
    if (found.ownTags && world.noticed !== undefined) world.noticed.ownTags = true;
    return found;
  };
}

/** The same text for sessions that may go on alike; undefined for one that stands for itself. */
export function sameOnward(world: World, { session, roles }: State): string | undefined {
  const alike = roles.length > 0 && session.transitive.size === 0 && session.sourceIdentity === undefined;
  if (!alike) return undefined;
  const { arn, uniqueId } = session.principal;
  return `${session.origin} ${arn} ${uniqueId} ${world.openTags === true}`;
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
