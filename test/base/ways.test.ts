import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  and,
  FALSE,
  isTrue,
  mapFacts,
  not,
  or,
  TooManyWays,
  TRUE,
  type Unsettled,
  unsettled,
  type Ways,
} from '../../src/base/index.ts';

/** A formula as a plain tree, with its own reading. */
type Tree = { readonly op: 'and' | 'or'; readonly a: Tree; readonly b: Tree } | { readonly op: 'not'; readonly a: Tree } | string;

const names = ['p', 'q', 'r', 's'];
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(...names),
    fc.record({ op: fc.constantFrom('and' as const, 'or' as const), a: tie('tree'), b: tie('tree') }),
    fc.record({ op: fc.constant('not' as const), a: tie('tree') }),
  ),
}));

function ways(formula: Tree): Ways<Unsettled> {
  if (typeof formula === 'string') return unsettled({ id: formula });
  if (formula.op === 'not') return not(ways(formula.a));
  return (formula.op === 'and' ? and : or)(ways(formula.a), ways(formula.b));
}

function holds(formula: Tree, world: ReadonlySet<string>): boolean {
  if (typeof formula === 'string') return world.has(formula);
  if (formula.op === 'not') return !holds(formula.a, world);
  return formula.op === 'and'
    ? holds(formula.a, world) && holds(formula.b, world)
    : holds(formula.a, world) || holds(formula.b, world);
}

function open(formula: Ways<Unsettled>, world: ReadonlySet<string>): boolean {
  return formula.some((way) => way.every((literal) => world.has(literal.fact.id) === literal.holds));
}

test('a formula means what its tree means, in every world', () => {
  fc.assert(
    fc.property(tree, fc.subarray(names), (formula, facts) => {
      const world = new Set(facts);
      expect(open(ways(formula), world)).toBe(holds(formula, world));
    }),
  );
});

test('no way holds a fact and its opposite, and none is made needless by another', () => {
  fc.assert(
    fc.property(tree, (formula) => {
      const all = ways(formula);
      for (const way of all) expect(new Set(way.map(({ fact }) => fact.id)).size).toBe(way.length);
      const keys = all.map((way) => new Set(way.map(({ fact, holds: wanted }) => `${fact.id}${wanted}`)));
      for (const [i, key] of keys.entries()) {
        expect(keys.some((other, j) => i !== j && [...other].every((name) => key.has(name)))).toBe(false);
      }
    }),
  );
});

test('settled formulas are the shared constants', () => {
  expect(and(TRUE, TRUE)).toBe(TRUE);
  expect(and(TRUE, FALSE)).toBe(FALSE);
  expect(or(FALSE, TRUE)).toBe(TRUE);
  expect(not(FALSE)).toBe(TRUE);
  expect(not(TRUE)).toBe(FALSE);
  expect(isTrue(or(unsettled({ id: 'p' }), TRUE))).toBe(true);
});

test('facts that become one contradict each other', () => {
  const both = and(unsettled({ id: 'p' }), unsettled({ id: 'q' }, false));
  expect(mapFacts(both, () => ({ id: 'same' }))).toEqual(FALSE);
  expect(mapFacts(TRUE, (fact) => fact)).toBe(TRUE);
});

test('a formula that grows without end says so', () => {
  const pair = (n: number): Ways<Unsettled> => or(unsettled({ id: `a${n}` }), unsettled({ id: `b${n}` }));
  const grow = (): Ways<Unsettled> => Array.from({ length: 20 }, (_, n) => pair(n)).reduce((all, next) => and(all, next));
  expect(grow).toThrow(TooManyWays);
});
