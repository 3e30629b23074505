/**
 * Ways: propositional formulas over what is not settled yet.
 *
 * One algebra serves every hop. A literal is a fact that could be either way: a condition key nobody stated, a policy
 * nobody collected. A formula is kept as a list of ways (disjunctive normal form): each way is a set of literals that
 * must all hold. `TRUE` (one way that needs nothing) and `FALSE` (no way) are shared constants, so that a decision in
 * which everything is settled never allocates.
 */

/** Something that is not settled. Equal ids are the same fact. */
export interface Unsettled {
  readonly id: string;
}

/** A fact, or (when `holds` is false) its opposite. */
export interface Literal<F extends Unsettled> {
  readonly fact: F;
  readonly holds: boolean;
}

/** Literals that must all hold, sorted by id, no id twice. */
export type Way<F extends Unsettled> = readonly Literal<F>[];

/** Any of these ways is enough. */
export type Ways<F extends Unsettled> = readonly Way<F>[];

/** True whatever the unsettled facts are. */
export const TRUE: Ways<never> = Object.freeze([Object.freeze([])]);

/** False whatever the unsettled facts are. */
export const FALSE: Ways<never> = Object.freeze([]);

/** More ways than this are not followed; the formula is then `tooMany`. */
const MOST_WAYS = 512;

/** Thrown by `and` and `not` when a formula grows past `MOST_WAYS`; whoever evaluates turns it into a gap, never into a verdict. */
export class TooManyWays extends Error {
  constructor() {
    super(`more than ${MOST_WAYS} combinations of conditions`);
    this.name = 'TooManyWays';
  }
}

/** The formula that is true exactly when `fact` is (or, with `holds` false, is not). */
export function unsettled<F extends Unsettled>(fact: F, holds = true): Ways<F> {
  return [[{ fact, holds }]];
}

/** True when either is. */
export function or<F extends Unsettled>(a: Ways<F>, b: Ways<F>): Ways<F> {
  if (a === TRUE || b === TRUE) return TRUE;
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return absorb([...a, ...b]);
}

/** True when both are. Throws `TooManyWays`. */
export function and<F extends Unsettled>(a: Ways<F>, b: Ways<F>): Ways<F> {
  if (a.length === 0 || b.length === 0) return FALSE;
  if (a === TRUE) return b;
  if (b === TRUE) return a;
  if (a.length * b.length > MOST_WAYS * 8) throw new TooManyWays();
  const out: Way<F>[] = [];
  for (const left of a) {
    for (const right of b) {
      const way = join(left, right);
      if (way !== undefined) out.push(way);
    }
  }
  return absorb(out);
}

/** True when `a` is not. Throws `TooManyWays`. */
export function not<F extends Unsettled>(a: Ways<F>): Ways<F> {
  if (a.length === 0) return TRUE;
  let out: Ways<F> = TRUE;
  for (const way of a) {
    if (way.length === 0) return FALSE;
    out = and(
      out,
      way.map((literal) => [{ fact: literal.fact, holds: !literal.holds }]),
    );
  }
  return out;
}

/** Replaces each fact; ids may change, and what became contradictory falls out. */
export function mapFacts<F extends Unsettled, G extends Unsettled>(ways: Ways<F>, change: (fact: F) => G): Ways<G> {
  if (ways.length === 0) return FALSE;
  if (isTrue(ways)) return TRUE;
  const out: Way<G>[] = [];
  for (const way of ways) {
    let mapped: Way<G> | undefined = [];
    for (const literal of way) {
      mapped = join(mapped, [{ fact: change(literal.fact), holds: literal.holds }]);
      if (mapped === undefined) break;
    }
    if (mapped !== undefined) out.push(mapped);
  }
  return absorb(out);
}

/** Whether some way needs nothing. */
export function isTrue<F extends Unsettled>(ways: Ways<F>): boolean {
  return ways === TRUE || ways.some((way) => way.length === 0);
}

/** Both sets of literals together, or undefined when they contradict each other. */
function join<F extends Unsettled>(a: Way<F>, b: Way<F>): Way<F> | undefined {
  const out: Literal<F>[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left === undefined || (right !== undefined && right.fact.id < left.fact.id)) {
      out.push(right as Literal<F>);
      j++;
    } else if (right === undefined || left.fact.id < right.fact.id) {
      out.push(left);
      i++;
    } else {
      if (left.holds !== right.holds) return undefined;
      out.push(left);
      i++;
      j++;
    }
  }
  return out;
}

/** Drops every way that another way makes needless, so that the shortest ways remain in a stable order. */
function absorb<F extends Unsettled>(ways: readonly Way<F>[]): Ways<F> {
  if (ways.length < 2) return ways;
  const shortestFirst = [...ways].sort((a, b) => a.length - b.length);
  const kept: Way<F>[] = [];
  for (const way of shortestFirst) {
    if (way.length === 0) return TRUE;
    if (!kept.some((other) => implies(way, other))) kept.push(way);
  }
  if (kept.length > MOST_WAYS) throw new TooManyWays();
  return kept;
}

/** Whether `way` holds only if `other` holds too: every literal of `other` stands in `way`. */
function implies<F extends Unsettled>(way: Way<F>, other: Way<F>): boolean {
  return other.every((wanted) => way.some((literal) => literal.fact.id === wanted.fact.id && literal.holds === wanted.holds));
}
