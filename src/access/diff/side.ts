import { type Gap, TRUE, type Ways } from '../../base/index.ts';
import { type Identity, parseArn } from '../../rules/arn/index.ts';
import { type Session, startSession } from '../../rules/sts/index.ts';
import { conjunctionOf } from '../possible.ts';
import { accountGap } from '../principals.ts';
import { LONGEST_CHAIN, type State, TOO_LONG, TOO_MANY } from '../search.ts';
import { makeSeen } from '../seen.ts';
import { withSessionNeeds } from '../session-needs.ts';
import { isOpen } from '../settle.ts';
import { type Start, startOf } from '../start.ts';
import type { Targets } from '../targets.ts';
import { gapOf, type TrustGraph } from '../trust-graph.ts';
import type { AccessFact, AssumptionName } from '../types.ts';
import { prepareGiven, type World } from '../world.ts';
import type { Graphed } from './clusters.ts';
import { type Judge, makeJudge } from './judged.ts';
import { makeOnward } from './onward.ts';

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
 * @param options.targets the roles that matter: some chain of trust leads from them to a cluster that is looked at;
 *   asked once, when the first chain is followed
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
  let ways: Chains | undefined;
  return {
    inventory,
    graph,
    reach: (principal) => {
      let reach = known.get(principal);
      if (reach === undefined) {
        ways ??= { onward: makeOnward(graph, targets()), judge: makeJudge(), satisfiable: new Map() };
        reach = (isNew(principal) ? itself : follow)(base, graph, ways, principal);
        known.set(principal, reach);
      }
      return reach;
    },
  };
}

/** How chains go on, found out once for all principals of a side. */
interface Chains {
  readonly onward: ReturnType<typeof makeOnward>;
  readonly judge: Judge;
  /** For `isOpen`. */
  readonly satisfiable: Map<string, boolean>;
}

/** A role that stands on one side alone goes nowhere on the other, where nothing is known of it because there is none. */
function itself(base: World, graph: TrustGraph, chains: Chains, principal: string): Reach {
  const start = startOf(base.inventory, principal);
  if ('code' in start) return NOWHERE;
  if (start.found.principal !== undefined) return follow(base, graph, chains, principal);
  return { ...NOWHERE, sessions: [{ session: start.session, roles: [], ways: TRUE }] };
}

function follow(base: World, graph: TrustGraph, chains: Chains, principal: string): Reach {
  const begun = begin(base, graph, principal);
  if (begun === undefined) return NOWHERE;
  const noticed = { ownTags: false };
  const { first, later } = begun;
  const found = search({ ...begun, first: { ...first, noticed }, later: { ...later, noticed } }, graph, chains);
  if (!noticed.ownTags) return found;
  // A session may carry tags over its role's own; what only such a session can do is held under that condition.
  const open = { openTags: true };
  const tagged = search({ ...begun, first: { ...first, ...open }, later: { ...later, ...open } }, graph, chains);
  return {
    sessions: [...found.sessions, ...tagged.sessions],
    gaps: [...found.gaps, ...tagged.gaps],
    elsewhere: [...found.elsewhere, ...tagged.elsewhere],
  };
}

const NOWHERE: Reach = { sessions: [], gaps: [], elsewhere: [] };

/** The account of anybody; no policy names it. */
const NOBODYS = '000000000000';

/** What is taken for granted of a caller who is not known goes for the first hop alone. */
interface Begun {
  readonly first: World;
  readonly later: World;
  readonly start: Start;
}

function begin(base: World, graph: TrustGraph, principal: string): Begun | undefined {
  if (principal === ANYBODY) {
    const partition = base.inventory.clusters[0]?.partition ?? '';
    // Whoever it is sees to it that the own account allows.
    const world: World = { ...base, whoever: 'anybody', assume: [...base.assume, 'caller-allowed', 'no-scp'] };
    return { first: world, later: base, start: whoever(partition, NOBODYS, accountGap(NOBODYS)) };
  }
  const arn = parseArn(principal);
  if (arn?.resource === 'root' && arn.service === 'iam') {
    const gap = gapOf(graph, base.inventory, arn.account);
    if (gap !== undefined)
      return { first: { ...base, whoever: 'of-account' }, later: base, start: whoever(arn.partition, arn.account, gap) };
  }
  const start = startOf(base.inventory, principal);
  return 'code' in start ? undefined : { first: base, later: base, start };
}

/** A principal of whom only the account is known. Long-term keys and sessions alike: what tells them apart is left open. */
function whoever(partition: string, account: string, gap: Gap): Start {
  const arn = `arn:${partition}:iam::${account}:user/*`;
  const identity: Identity = { kind: 'user', arn, partition, account, path: '/', name: '*' };
  const found = { identity, record: undefined, principal: undefined, gap };
  return { found, session: startSession(identity) };
}

function search({ first, later, start }: Begun, graph: TrustGraph, { onward, judge, satisfiable }: Chains): Reach {
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
        if (seen.isIdle(state.session, role.arn)) continue;
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
