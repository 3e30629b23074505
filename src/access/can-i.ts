import type { Gap, Ways } from '../base/index.ts';
import { or, unsettled } from '../base/index.ts';
import type { Inventory } from '../inventory/index.ts';
import type { Identity } from '../rules/arn/index.ts';
import { describeAssumptions, headline, type Settled, settle } from './answer.ts';
import { readRole } from './assume.ts';
import { besidePath } from './beside.ts';
import { authorizeInCluster, missingAllow } from './cluster.ts';
import { kubernetesAnswer } from './kubernetes.ts';
import { findRemedy, restate } from './remedy/index.ts';
import { reportHops } from './report.ts';
import { searchPaths } from './search.ts';
import { withSessionNeeds } from './session-needs.ts';
import { refuse, type Start, startOf } from './start.ts';
import type { AccessFact, Answer, Query, Reason, Refusal, Remedy } from './types.ts';
import { type JudgedPath, walk } from './walk.ts';
import { prepareGiven, type World } from './world.ts';

/**
 * Answers whether a caller may make a request at a cluster, through which hops, because of what, and what would
 * change a refusal.
 *
 * Nothing that was not collected is ever taken for allowed: what is missing makes the answer `unknown` and is named
 * with the command that produces it.
 *
 * @returns an `Answer`, or a `Refusal` when the question itself is wrong (an ARN that names no caller, a role that is none)
 */
export function canI(inventory: Inventory, query: Query, options: { readonly remedy?: boolean } = {}): Answer | Refusal {
  if (query.caller.kind === 'kubernetes') {
    const { user, groups } = query.caller;
    const asked = { username: user, groups, policies: { state: 'collected', value: [] }, gaps: [] } as const;
    return kubernetesAnswer(
      query.cluster.arn,
      query.request,
      asked,
      authorizeInCluster(query.cluster, asked, query.request),
      query.now,
    );
  }
  const world: World = { inventory, assume: query.assume, given: prepareGiven(query.given) };
  const start = startOf(inventory, query.caller.arn);
  if ('code' in start) return start;
  const judged = judge(world, start, query);
  if ('code' in judged) return judged;
  const settled = settle(judged.ways, query.now);
  const answer = assemble(world, query, judged, settled);
  if (settled.decision !== 'deny' || options.remedy === false) return answer;
  const remedy = restated(inventory, query) ?? findRemedy(inventory, query, judged.path);
  return remedy === undefined ? answer : { ...answer, remedy };
}

function restated(inventory: Inventory, query: Query): Remedy | undefined {
  if (query.given.length === 0) return undefined;
  const unstated = canI(inventory, { ...query, given: [] }, { remedy: false });
  return 'code' in unstated ? undefined : restate(unstated);
}

interface Judged {
  readonly path: JudgedPath;
  readonly ways: Ways<AccessFact>;
  readonly tried?: number;
  /** No collected path leads there; the formula is what nobody collected. */
  readonly elsewhere?: boolean;
}

function judge(world: World, start: Start, query: Query): Judged | Refusal {
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
    const rank =
      settled.firm && settled.decision === 'allow'
        ? 0
        : settled.decision === 'allow'
          ? 1
          : settled.decision === 'unknown'
            ? 2
            : 3;
    if (best === undefined || rank < best.rank) best = { path, ways, rank, tried: found.tried };
  }
  const path = best?.path ?? found.nearest;
  if (path === undefined) return refuse('no-path', 'nothing could be tried from this caller');
  if (best !== undefined && best.rank < 2) return best;
  // What nobody collected might hold the missing hop; then the refusal is not firm.
  const ways = found.gaps.reduce(
    (all, gap) => or(all, possible(gap)),
    best === undefined || best.rank === 3 ? path.ways : best.ways,
  );
  return { path, ways, tried: found.tried };
}

function possible(gap: Gap): Ways<AccessFact> {
  return unsettled(missingAllow(gap));
}

function assemble(world: World, query: Query, judged: Judged, settled: Settled): Answer {
  const { path } = judged;
  const hops = reportHops(path);
  const closed = hops.find(({ verdict }) => verdict === 'deny');
  const why = closed?.reasons.find(({ role }) => role === 'decides')?.text;
  const refusal = closed === undefined ? CONTRADICTION : `hop ${closed.number} (${closed.kind}): ${why}`;
  return {
    ...settled,
    headline: judged.elsewhere ? elsewhereHeadline(settled) : headline(settled, refusal),
    caller: path.start.principal.arn,
    cluster: query.cluster.arn,
    request: query.request,
    hops,
    assumptions: [...describeAssumptions(query.assume), ...silentAssumptions(path)],
    beside: besidePath(world, path, query.cluster),
    notes: notesOf(path, query),
    ...(judged.tried === undefined ? {} : { pathsTried: judged.tried }),
  };
}

function elsewhereHeadline({ gaps }: Settled): string {
  const sides = gaps.map(({ side, what }) => side ?? what).join(', ');
  return `no collected path leads there; one might through what nobody collected (${sides})`;
}

const CONTRADICTION = 'the conditions of the hops contradict each other: no request can meet them all';

/** A session that somebody else made may carry a session policy, which no file shows. */
function silentAssumptions(path: JudgedPath): readonly string[] {
  return path.start.principal.kind === 'assumed-role'
    ? ['the session that the caller starts with was made without a session policy']
    : [];
}

/** Which of Kubernetes' own roles were filled in, when one of them decided. */
function notesOf(path: JudgedPath, query: Query): readonly Reason[] {
  const last = path.steps.at(-1);
  const by = last?.kind === 'authorize' ? last.authorization.rbac?.by : undefined;
  const notes: Reason[] = [];
  if (by?.role.isDefault) {
    notes.push({
      role: 'note',
      text: `the files of ${query.cluster.name} lack ${by.role.kind} ${by.role.name}; Kubernetes' default was taken`,
    });
  }
  if (by?.binding.isDefault) {
    notes.push({
      role: 'note',
      text: `the files of ${query.cluster.name} lack ${by.binding.kind} ${by.binding.name}; Kubernetes' default was taken`,
    });
  }
  return notes;
}
