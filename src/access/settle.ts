import type { Literal, Ways } from '../base/index.ts';
import { satisfy } from '../rules/iam/index.ts';
import type { AccessFact, HopCondition } from './types.ts';

/** One way of a formula that can be made true, with example values per hop. */
export interface OpenWay {
  readonly literals: readonly Literal<AccessFact>[];
  /** Example values by hop and key as the policy spells it; null: absent. */
  readonly examples: ReadonlyMap<string, string | readonly string[] | null>;
  /** How many literals are evidence that nobody collected. */
  readonly missing: number;
}

/**
 * The ways that no contradiction closes, best first: no missing evidence, then the fewest conditions.
 * Conditions contradict each other only on the same hop: two hops may be made from two places.
 */
export function openWays(ways: Ways<AccessFact>, now: Date): readonly OpenWay[] {
  const open: OpenWay[] = [];
  for (const literals of ways) {
    const examples = examplesOf(literals, now);
    if (examples === undefined) continue;
    open.push({ literals, examples, missing: literals.filter(({ fact }) => fact.kind === 'missing').length });
  }
  return open.sort((a, b) => Math.sign(a.missing) - Math.sign(b.missing) || a.literals.length - b.literals.length);
}

/** Names an example of `OpenWay.examples`. */
export function exampleKey(hop: number, key: string): string {
  return `${hop} ${key.toLowerCase()}`;
}

function examplesOf(literals: readonly Literal<AccessFact>[], now: Date): OpenWay['examples'] | undefined {
  const hops = new Map<number, Literal<HopCondition>[]>();
  for (const { fact, holds } of literals) {
    if (fact.kind !== 'condition') continue;
    const list = hops.get(fact.hop) ?? [];
    list.push({ fact, holds });
    hops.set(fact.hop, list);
  }
  const examples = new Map<string, string | readonly string[] | null>();
  for (const [hop, conditions] of hops) {
    const { satisfiable, witness } = satisfy([...conditions, ...tagKeysPassed(conditions)], { now });
    if (!satisfiable) return undefined;
    for (const [key, value] of witness) examples.set(exampleKey(hop, key), value);
  }
  return examples;
}

/** A tag that must be passed stands among the tag keys (facts/iam.md §3.3). */
function tagKeysPassed(conditions: readonly Literal<HopCondition>[]): readonly Literal<HopCondition>[] {
  const prefix = 'aws:requesttag/';
  const passed: Literal<HopCondition>[] = [];
  for (const { fact } of conditions) {
    if (!fact.key.toLowerCase().startsWith(prefix)) continue;
    const same = conditions.filter((other) => other.fact.key.toLowerCase() === fact.key.toLowerCase());
    const absent = { fact: { ...fact, id: 'absent', operator: 'Null', ifExists: false, values: ['true'] }, holds: true };
    if (satisfy([...same, absent]).satisfiable) continue;
    const key = { ...fact, key: 'aws:TagKeys', operator: 'ForAnyValue:StringEqualsIgnoreCase', ifExists: false };
    passed.push({ fact: { ...key, id: `tag keys ${fact.key}`, values: [fact.key.slice(prefix.length)] }, holds: true });
  }
  return passed;
}

/** Whether every way of satisfying these literals has the key present at that hop. */
export function mustBePresent(literals: readonly Literal<AccessFact>[], hop: number, key: string, now: Date): boolean {
  const some = literals.find(
    ({ fact }) => fact.kind === 'condition' && fact.hop === hop && fact.key.toLowerCase() === key.toLowerCase(),
  );
  if (some === undefined || some.fact.kind !== 'condition') return false;
  const absent: HopCondition = { ...some.fact, id: `${hop} ${key} absent`, operator: 'Null', ifExists: false, values: ['true'] };
  return examplesOf([...literals, { fact: absent, holds: true }], now) === undefined;
}
