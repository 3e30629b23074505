import { type Gap, isTrue, TRUE, type Ways } from '../base/index.ts';
import type { Cluster } from '../inventory/index.ts';
import { type Identity, readIdentity } from '../rules/arn/index.ts';
import type { Attributes } from '../rules/rbac/index.ts';
import type { Session } from '../rules/sts/index.ts';
import { judgeAssume, mayAssume } from './assume.ts';
import { conjunctionOf } from './possible.ts';
import type { Found } from './principals.ts';
import { makeSeen, type Seen } from './seen.ts';
import { findTargets, type Targets } from './targets.ts';
import { type TrustGraph, trustGraph } from './trust-graph.ts';
import type { AccessFact } from './types.ts';
import { uncollected } from './uncollected.ts';
import { type JudgedPath, type Step, walkCluster } from './walk.ts';
import type { World } from './world.ts';

/** What a search of the assume graph came to. */
export interface SearchResult {
  /** Every path that is open, or might be; shortest first. */
  readonly open: readonly JudgedPath[];
  /** The path that failed the furthest along; undefined when nothing could be tried. */
  readonly nearest: JudgedPath | undefined;
  readonly tried: number;
  /** Accounts nobody collected that a path might lead through. */
  readonly gaps: readonly Gap[];
  /** Chains that were not followed and that could be open where none of the others is. */
  readonly leftOut?: Gap;
}

/** Longer chains are not followed; AWS has no limit but the hour each lasts. */
export const LONGEST_CHAIN = 6;

/** How far a search is: a session with its facts, and what it was reached under. */
export interface State {
  readonly session: Session;
  readonly found: Found;
  readonly roles: readonly Identity[];
  readonly steps: readonly Step[];
  readonly ways: Ways<AccessFact>;
}

/**
 * Searches every chain of roles from the caller to the cluster, breadth first.
 *
 * A state is a session with its facts and the conditions it was reached under. Most are dropped (`seen.ts`); where one
 * that was might have led further than those that were not, that is a gap.
 */
export function searchPaths(
  world: World,
  start: { readonly session: Session; readonly found: Found },
  cluster: Cluster,
  request: Attributes,
): SearchResult {
  const graph = trustGraph(world.inventory);
  const targets = findTargets(world.inventory, graph, [cluster]);
  const open: JudgedPath[] = [];
  let nearest: Miss | undefined;
  const miss = (candidate: Miss): void => {
    if (nearest === undefined || isNearer(candidate.rank, nearest.rank)) nearest = candidate;
  };
  const seen = makeSeen(world, start.found, graph.trustOf);
  const gaps = new Map<string, Gap>();
  let states: State[] = [{ ...start, roles: [], steps: [], ways: TRUE }];
  let tried = 0;
  // A chain that is closed by its conditions alone: under others it might have been open.
  let contradiction = false;
  while (states.length > 0) {
    const next: State[] = [];
    for (const state of states) {
      tried++;
      const rest = walkCluster(state.session, cluster, request, state.steps.length);
      const path = arrive(start.session, state, rest);
      if (path.ways.length === 0 && rest.ways.length > 0) contradiction = true;
      if (path.ways.length > 0) open.push(path);
      else miss({ rank: rankOf(targets, path.steps.at(-1)?.kind ?? 'assume', path.roles), path: () => path });
      if (isTrue(path.ways)) return { open: [path], nearest: undefined, tried, gaps: [] };
      for (const gap of uncollected(world.inventory, graph, targets, state)) gaps.set(gap.id, gap);
      for (const role of candidates(graph, (arn) => targets.distance(arn) !== undefined, seen, state)) {
        const roles = [...state.roles, role];
        const extend = (): JudgedPath => {
          const step = judgeAssume(world, state.session, state.found, role, roles.length);
          const ways = conjunctionOf(state.ways, step.ways);
          return { start: start.session, roles, steps: [...state.steps, step], ways, session: step.session };
        };
        const trust = graph.trustOf(role.arn);
        const hopeless = trust !== undefined && !mayAssume(world, state.session, state.found, role, trust, roles.length);
        const path = hopeless ? undefined : extend();
        const step = path?.steps.at(-1);
        if (path?.ways.length === 0 && step !== undefined && step.ways.length > 0) contradiction = true;
        if (path === undefined || path.ways.length === 0) {
          const rank = rankOf(targets, 'assume', roles);
          if (roles.length <= LONGEST_CHAIN) miss({ rank, path: path === undefined ? extend : () => path });
          continue;
        }
        if (step?.kind !== 'assume' || seen.skip(path, step, state.found)) continue;
        if (roles.length > LONGEST_CHAIN) gaps.set(TOO_LONG.id, TOO_LONG);
        else next.push({ session: path.session, found: step.found, roles, steps: path.steps, ways: path.ways });
      }
    }
    states = next;
  }
  const left = seen.isIncomplete() && (contradiction || open.length > 0);
  return { open, nearest: nearest?.path(), tried, gaps: [...gaps.values()], ...(left ? { leftOut: TOO_MANY } : {}) };
}

