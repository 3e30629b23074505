import { type Gap, TRUE, type Ways } from '../../base/index.ts';
import { type Identity, parseArn } from '../../rules/arn/index.ts';
import { type Session, startSession } from '../../rules/sts/index.ts';
import { type AssumeStep, judgeAssume, mayAssume } from '../assume.ts';
import { conjunctionOf } from '../possible.ts';
import { accountGap } from '../principals.ts';
import { candidates, LONGEST_CHAIN, type State, TOO_LONG, TOO_MANY } from '../search.ts';
import { makeSeen } from '../seen.ts';
import { withSessionNeeds } from '../session-needs.ts';
import { openWays } from '../settle.ts';
import { type Start, startOf } from '../start.ts';
import type { Targets } from '../targets.ts';
import { gapOf, type TrustGraph } from '../trust-graph.ts';
import type { AccessFact, AssumptionName } from '../types.ts';
import { uncollected } from '../uncollected.ts';
import { prepareGiven, type World } from '../world.ts';
import { mayAssumeSomething } from './closure.ts';
import type { Graphed } from './clusters.ts';

/** One of the two inventories, with what was found out of it. */
export interface Side extends Graphed {
  /** Every session that a principal can come to, its own first; computed once. */
  readonly reach: (principal: string) => Reach;
}

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

/** Stands for anybody at all: what a trust policy with `"AWS": "*"` names. */
export const ANYBODY = '*';

/**
 * Prepares one inventory to be asked who comes where.
 *
 * @param options.targets the roles that matter: some chain of trust leads from them to a cluster that is looked at
 * @param options.isNew whether a role stands on one of the two sides alone
 */
export function makeSide(
  { inventory, graph }: Graphed,
  options: {
    readonly now: Date;
    readonly assume: readonly AssumptionName[];
    readonly targets: () => Targets;
    readonly isNew?: (role: string) => boolean;
  },
): Side {
  const { now, assume, targets, isNew = () => false } = options;
  const base: World = { inventory, now, assume, given: prepareGiven([]) };
  const known = new Map<string, Reach>();
  return {
    inventory,
    graph,
    reach: (principal) => {
      let reach = known.get(principal);
      if (reach === undefined) {
        reach = isNew(principal) ? itself(base, graph, targets(), principal) : follow(base, graph, targets(), principal);
        known.set(principal, reach);
      }
      return reach;
    },
  };
}

/** A role that stands on one side alone goes nowhere on the other, where nothing is known of it because there is none. */
function itself(base: World, graph: TrustGraph, targets: Targets, principal: string): Reach {
  const start = startOf(base.inventory, principal);
  if ('code' in start) return NOWHERE;
  if (start.found.principal !== undefined) return follow(base, graph, targets, principal);
  return { ...NOWHERE, sessions: [{ session: start.session, roles: [], ways: TRUE }] };
}

function follow(base: World, graph: TrustGraph, targets: Targets, principal: string): Reach {
  const begun = begin(base, graph, principal);
  if (begun === undefined) return NOWHERE;
  const { world, start } = begun;
  const noticed = { ownTags: false };
  const found = search({ ...world, noticed }, graph, targets, start);
  if (!noticed.ownTags) return found;
  // A session may carry tags over its role's own; what only such a session can do is held under that condition.
  const tagged = search({ ...world, openTags: true }, graph, targets, start);
  return {
    sessions: [...found.sessions, ...tagged.sessions],
    gaps: [...found.gaps, ...tagged.gaps],
    elsewhere: [...found.elsewhere, ...tagged.elsewhere],
  };
}

const NOWHERE: Reach = { sessions: [], gaps: [], elsewhere: [] };

/** The account of anybody; no policy names it. */
const NOBODYS = '000000000000';

interface Begun {
  readonly world: World;
  readonly start: Start;
}

function begin(base: World, graph: TrustGraph, principal: string): Begun | undefined {
  if (principal === ANYBODY) {
    const partition = base.inventory.clusters[0]?.partition ?? '';
    // Whoever it is sees to it that the own account allows.
    const world: World = { ...base, whoever: 'anybody', assume: [...base.assume, 'caller-allowed', 'no-scp'] };
    return { world, start: whoever(partition, NOBODYS, accountGap(NOBODYS)) };
  }
  const arn = parseArn(principal);
  if (arn?.resource === 'root' && arn.service === 'iam') {
    const gap = gapOf(graph, base.inventory, arn.account);
    if (gap !== undefined) return { world: { ...base, whoever: 'of-account' }, start: whoever(arn.partition, arn.account, gap) };
  }
  const start = startOf(base.inventory, principal);
  return 'code' in start ? undefined : { world: base, start };
}

/** A principal of whom only the account is known. Long-term keys and sessions alike: what tells them apart is left open. */
function whoever(partition: string, account: string, gap: Gap): Start {
  const arn = `arn:${partition}:iam::${account}:user/*`;
  const identity: Identity = { kind: 'user', arn, partition, account, path: '/', name: '*' };
  const found = { identity, record: undefined, principal: undefined, gap };
  return { found, session: startSession(identity) };
}

function search(world: World, graph: TrustGraph, targets: Targets, start: Start): Reach {
  const seen = makeSeen(world, start.found, graph.trustOf);
  const sessions: Reached[] = [];
  const gaps = new Map<string, Gap>();
  const elsewhere = new Map<string, Gap>();
  let states: State[] = [{ ...start, roles: [], steps: [], ways: TRUE }];
  while (states.length > 0) {
    const next: State[] = [];
    for (const state of states) {
      const ways = withSessionNeeds(world, state, start.found, world.now);
      if (ways === TRUE || openWays(ways, world.now).length > 0)
        sessions.push({ session: state.session, roles: state.roles, ways });
      for (const gap of uncollected(world.inventory, graph, targets, state)) elsewhere.set(gap.id, gap);
      const { principal } = state.found;
      const stays = principal !== undefined && !mayAssumeSomething(principal);
      const home = `:${state.session.principal.account}:`;
      const leadsOn = (arn: string): boolean => targets.distance(arn) !== undefined && !(stays && !arn.includes(home));
      for (const role of candidates(graph, leadsOn, seen, state)) {
        const number = state.roles.length + 1;
        const trust = graph.trustOf(role.arn);
        if (trust !== undefined && !mayAssume(world, state.session, state.found, role, trust, number)) continue;
        const step: AssumeStep = judgeAssume(world, state.session, state.found, role, number);
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
