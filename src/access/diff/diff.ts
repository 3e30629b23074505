import type { Gap } from '../../base/index.ts';
import type { Inventory, Resource } from '../../inventory/index.ts';
import { findTargets } from '../targets.ts';
import type { AssumptionName } from '../types.ts';
import { type AtomSet, makeAtomSet } from './atom-set.ts';
import { leadingTo } from './closure.ts';
import {
  type Graphed,
  graphed,
  leadingFrom,
  mappedByPair,
  mappedOtherwise,
  type Pair,
  pairsOf,
  partsMissing,
  sides,
  whomItMayName,
} from './clusters.ts';
import { beyond, compareTexts, coversScope, type Difference, type Holding } from './compare.ts';
import { differing, holdingsOf } from './holdings.ts';
import { powersOf } from './powers.ts';
import { ANYBODY, makeSide, type Reach } from './side.ts';
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
  const pairs = pairsOf(before, after);
  const graphs = graphed(before, after);
  const isNew = (role: string): boolean => newRole(graphs, role);
  const gaps = new Map<string, Gap>();
  const note = (found: readonly Gap[]): void => {
    for (const gap of found) gaps.set(gap.id, gap);
  };
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
  const both = sides((i) => makeSide(graphs[i], { now, assume, targets: () => targets[i], isNew }));
  const seeds = new Set([...where.principals, ...[...changed.values()].flatMap((set) => [...set])]);
  const closures = sides((i) => leadingTo(graphs[i].inventory, graphs[i].graph, seeds));
  note([...closures[0].gaps, ...closures[1].gaps]);
  // Most of those have no chain that really holds: a search among themselves tells who has one, before all of its ways are followed.
  const among = sides((i) => {
    const { principals } = closures[i];
    const narrow = { accounts: targets[i].accounts, distance: (role: string) => (principals.has(role) ? 0 : undefined) };
    return makeSide(graphs[i], { now, assume, targets: () => narrow, isNew });
  });
  const changes: AccessChange[] = [];
  const tell = (of: Subject, old: readonly Holding[], fresh: readonly Holding[]): void => {
    for (const difference of beyond(old, fresh, now)) changes.push(changeOf(of, difference, 'gained'));
    for (const difference of beyond(fresh, old, now)) changes.push(changeOf(of, difference, 'lost'));
  };
  for (const principal of new Set([...closures[0].principals, ...closures[1].principals])) {
    const [narrowly, then] = sides((i) => among[i].reach(principal));
    note([...narrowly.gaps, ...then.gaps, ...onOneSide(narrowly.elsewhere, then.elsewhere)]);
    const touches = [...narrowly.sessions, ...then.sessions].some(({ session }) => {
      const { arn, roleArn } = session.principal;
      return where.principals.has(roleArn ?? arn);
    });
    if (!touches && index.clustersOf(narrowly, then).size === 0) continue;
    const [old, fresh] = sides((i) => both[i].reach(principal));
    note([...old.gaps, ...fresh.gaps]);
    // On one side alone: what the principal may do in accounts that nobody collected is another thing now.
    note(onOneSide(old.elsewhere, fresh.elsewhere));
    for (const clusterArn of index.clustersOf(old, fresh)) {
      const pair = pairs.get(clusterArn);
      const held = sides((i) => holdingsOf(pair?.[i], [old, fresh][i]?.sessions ?? [], isNew));
      tell({ clusterArn, kind: 'aws', principal }, held[0], held[1]);
    }
  }
  for (const clusterArn of changed.keys()) {
    for (const { principal, before, after } of subjectsBoundOtherwise(pairs.get(clusterArn) ?? [undefined, undefined])) {
      tell({ clusterArn, kind: 'kubernetes', principal }, before, after);
    }
  }
  return { changes: withoutAnybody(changes).sort(inOrder), gaps: [...gaps.values()].sort((a, b) => compareTexts(a.id, b.id)) };
}

/** Whether a role stands on one side alone, while the other side's account was collected whole. */
function newRole(graphs: readonly [Graphed, Graphed], role: string): boolean {
  const account = role.split(':')[4] ?? '';
  const [old, fresh] = graphs.map(({ graph }) => graph.trustOf(role) !== undefined);
  return old !== fresh && graphs.every(({ graph, inventory }) => inventory.accounts.has(account) && !graph.gaps.has(account));
}

function onOneSide(a: readonly Gap[], b: readonly Gap[]): readonly Gap[] {
  const lacks = (list: readonly Gap[], { id }: Gap): boolean => !list.some((gap) => gap.id === id);
  return [...a.filter((gap) => lacks(b, gap)), ...b.filter((gap) => lacks(a, gap))];
}

type Subject = Pick<AccessChange, 'clusterArn' | 'kind' | 'principal'>;

interface ClusterIndex {
  /** Clusters on which anything may be another. */
  readonly relevant: ReadonlySet<string>;
  /** Those of them that matter for somebody who comes to these sessions. */
  readonly clustersOf: (before: Reach, after: Reach) => ReadonlySet<string>;
}

/** Which clusters a difference in a principal's sessions, or in what a cluster makes of them, can matter on. */
function indexClusters(
  pairs: ReadonlyMap<string, Pair>,
  graphs: readonly [Graphed, Graphed],
  principals: ReadonlySet<string>,
  changed: ReadonlyMap<string, ReadonlySet<string>>,
): ClusterIndex {
  const changedFor = new Map<string, string[]>();
  for (const [cluster, arns] of changed) for (const arn of arns) add(changedFor, arn, cluster);
  const relevant = new Set(changed.keys());
  const mappedOn = new Map<string, string[]>();
  const accountsOn = new Map<string, string[]>();
  const dim: { readonly cluster: string; readonly account?: string }[] = [];
  if (principals.size > 0) {
    const ahead = new Set(graphs.flatMap((side) => [...leadingFrom(side, principals)]));
    const old = [...ahead].some((arn) => arn.includes(':role/') && !newRole(graphs, arn));
    for (const [cluster, pair] of pairs) {
      const unknown = old ? whomItMayName(pair) : undefined;
      if (unknown !== undefined) {
        relevant.add(cluster);
        dim.push({ cluster, ...unknown });
      }
      for (const { principals: named, accounts } of mappedByPair(pair, graphs)) {
        for (const arn of named) {
          if (!ahead.has(arn)) continue;
          relevant.add(cluster);
          add(mappedOn, arn, cluster);
        }
        for (const account of accounts) {
          relevant.add(cluster);
          add(accountsOn, account, cluster);
        }
      }
    }
  }
  return {
    relevant,
    clustersOf: (before, after) => {
      const out = new Set<string>();
      for (const { session } of [...before.sessions, ...after.sessions]) {
        const { arn, roleArn } = session.principal;
        for (const cluster of changedFor.get(roleArn ?? arn) ?? []) out.add(cluster);
      }
      for (const { session } of differing(before.sessions, after.sessions)) {
        const { arn, roleArn, account } = session.principal;
        for (const cluster of mappedOn.get(roleArn ?? arn) ?? []) out.add(cluster);
        for (const cluster of accountsOn.get(account) ?? []) out.add(cluster);
        if (newRole(graphs, roleArn ?? arn)) continue;
        for (const each of dim) if (each.account === undefined || each.account === account) out.add(each.cluster);
      }
      return out;
    },
  };
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else if (list.at(-1) !== value) list.push(value);
}

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
