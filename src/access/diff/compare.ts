import type { Gap, Ways } from '../../base/index.ts';
import type { RuleAtom } from '../../rules/rbac/index.ts';
import { conditionsOf, gapsOf } from '../answer.ts';
import { type OpenWay, openWays } from '../settle.ts';
import type { AccessFact, OpenCondition } from '../types.ts';
import { type AtomSet, makeAtomSet, sameAtomSet } from './atom-set.ts';
import { implies } from './held.ts';
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
    if (less.some((other) => coversScope(other.scope, holding.scope) && isAlike(other, holding))) continue;
    for (const way of openWays(holding.ways, now)) {
      const same = less.filter((other) => coversScope(other.scope, holding.scope) && implies(way.literals, other.ways));
      const atoms = holding.set.atoms.filter((atom) => !same.some(({ set }) => set.covers(atom)));
      if (atoms.length > 0) found.push({ holding, way, atoms, certainty: certaintyOf(way) });
    }
  }
  if (found.length === 0) return [];
  found.sort(byLeastAsked);
  const told: { readonly scope: string; readonly set: AtomSet }[] = [];
  const groups = new Map<string, { difference: Omit<Difference, 'atoms'>; atoms: RuleAtom[] }>();
  for (const { holding, way, atoms, certainty } of found) {
    const { scope, via } = holding;
    const fresh = atoms.filter((atom) => !told.some((other) => coversScope(other.scope, scope) && other.set.covers(atom)));
    if (fresh.length === 0) continue;
    told.push({ scope, set: makeAtomSet(fresh) });
    const conditions = conditionsOf(way);
    const gaps = gapsOf(way);
    for (const atom of fresh) {
      const otherwise = standingOf(less, scope, atom, now);
      const asked = [conditions.map(({ hop, text }) => `${hop} ${text}`), gaps.map(({ id }) => id)];
      const key = JSON.stringify([scope, certainty, otherwise, via, asked]);
      const group = groups.get(key);
      if (group === undefined)
        groups.set(key, { difference: { scope, certainty, otherwise, conditions, gaps, via }, atoms: [atom] });
      else group.atoms.push(atom);
    }
  }
  return [...groups.values()].map(({ difference, atoms }) => ({ ...difference, atoms: makeAtomSet(atoms).atoms }));
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
  if (!sameAtomSet(other.set, holding.set)) return false;
  return other.ways === holding.ways || holding.ways.every((way) => implies(way, other.ways));
}

function certaintyOf(way: OpenWay): Exclude<Standing, 'none'> {
  if (way.missing > 0) return 'unknown';
  return way.literals.some(({ fact }) => fact.kind === 'condition' && !fact.implied) ? 'conditional' : 'sure';
}

const RANK: Readonly<Record<Standing, number>> = { sure: 0, conditional: 1, unknown: 2, none: 3 };

/** How an atom stands on a side: by its best way. */
function standingOf(holdings: readonly Holding[], scope: string, atom: RuleAtom, now: Date): Standing {
  let best: Standing = 'none';
  for (const holding of holdings) {
    if (!coversScope(holding.scope, scope) || !holding.set.covers(atom)) continue;
    const [way] = openWays(holding.ways, now);
    const standing = way === undefined ? 'none' : certaintyOf(way);
    if (RANK[standing] < RANK[best]) best = standing;
  }
  return best;
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

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
