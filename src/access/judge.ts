import { or, unsettled, type Ways } from '../base/index.ts';
import type { Inventory } from '../inventory/index.ts';
import type { Identity } from '../rules/arn/index.ts';
import { type Settled, settle } from './answer.ts';
import { readRole } from './assume.ts';
import { missingAllow } from './cluster.ts';
import { searchPaths } from './search.ts';
import { withSessionNeeds } from './session-needs.ts';
import { openWays } from './settle.ts';
import { refuse, type Start, startOf } from './start.ts';
import type { AccessFact, Query, Refusal } from './types.ts';
import { type JudgedPath, walk } from './walk.ts';
import { type World, worldOf } from './world.ts';

/** A question judged, before anything is written out. */
export interface Judged {
  readonly path: JudgedPath;
  readonly ways: Ways<AccessFact>;
  readonly tried?: number;
  /** No collected path leads there; the formula is what nobody collected. */
  readonly elsewhere?: boolean;
}

/**
 * Judges a question about an AWS caller: the path that is named, or the best of all.
 *
 * This is the whole decision, without hops written out or a remedy sought; settle its `ways` with `settle`.
 */
export function judge(world: World, start: Start, query: Query): Judged | Refusal {
  const plain = judgePlain(world, start, query);
  if ('code' in plain || openWays(plain.ways, world.now).length > 0) return plain;
  // A session may carry tags over its role's own: what only such a session may do is an allow under that condition.
  if (query.path.kind !== 'any' && !hasTags(start, plain.path)) return plain;
  const tagged = judgePlain({ ...world, openTags: true }, start, query);
  return 'code' in tagged || openWays(tagged.ways, world.now).length === 0 ? plain : tagged;
}

/** Whether any session of the path has tags that others could stand over. */
function hasTags(start: Start, { steps }: JudgedPath): boolean {
  return start.session.tags.size > 0 || steps.some((step) => step.kind === 'assume' && step.session.tags.size > 0);
}

function judgePlain(world: World, start: Start, query: Query): Judged | Refusal {
  if (query.path.kind === 'any') return judgeAny(world, start, query);
  const roles: Identity[] = [];
  for (const arn of query.path.kind === 'via' ? query.path.roles : []) {
    const role = readRole(arn);
    if ('error' in role) return refuse('bad-role', role.error);
    roles.push(role);
  }
  const path = walk(world, start, roles, query.cluster, query.request);
  return { path, ways: withSessionNeeds(world, path, start.found, query.now) };
}

/** The best of all paths: the first that settles as an allow, else the most promising, else the nearest miss. */
function judgeAny(world: World, start: Start, query: Query): Judged | Refusal {
  const found = searchPaths(world, start, query.cluster, query.request);
  let best: (Judged & { readonly rank: number }) | undefined;
  for (const path of found.open) {
    const ways = withSessionNeeds(world, path, start.found, query.now);
    const settled = settle(ways, query.now);
    const rank = rankOf(settled);
    if (best === undefined || rank < best.rank) best = { path, ways, rank, tried: found.tried };
  }
  const path = best?.path ?? found.nearest;
  if (path === undefined) return refuse('no-path', 'nothing could be tried from this caller');
  if (best !== undefined && best.rank < 2) return best;
  // What nobody collected might hold the missing hop; then the refusal is not firm.
  const open = best !== undefined && best.rank < 3 ? best : undefined;
  const gaps = open === undefined && found.leftOut !== undefined ? [...found.gaps, found.leftOut] : found.gaps;
  // A path that hangs on evidence says which; beside it another one through nobody's evidence would only be easier to name.
  const ways = open?.ways ?? gaps.reduce((all, gap) => or(all, unsettled(missingAllow(gap))), best?.ways ?? path.ways);
  return { path, ways, tried: found.tried, elsewhere: open === undefined && gaps.length > 0 };
}

function rankOf({ decision, firm }: Settled): number {
  if (decision === 'allow') return firm ? 0 : 1;
  return decision === 'unknown' ? 2 : 3;
}

/**
 * Decides a question about an AWS caller and says nothing more: for those who ask many.
 *
 * @returns what `canI` would decide, without hops and remedy
 */
export function decideAccess(inventory: Inventory, query: Query): Settled | Refusal {
  if (query.caller.kind !== 'aws') return refuse('bad-caller', `${query.caller.user} is no AWS caller`);
  const start = startOf(inventory, query.caller.arn);
  if ('code' in start) return start;
  const world = worldOf(inventory, query);
  const judged = judge(world, start, query);
  return 'code' in judged ? judged : settle(judged.ways, query.now);
}
