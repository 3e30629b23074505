import { type Gap, TRUE, type Ways } from '../../base/index.ts';
import { type Identity, parseArn } from '../../rules/arn/index.ts';
import { type Session, startSession } from '../../rules/sts/index.ts';
import type { AssumeStep } from '../assume.ts';
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
import { leadingOnFrom, leadingToAny, makeNodes, type Node, type Nodes } from './ahead.ts';
import { type Once, onceForAlike } from './alike.ts';
import type { Apart } from './apart.ts';
import { type Graphed, sides } from './clusters.ts';
import { type Judge, makeJudge } from './judged.ts';
import { makeOnward, type Onward } from './onward.ts';

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

/** Stands for anybody at all: what a trust policy with `"AWS": "*"` names. */
export const ANYBODY = '*';

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
    readonly shared?: Shared;
  },
): Side {
  const { now, assume, targets, isNew = () => false, shared } = options;
  const base: World = { inventory, now, assume, given: prepareGiven([]) };
  const known = new Map<string, Reach>();
  let made: Chains | undefined;
  const chains = (): Chains => {
    if (made === undefined) {
      const onward = makeOnward(graph, targets(), shared?.onward, shared?.tellSession);
      const judge = makeJudge(shared?.step, shared?.tellStep);
      made = { onward, nodes: makeNodes(base, onward), judge, satisfiable: shared?.satisfiable ?? new Map() };
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
        reach = 'sessions' in from ? from : withOpenTags(from, (each) => search(each, graph, chains()));
        known.set(principal, reach);
      }
      return reach;
    },
    outlook: (principal) => {
      const from = begun(principal);
      return 'sessions' in from ? { root: undefined, at: () => undefined, toward: () => from } : lookAhead(from, graph, chains());
    },
  };
}

/** What one side finds out for both, and what tells the two apart where it is not the same on both. */
export interface Shared {
  readonly onward: Once<Onward>;
  readonly step: Once<AssumeStep>;
  readonly satisfiable: Map<string, boolean>;
  readonly tellSession: (session: Session) => string;
  readonly tellStep: (session: Session, roleArn: string) => string;
}

/** Lets two sides share what is the same on both. */
export function share(apart: Apart): readonly [Shared, Shared] {
  const once = { onward: onceForAlike<Onward>(), step: onceForAlike<AssumeStep>(), satisfiable: new Map<string, boolean>() };
  return sides((i) => ({
    ...once,
    tellSession: (session) => (apart.onward(session) ? `${i}` : ''),
    tellStep: (session, roleArn) => (apart.step(session, roleArn) ? `${i}` : ''),
  }));
}

function lookAhead(begun: Begun, graph: TrustGraph, chains: Chains): Outlook {
  const root = chains.nodes.startingWith(begun.first, begun.start);
  return {
    root,
    at: ({ session, roles }) => (roles.length === 0 ? root : chains.nodes.of(session)),
    toward: (isGoal, within) => {
      const leading = new Set([...leadingToAny(leadingOnFrom([root], within), isGoal)].map(({ arn }) => arn));
      return withOpenTags(begun, (each) => search(each, graph, chains, (role) => leading.has(role)));
    },
  };
}

/** How chains go on, found out once for all principals of a side. */
interface Chains {
  readonly onward: ReturnType<typeof makeOnward>;
  readonly nodes: Nodes;
  readonly judge: Judge;
  /** For `isOpen`. */
  readonly satisfiable: Map<string, boolean>;
}

/** A role that stands on one side alone goes nowhere on the other, where nothing is known of it because there is none. */
function itself({ inventory }: World, principal: string): Reach | undefined {
  const start = startOf(inventory, principal);
  if ('code' in start) return NOWHERE;
  if (start.found.principal !== undefined) return undefined;
  return { ...NOWHERE, sessions: [{ session: start.session, roles: [], ways: TRUE }] };
}

/** A session may carry tags over its role's own; what only such a session can do is held under that condition. */
function withOpenTags(begun: Begun, search: (begun: Begun) => Reach): Reach {
  const noticed = { ownTags: false };
  const { first, later } = begun;
  const found = search({ ...begun, first: { ...first, noticed }, later: { ...later, noticed } });
  if (!noticed.ownTags) return found;
  const tagged = search(openly(begun));
  return {
    sessions: [...found.sessions, ...tagged.sessions],
    gaps: [...found.gaps, ...tagged.gaps],
    elsewhere: [...found.elsewhere, ...tagged.elsewhere],
  };
}

function openly(begun: Begun): Begun {
  const open = { openTags: true };
  return { ...begun, first: { ...begun.first, ...open }, later: { ...begun.later, ...open } };
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

function search(
  { first, later, start }: Begun,
  graph: TrustGraph,
  { onward, judge, satisfiable }: Chains,
  leadsOn: (roleArn: string) => boolean = () => true,
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