/** More ways were there than the search went. */
export const TOO_MANY: Gap = {
  kind: 'gap',
  id: 'too-many-paths',
  state: 'unjudged',
  what: 'chains of roles under more combinations of conditions than the search follows; judge one with --via',
};

/** Longer chains were there. */
export const TOO_LONG: Gap = {
  kind: 'gap',
  id: 'longest-chain',
  state: 'unjudged',
  what: `chains of more than ${LONGEST_CHAIN} roles, which the search does not follow; judge one with --via`,
};

function arrive(start: Session, state: State, rest: ReturnType<typeof walkCluster>): JudgedPath {
  return {
    start,
    roles: state.roles,
    steps: [...state.steps, ...rest.steps],
    ways: conjunctionOf(state.ways, rest.ways),
    session: state.session,
  };
}

/**
 * Roles whose trust policy names the session somehow and that lead on to the cluster. One that is in the chain already may
 * come again: the step back to it may pass a tag that the first one could not.
 */
export function candidates(
  graph: TrustGraph,
  leadsOn: (roleArn: string) => boolean,
  seen: Pick<Seen, 'isIdle'>,
  state: Pick<State, 'session'>,
): readonly Identity[] {
  const roles: Identity[] = [];
  for (const arn of graph.trusting(trustNames(state.session))) {
    if (!leadsOn(arn) || seen.isIdle(state.session, arn)) continue;
    const role = readIdentity(arn);
    if (!('error' in role)) roles.push(role);
  }
  return roles.sort((a, b) => (a.arn < b.arn ? -1 : 1));
}

/** Everything that a trust policy can call a session by. */
export function trustNames({ principal }: Session): readonly string[] {
  const names = ['*', principal.arn];
  if (principal.account !== '' && principal.kind !== 'federated') names.push(principal.account);
  if (principal.uniqueId !== undefined) names.push(principal.uniqueId);
  if (principal.roleArn !== undefined) names.push(principal.roleArn);
  if (principal.kind === 'assumed-role') {
    const name = principal.arn.split('/').at(principal.sessionName === undefined ? -1 : 1) ?? '';
    names.push(`arn:${principal.partition}:sts::${principal.account}:assumed-role/${name}`);
    names.push(`arn:${principal.partition}:iam::${principal.account}:role/${name}`);
  }
  return [...new Set(names)];
}

const STAGE: Readonly<Record<Step['kind'], number>> = { assume: 0, authenticate: 1, map: 2, authorize: 3 };

/** A path that failed, written out only when it turns out to be the nearest. */
interface Miss {
  readonly rank: Rank;
  readonly path: () => JudgedPath;
}

type Rank = readonly [stage: number, hopsToGo: number, hops: number, roles: string];

/** Nearest miss: the furthest hop, then the fewest hops still to go and made, then the ARN. */
function rankOf(targets: Targets, closed: Step['kind'], roles: readonly Identity[]): Rank {
  const last = roles.at(-1)?.arn ?? '';
  return [-STAGE[closed], targets.distance(last) ?? 0, roles.length, roles.map(({ arn }) => arn).join()];
}

function isNearer(a: Rank, b: Rank): boolean {
  if (a[0] !== b[0]) return a[0] < b[0];
  if (a[1] !== b[1]) return a[1] < b[1];
  return a[2] !== b[2] ? a[2] < b[2] : a[3] < b[3];
}
