import { TRUE } from '../../base/index.ts';
import { startOf } from '../start.ts';
import type { Targets } from '../targets.ts';
import type { AssumptionName } from '../types.ts';
import { prepareGiven, type World } from '../world.ts';
import { leadingOnFrom, leadingToAny, makeNodes, type Node, type Nodes } from './ahead.ts';
import { type Begun, begin } from './begin.ts';
import type { Graphed } from './clusters.ts';
import { type Chains, follow, type Reach, type Reached } from './follow.ts';
import { makeJudge } from './judged.ts';
import { makeOnward } from './onward.ts';
import type { Shared } from './shared.ts';

/** One of the two inventories, with what was found out of it. */
export interface Side extends Graphed {
  /** Every session that a principal can come to, its own first; computed once. */
  readonly reach: (principal: string) => Reach;
  /** What lies ahead of a principal. */
  readonly outlook: (principal: string) => Outlook;
}

/** The sessions that a principal may come to, before it is asked under what. */
export interface Outlook {
  /** The principal's own session; undefined where there is nobody. */
  readonly root: Node | undefined;
  /** The node of a session that the principal comes to on this side. */
  readonly at: (reached: Reached) => Node | undefined;
  /**
   * Of the sessions that the principal can come to, those on chains that lead to a session of some kind, its own first.
   *
   * @param within the roles from which a chain may lead to one of that kind; others are not looked at
   */
  readonly toward: (isGoal: (node: Node) => boolean, within: (role: string) => boolean) => Reach;
}

/**
 * Prepares one inventory to be asked who comes where.
 *
 * @param options.targets the roles that matter: some chain of trust leads from them to a cluster that is looked at;
 *   asked once, when the first chain is followed
 * @param options.isNew whether a role stands on one of the two sides alone
 * @param options.shared what is found out once for both sides
 */
export function makeSide(
  { inventory, graph }: Graphed,
  options: {
    readonly now: Date;
    readonly assume: readonly AssumptionName[];
    readonly targets: () => Targets;
    readonly isNew?: (role: string) => boolean;
    readonly shared?: Partial<Shared>;
  },
): Side {
  const { now, assume, targets, isNew = () => false, shared } = options;
  const base: World = { inventory, now, assume, given: prepareGiven([]) };
  const known = new Map<string, Reach>();
  let made: Ways | undefined;
  const ways = (): Ways => {
    if (made === undefined) {
      const onward = makeOnward(graph, targets(), shared?.onward, shared?.tellSession);
      const judge = makeJudge(shared?.step, shared?.tellStep);
      made = { graph, onward, judge, satisfiable: shared?.satisfiable ?? new Map(), nodes: makeNodes(base, onward) };
    }
    return made;
  };
  const begun = (principal: string): Begun | Reach =>
    (isNew(principal) ? itself(base, principal) : undefined) ?? begin(base, graph, principal) ?? NOWHERE;
  return {
    inventory,
    graph,
    reach: (principal) => {
      let reach = known.get(principal);
      if (reach === undefined) {
        const from = begun(principal);
        reach = 'sessions' in from ? from : follow(from, ways());
        known.set(principal, reach);
      }
      return reach;
    },
    outlook: (principal) => {
      const from = begun(principal);
      return 'sessions' in from ? { root: undefined, at: () => undefined, toward: () => from } : lookAhead(from, ways());
    },
  };
}

/** How chains go on, found out once for all principals of a side. */
interface Ways extends Chains {
  readonly nodes: Nodes;
}

function lookAhead(begun: Begun, ways: Ways): Outlook {
  const { nodes } = ways;
  const root = nodes.startingWith(begun.first, begun.start);
  return {
    root,
    at: ({ session, roles }) => (roles.length === 0 ? root : nodes.of(session)),
    toward: (isGoal, within) => {
      const leading = new Set([...leadingToAny(leadingOnFrom([root], within), isGoal)].map(({ arn }) => arn));
      return follow(begun, ways, (role) => leading.has(role));
    },
  };
}

/** A role that stands on one side alone goes nowhere on the other, where nothing is known of it because there is none. */
function itself({ inventory }: World, principal: string): Reach | undefined {
  const start = startOf(inventory, principal);
  if ('code' in start) return NOWHERE;
  if (start.found.principal !== undefined) return undefined;
  return { ...NOWHERE, sessions: [{ session: start.session, roles: [], ways: TRUE }] };
}

const NOWHERE: Reach = { sessions: [], gaps: [], elsewhere: [] };
