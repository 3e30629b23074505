import type { Gap } from '../../base/index.ts';
import type { Inventory, Resource } from '../../inventory/index.ts';
import { findTargets } from '../targets.ts';
import { gapOf } from '../trust-graph.ts';
import type { AssumptionName } from '../types.ts';
import { leadingOnFrom } from './ahead.ts';
import { makeApart } from './apart.ts';
import { type AtomSet, makeAtomSet } from './atom-set.ts';
import { ANYBODY } from './begin.ts';
import { leadingTo } from './closure.ts';
import { indexClusters } from './cluster-index.ts';
import { graphed, mappedOtherwise, newRole, pairsOf, partsMissing, sides } from './clusters.ts';
import { makeWithin } from './coming.ts';
import { beyond, compareTexts, coversScope, type Difference, type Holding } from './compare.ts';
import { ownerOf } from './follow.ts';
import { holdingsOf } from './holdings.ts';
import { makeMoved } from './moved.ts';
import { oneSided } from './one-sided.ts';
import { powersOf } from './powers.ts';
import { share } from './shared.ts';
import { makeSide, type Outlook } from './side.ts';
import { subjectsBoundOtherwise } from './subjects.ts';
import { touchedBetween, touchedBy } from './touched.ts';
import type { AccessChange, AccessDiff } from './types.ts';

/** What may be said beside the two inventories. */
export interface DiffOptions {
  /** For date conditions: time only runs forward from here. */
  readonly now: Date;
  /** The resources that were put or removed; absent: the inventories are compared whole. */
  readonly touched?: readonly Resource[];
  /** What is taken for granted in place of evidence, as in a `Query`. */
  readonly assume?: readonly AssumptionName[];
}

/**
 * Finds who gains and who loses which effective access from one inventory to another, on every cluster.
 *
 * Looked at is everybody who could come, by any chain of roles before or after, to a principal that changed or that a
 * cluster maps otherwise than before. Compared is what each of them holds in all: over every chain, through username, groups and
 * access policies; an atom that it had by another way already is no gain. What nobody can tell is a possible gain.
 *
 * @example diffAccess(before, applyChanges(before, changes), { now, touched }).changes
 */
export function diffAccess(before: Inventory, after: Inventory, { now, touched, assume = [] }: DiffOptions): AccessDiff {
  const where = touched === undefined ? touchedBetween(before, after) : touchedBy(touched);
  const all = pairsOf(before, after);
  const graphs = graphed(before, after);
  const lone = touched === undefined ? oneSided(all, graphs) : undefined;
  const pairs = new Map([...all].filter(([arn]) => lone?.clusters.has(arn) !== true));
  const isNew = (role: string): boolean => newRole(graphs, role);
  const gaps = new Map<string, Gap>();
  const note = (found: readonly Gap[]): void => {
    for (const gap of found) gaps.set(gap.id, gap);
  };
  note([...(lone?.clusters.values() ?? [])]);
  const changed = new Map<string, ReadonlySet<string>>();
  for (const arn of where.clusters) {
    const pair = pairs.get(arn);
    if (pair === undefined || pair[0] === pair[1]) continue;
    const moved = mappedOtherwise(pair, graphs);
    changed.set(arn, moved);
    const [old, fresh] = partsMissing(pair);
    // What both sides lack alike makes no difference by itself; where something else does, more may hang on it.
    note(touched !== undefined || moved.size > 0 ? [...old, ...fresh] : onOneSide(old, fresh));
  }
  const index = indexClusters(pairs, graphs, where.principals, changed);
  const targets = sides((i) => {
    const clusters = [...index.relevant].flatMap((arn) => pairs.get(arn)?.[i] ?? []);
    return findTargets(graphs[i].inventory, graphs[i].graph, clusters);
  });
  const unknown = sides((i) => [...targets[i].accounts].filter((id) => gapOf(graphs[i].graph, graphs[i].inventory, id)));
  const apart = makeApart(graphs, where.principals, unknown);
  const shared = share(apart);
  const leads = (role: string): number | undefined => targets[0].distance(role) ?? targets[1].distance(role);
  const both = sides((i) => {
    const either = { accounts: targets[i].accounts, distance: leads };
    return makeSide(graphs[i], { now, assume, targets: () => either, isNew, shared: shared[i] });
  });
  const seeds = new Set([...where.principals, ...[...changed.values()].flatMap((set) => [...set])]);
  const closures = sides((i) => leadingTo(graphs[i].inventory, graphs[i].graph, seeds));
  note([...closures[0].gaps, ...closures[1].gaps]);
  // Most of those have no chain that really holds: a search among themselves tells who has one, before all of its ways are followed.
  const among = sides((i) => {
    const { principals } = closures[i];
    const narrow = { accounts: targets[i].accounts, distance: (role: string) => (principals.has(role) ? 0 : undefined) };
    const { step, tellStep, satisfiable } = shared[i];
    return makeSide(graphs[i], { now, assume, targets: () => narrow, isNew, shared: { step, tellStep, satisfiable } });
  });
  const changes: AccessChange[] = [];
  const tell = (of: Subject, old: readonly Holding[], fresh: readonly Holding[]): void => {
    for (const difference of beyond(old, fresh, now)) changes.push(changeOf(of, difference, 'gained'));
    for (const difference of beyond(fresh, old, now)) changes.push(changeOf(of, difference, 'lost'));
  };
  const moved = makeMoved(graphs, where.principals);
  const within = makeWithin(pairs, graphs, { now, apart });
  for (const principal of new Set([...closures[0].principals, ...closures[1].principals])) {
    const [narrowly, then] = sides((i) => among[i].reach(principal));
    note([...narrowly.gaps, ...then.gaps, ...onOneSide(narrowly.elsewhere, then.elsewhere)]);
    const touches = [...narrowly.sessions, ...then.sessions].some(({ session }) => where.principals.has(ownerOf(session)));
    if (!touches && index.clustersOf(narrowly, then).size === 0) continue;
    const outlooks = sides((i) => both[i].outlook(principal));
    // On one side alone: what somebody may do in accounts that nobody collected is another thing then.
    if (unknown[0].length + unknown[1].length > 0) note(onOneSide(...sides((i) => elsewhereOf(outlooks[i]))));
    // What leads to one of these counts whole: some of it may give the same before and after.
    const reaches = [narrowly, then] as const;
    const concerned = index.concerned(
      reaches,
      outlooks.flatMap(({ at }, i) => [...moved(reaches[i]?.sessions.flatMap((reached) => at(reached) ?? []) ?? [])]),
    );
    if (concerned.size === 0) continue;
    const [isGoal, leadsThere] = [index.mapping(concerned), within(concerned)];
    const [old, fresh] = sides((i) => outlooks[i].toward(isGoal, leadsThere));
    note([...old.gaps, ...fresh.gaps]);
    for (const clusterArn of index.clustersOf(old, fresh)) {
      if (!concerned.has(clusterArn)) continue;
      const pair = pairs.get(clusterArn);
      const held = sides((i) => holdingsOf(pair?.[i], [old, fresh][i]?.sessions ?? [], isNew));
      const [one, other] = lone?.withPossible(principal, held) ?? held;
      tell({ clusterArn, kind: 'aws', principal }, one, other);
    }
  }
  for (const clusterArn of changed.keys()) {
    for (const { principal, before, after } of subjectsBoundOtherwise(pairs.get(clusterArn) ?? [undefined, undefined])) {
      tell({ clusterArn, kind: 'kubernetes', principal }, before, after);
    }
  }
  note(lone?.met() ?? []);
  return { changes: withoutAnybody(changes).sort(inOrder), gaps: [...gaps.values()].sort((a, b) => compareTexts(a.id, b.id)) };
}

