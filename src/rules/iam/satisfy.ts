import type { Way, Ways } from '../../base/index.ts';
import { type ConditionTest, compileCondition, holdsFor } from './condition.ts';
import { readOperatorName } from './operators/index.ts';
import type { Condition, IamFact } from './types.ts';
import { type Requirement, witnessOf } from './witness.ts';

/** Whether a request can bring what a way asks for, and an example of it. */
export interface Satisfaction {
  readonly satisfiable: boolean;
  /** An example for each key, spelled as the policy spells it: `--given key=value`; null: the key must be absent. */
  readonly witness: ReadonlyMap<string, string | readonly string[] | null>;
}

interface Demand {
  readonly test: ConditionTest;
  readonly holds: boolean;
}

type Solution =
  | { readonly satisfiable: false }
  /** Without a value: nobody can say which, so nothing is ruled out. */
  | { readonly satisfiable: true; readonly value?: string | readonly string[] | null };

/** Keys that every request has (IAM guide: condition keys), and the name of the caller's own session. */
const ALWAYS_PRESENT = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:securetransport',
  'aws:requestedregion',
  'sts:rolesessionname',
  'causeway:callersessionname',
]);

/**
 * Whether all literals of a way can hold at once, key by key, with example values (the policy's own where they fit).
 *
 * "No" is a proof; where the search cannot decide (variables that wait for a value, mixed operators on one key, evidence that is
 * missing) the answer is "yes" without an example. With `now`, `aws:CurrentTime` and `aws:EpochTime` cannot lie in the past.
 */
export function satisfy(way: Way<IamFact>, options: { readonly now?: Date } = {}): Satisfaction {
  const demands = new Map<string, Condition[]>();
  const holds = new Map<Condition, boolean>();
  for (const { fact, holds: wanted } of way) {
    if (fact.kind !== 'condition') continue;
    const lower = fact.key.toLowerCase();
    demands.set(lower, [...(demands.get(lower) ?? []), fact]);
    holds.set(fact, wanted);
  }
  const witness = new Map<string, string | readonly string[] | null>();
  for (const conditions of demands.values()) {
    const solution = solveKey(
      conditions.map((condition) => ({ test: testOf(condition), holds: holds.get(condition) === true })),
      options.now,
    );
    if (!solution.satisfiable) return { satisfiable: false, witness: new Map() };
    if (solution.value !== undefined) witness.set(conditions[0]?.key ?? '', solution.value);
  }
  return { satisfiable: true, witness };
}

/** The ways that some request can bring. */
export function satisfiableWays(ways: Ways<IamFact>): Ways<IamFact> {
  return ways.every(isSatisfiable) ? ways : ways.filter(isSatisfiable);
}

/** What a way asks for depends on its facts' ids alone, and the same few ways come again and again in a search. */
const known = new Map<string, boolean>();
const MOST_KNOWN = 5000;

function isSatisfiable(way: Way<IamFact>): boolean {
  if (way.length === 0 || isPlain(way)) return true;
  let signature = '';
  for (const { fact, holds } of way) if (fact.kind === 'condition') signature += `${holds ? '+' : '-'}${fact.id}\n`;
  const before = known.get(signature);
  if (before !== undefined) return before;
  const { satisfiable } = satisfy(way);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(signature, satisfiable);
  return satisfiable;
}

/** Whether a way asks for one text alone, or for any other, as trust policies do for an external ID: that can always be brought. */
function isPlain([only, ...others]: Way<IamFact>): boolean {
  if (only === undefined || others.length > 0 || only.fact.kind !== 'condition') return false;
  const { operator, values } = only.fact;
  return operator === 'StringEquals' && (!only.holds || values.some((value) => value !== '' && !value.includes('${')));
}

/** The test that a condition fact stands for. */
export function testOf(condition: Condition): ConditionTest {
  const written = `${condition.operator}${condition.ifExists ? 'IfExists' : ''}`;
  const name = readOperatorName(written);
  if (name === undefined) throw new Error(`${written} is no condition operator`);
  const { key, statement, values } = condition;
  return compileCondition({ key, written, name, ref: statement, effect: 'allows' }, values, true);
}

function solveKey(all: readonly Demand[], now: Date | undefined): Solution {
  // What waits for another key's value rules nothing out; the rest still may.
  const demands = all.filter(({ test }) => !test.invalid && test.templates.every(({ settled }) => settled !== undefined));
  const lower = all[0]?.test.lower ?? '';
  const found = examples(demands, lower, now);
  if (found.length === 0) return { satisfiable: false };
  if (demands.length < all.length) return { satisfiable: true };
  for (const value of found) {
    if (value === undefined) continue;
    if (demands.every(({ test, holds }) => holdsFor(test, () => value ?? undefined) === holds))
      return { satisfiable: true, value };
  }
  return { satisfiable: true };
}

/** undefined: there may be one that nobody can name. */
type Example = string | readonly string[] | null | undefined;

/** Examples, best first; none at all is the proof that there are none. */
function examples(demands: readonly Demand[], lower: string, now: Date | undefined): readonly Example[] {
  const nulls = demands.filter(({ test }) => test.name.operator === undefined);
  const values = demands.filter(({ test }) => test.name.operator !== undefined);
  const mustBeAbsent = nulls.some((one) => isAbsence(one));
  const mustBePresent = nulls.some((one) => !isAbsence(one)) || values.some((one) => needsPresence(one));
  const out: Example[] = [];
  if (!mustBeAbsent) out.push(...present(values, lower, now));
  if (!mustBePresent && !ALWAYS_PRESENT.has(lower)) {
    // Absence reads best unless the policy asks for a value.
    if (values.some(({ test, holds }) => holds && !test.name.ifExists && test.name.qualifier !== 'ForAllValues:')) out.push(null);
    else out.unshift(null);
  }
  return out;
}

function isAbsence({ test, holds }: Demand): boolean {
  return (holdsFor(test, () => undefined) === true) === holds;
}

function needsPresence({ test, holds }: Demand): boolean {
  return holdsFor(test, () => undefined) !== holds;
}

function present(values: readonly Demand[], lower: string, now: Date | undefined): readonly Example[] {
  const plain = values.filter(({ test }) => test.name.qualifier === '');
  const every: Requirement[] = [];
  const some: Requirement[] = [];
  for (const { test, holds } of values) {
    if (test.name.qualifier === '') continue;
    // ForAllValues asks it of every value, its opposite of some value; ForAnyValue the other way round.
    const list = (test.name.qualifier === 'ForAllValues:') === holds ? every : some;
    list.push({ test, matches: holds });
  }
  const alone = plain.map(({ test, holds }) => ({ test, matches: holds }));
  const options = { lower, now, nonEmpty: every.length + some.length > 0 };
  if (plain.length > 0) {
    const found = witnessOf([...alone, ...every, ...some], options);
    if (typeof found === 'string') return [every.length + some.length > 0 ? [found] : found];
    return found === null && every.length + some.length === 0 ? [] : [undefined];
  }
  if (every.length + some.length === 0) return ['x'];
  const list: string[] = [];
  for (const one of some.length > 0 ? some : [undefined]) {
    const found = witnessOf(one === undefined ? every : [one, ...every], options);
    if (found === null) return [];
    if (found === undefined) return [undefined];
    if (!list.includes(found)) list.push(found);
  }
  return [list];
}
