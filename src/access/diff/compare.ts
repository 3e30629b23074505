import type { Gap, Ways } from '../../base/index.ts';
import type { RuleAtom } from '../../rules/rbac/index.ts';
import { conditionsOf, gapsOf } from '../answer.ts';
import { covers, implies } from '../possible.ts';
import { type OpenWay, openWays } from '../settle.ts';
import type { AccessFact, OpenCondition } from '../types.ts';
import { type AtomSet, leftOf, sameAtomSet, setOf } from './atom-set.ts';
import type { Standing } from './types.ts';

/** Something that a principal holds on one cluster, with all that it depends on from the principal on. */
export interface Holding {
  readonly scope: string;
  readonly set: AtomSet;
  readonly ways: Ways<AccessFact>;
  readonly via: readonly string[];
}

/** Atoms that one side gives and the other does not, in one way. */
export interface Difference {
  readonly scope: string;
  readonly atoms: readonly RuleAtom[];
  readonly certainty: Exclude<Standing, 'none'>;
  readonly otherwise: Standing;
  readonly conditions: readonly OpenCondition[];
  readonly gaps: readonly Gap[];
  readonly via: readonly string[];
}

/**
 * What `more` gives beyond `less`: the gains of a principal, and with the sides exchanged its losses.
 *
 * An atom counts when some way to it holds that is none of the ways to an atom of the other side which covers it. It is told
 * once, in the way that asks least: firm before conditional before unknown, in the widest scope, by the shortest chain.
 */
export function beyond(less: readonly Holding[], more: readonly Holding[], now: Date): readonly Difference[] {
  const found: Candidate[] = [];
  for (const holding of more) {
    const wide = less.filter((other) => coversScope(other.scope, holding.scope));
    if (wide.some((other) => isAlike(other, holding))) continue;
    for (const way of openWays(holding.ways, now)) {
      const same = wide.filter((other) => implies(way.literals, other.ways)).map(({ set }) => set);
      const atoms = leftOf(holding.set, same);
      if (atoms.length > 0) found.push({ holding, way, atoms, certainty: certaintyOf(way) });
    }
  }
  if (found.length === 0) return [];
  found.sort(byLeastAsked);
  const told: { readonly scope: string; readonly set: AtomSet }[] = [];
  const groups = new Map<string, { difference: Omit<Difference, 'atoms'>; atoms: readonly RuleAtom[] }>();
  for (const { holding, way, atoms, certainty } of found) {
    const { scope, via } = holding;
    const before = told.filter((other) => coversScope(other.scope, scope)).map(({ set }) => set);
    const fresh = leftOf(setOf(atoms), before);
    if (fresh.length === 0) continue;
    told.push({ scope, set: setOf(fresh) });
    const conditions = conditionsOf(way);
    const gaps = gapsOf(way);
    const asked = [conditions.map(({ hop, text }) => `${hop} ${text}`), gaps.map(({ id }) => id)];
    for (const [otherwise, own] of byStanding(less, scope, fresh, now)) {
      const key = JSON.stringify([scope, certainty, otherwise, via, asked]);
      const known = groups.get(key);
      const all = known === undefined ? own : [...known.atoms, ...own];
      groups.set(key, { difference: { scope, certainty, otherwise, conditions, gaps, via }, atoms: all });
    }
  }
  return [...groups.values()].map(({ difference, atoms }) => ({ ...difference, atoms: setOf(atoms).atoms }));
}

interface Candidate {
  readonly holding: Holding;
  readonly way: OpenWay;
  readonly atoms: readonly RuleAtom[];
  readonly certainty: Exclude<Standing, 'none'>;
}

/** Whether whatever is in one scope is in the other: everything is in the whole cluster, a namespace in its patterns. */
export function coversScope(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === '') return true;
  return narrow !== '' && wide.endsWith('*') && narrow.startsWith(wide.slice(0, -1));
}

/** The usual case, told quickly: the same atoms by no other ways than before. */
function isAlike(other: Holding, holding: Holding): boolean {
  return sameAtomSet(other.set, holding.set) && covers(other.ways, holding.ways);
}

function certaintyOf(way: OpenWay): Exclude<Standing, 'none'> {
  if (way.missing > 0) return 'unknown';
  return way.literals.some(({ fact }) => fact.kind === 'condition' && !fact.implied) ? 'conditional' : 'sure';
}

const STANDINGS: readonly Standing[] = ['sure', 'conditional', 'unknown'];
const RANK: Readonly<Record<Standing, number>> = { sure: 0, conditional: 1, unknown: 2, none: 3 };

/** Atoms by how they stand on a side: each by its best way there. */
function byStanding(
  holdings: readonly Holding[],
  scope: string,
  atoms: readonly RuleAtom[],
  now: Date,
): ReadonlyMap<Standing, readonly RuleAtom[]> {
  const sets = new Map<Standing, AtomSet[]>();
  for (const holding of holdings) {
    if (!coversScope(holding.scope, scope)) continue;
    const [way] = openWays(holding.ways, now);
    if (way === undefined) continue;
    const standing = certaintyOf(way);
    sets.set(standing, [...(sets.get(standing) ?? []), holding.set]);
  }
  const out = new Map<Standing, readonly RuleAtom[]>();
  let rest = atoms;
  for (const standing of STANDINGS) {
    const held = sets.get(standing);
    if (held === undefined || rest.length === 0) continue;
    const left = leftOf(setOf(rest), held);
    if (left.length === rest.length) continue;
    const covered = left.length === 0 ? rest : rest.filter((atom) => !left.includes(atom));
    out.set(standing, covered);
    rest = left;
  }
  if (rest.length > 0) out.set('none', rest);
  return out;
}

function byLeastAsked(a: Candidate, b: Candidate): number {
  return (
    RANK[a.certainty] - RANK[b.certainty] ||
    a.way.missing - b.way.missing ||
    width(a.holding.scope) - width(b.holding.scope) ||
    a.way.literals.length - b.way.literals.length ||
    a.holding.via.length - b.holding.via.length ||
    compareTexts(a.holding.scope, b.holding.scope) ||
    compareTexts(a.holding.via.join(), b.holding.via.join())
  );
}

/** The whole cluster, then patterns from the widest on, then single namespaces. */
function width(scope: string): number {
  return scope === '' ? 0 : scope.endsWith('*') ? scope.length : 1000;
}

/** For `sort`: by code units. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