function elsewhereOf({ root }: Outlook): readonly Gap[] {
  return root === undefined ? [] : [...leadingOnFrom([root])].flatMap((node) => node.elsewhere());
}

function onOneSide(a: readonly Gap[], b: readonly Gap[]): readonly Gap[] {
  const lacks = (list: readonly Gap[], { id }: Gap): boolean => !list.some((gap) => gap.id === id);
  return [...a.filter((gap) => lacks(b, gap)), ...b.filter((gap) => lacks(a, gap))];
}

type Subject = Pick<AccessChange, 'clusterArn' | 'kind' | 'principal'>;

function changeOf(of: Subject, difference: Difference, which: 'gained' | 'lost'): AccessChange {
  const { atoms, ...rest } = difference;
  const powers = powersOf(atoms, rest.scope);
  return { ...of, ...rest, gained: [], lost: [], [which]: atoms, powers };
}

/** What anybody at all gains or loses for certain is not told again of each. */
function withoutAnybody(changes: readonly AccessChange[]): AccessChange[] {
  const told = new Map<string, { readonly scope: string; readonly set: AtomSet }[]>();
  const keyOf = (change: AccessChange): string => `${change.clusterArn} ${change.gained.length > 0}`;
  for (const change of changes) {
    if (change.principal !== ANYBODY || change.certainty !== 'sure' || change.otherwise !== 'none') continue;
    const list = told.get(keyOf(change)) ?? [];
    list.push({ scope: change.scope, set: makeAtomSet([...change.gained, ...change.lost]) });
    told.set(keyOf(change), list);
  }
  if (told.size === 0) return [...changes];
  return changes.filter((change) => {
    if (change.kind !== 'aws' || change.principal === ANYBODY) return true;
    const wide = (told.get(keyOf(change)) ?? []).filter(({ scope }) => coversScope(scope, change.scope));
    return ![...change.gained, ...change.lost].every((atom) => wide.some(({ set }) => set.covers(atom)));
  });
}

const CERTAINTIES = ['sure', 'conditional', 'unknown'];

function inOrder(a: AccessChange, b: AccessChange): number {
  return (
    compareTexts(a.clusterArn, b.clusterArn) ||
    compareTexts(a.kind, b.kind) ||
    compareTexts(a.principal, b.principal) ||
    compareTexts(a.scope, b.scope) ||
    CERTAINTIES.indexOf(a.certainty) - CERTAINTIES.indexOf(b.certainty) ||
    compareTexts(a.via.join(), b.via.join())
  );
}
