import type { Inventory } from '../inventory/index.ts';
import { describeAssumptions, headline, type Settled, settle } from './answer.ts';
import { besidePath } from './beside.ts';
import { authorizeInCluster } from './cluster.ts';
import { type Judged, judge } from './judge.ts';
import { kubernetesAnswer } from './kubernetes.ts';
import { findRemedy, restate } from './remedy/index.ts';
import { reportHops } from './report.ts';
import { actionsNeeded } from './session-needs.ts';
import { openWays } from './settle.ts';
import { type Start, startOf } from './start.ts';
import type { Answer, Query, Reason, Refusal, Remedy } from './types.ts';
import type { JudgedPath } from './walk.ts';
import { type World, worldOf } from './world.ts';

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
  const world = worldOf(inventory, query);
  const start = startOf(inventory, query.caller.arn);
  if ('code' in start) return start;
  const judged = judge(world, start, query);
  if ('code' in judged) return judged;
  const settled = settle(judged.ways, query.now);
  const answer = assemble(world, query, judged, settled, start);
  if (settled.decision !== 'deny' || options.remedy === false) return answer;
  const remedy = restated(inventory, query) ?? findRemedy(inventory, query, judged.path);
  return remedy === undefined ? answer : { ...answer, remedy };
}

function restated(inventory: Inventory, query: Query): Remedy | undefined {
  if (query.given.length === 0) return undefined;
  const unstated = canI(inventory, { ...query, given: [] }, { remedy: false });
  return 'code' in unstated ? undefined : restate(unstated);
}

function assemble(world: World, query: Query, judged: Judged, settled: Settled, start: Start): Answer {
  const { path } = judged;
  const hops = reportHops(path);
  const closed = hops.find(({ verdict }) => verdict === 'deny');
  const why = closed?.reasons.find(({ role }) => role === 'decides')?.text;
  const refusal = closed === undefined ? openButClosed(path, query.now) : `hop ${closed.number} (${closed.kind}): ${why}`;
  return {
    ...settled,
    headline: judged.elsewhere ? elsewhereHeadline(settled) : headline(settled, refusal, accountsOf(path, query)),
    caller: path.start.principal.arn,
    cluster: query.cluster.arn,
    request: query.request,
    hops,
    assumptions: [...describeAssumptions(query.assume), ...silentAssumptions(path)],
    beside: besidePath(world, path, query.cluster),
    notes: [...callerNotes(settled, start), ...notesOf(path, query)],
    ...(judged.tried === undefined ? {} : { pathsTried: judged.tried }),
  };
}

function elsewhereHeadline({ gaps }: Settled): string {
  const sides = gaps.map(({ side, what }) => side ?? what).join(', ');
  return `no collected path leads there; one might through what nobody collected (${sides})`;
}

function accountsOf(path: JudgedPath, query: Query): readonly string[] {
  return [path.start.principal.account, ...path.roles.map(({ account }) => account), query.cluster.account];
}

/** Each hop is open and the path is not: what one hop asks for closes another, or needs an action that is not allowed. */
function openButClosed(path: JudgedPath, now: Date): string {
  for (const { literals } of openWays(path.ways, now)) {
    for (const step of path.steps) {
      const [action] = step.kind === 'assume' ? actionsNeeded(literals, step, now) : [];
      if (action !== undefined)
        return `hop ${step.number} (assume): what is asked of the session needs ${action}, which is not allowed`;
    }
  }
  return CONTRADICTION;
}

const CONTRADICTION = 'the conditions of the hops contradict each other: no request can meet them all';

/** A session that somebody else made may carry a session policy, which no file shows. */
function silentAssumptions(path: JudgedPath): readonly string[] {
  return path.start.principal.kind === 'assumed-role'
    ? ['the session that the caller starts with was made without a session policy']
    : [];
}

/** A caller that the collected account does not hold: often a slip of the pen. */
function callerNotes({ gaps }: Settled, { found }: Start): readonly Reason[] {
  const { gap } = found;
  if (gap === undefined || !gap.id.startsWith('principal:') || gaps.some(({ id }) => id === gap.id)) return [];
  return [{ role: 'note', text: `the caller is ${gap.what}` }];
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
