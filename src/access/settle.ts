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

/**
 * Whether some way can be made true, remembering what was found out of the conditions of each hop.
 *
 * @param known answers by the ids of the conditions; of one moment `now` alone
 */
export function isOpen(ways: Ways<AccessFact>, now: Date, known: Map<string, boolean>): boolean {
  return ways.some((literals) => {
    for (const conditions of byHop(literals).values()) {
      const key = conditions.map(({ fact, holds }) => `${holds} ${fact.id}`).join('\n');
      let open = known.get(key);
      if (open === undefined) {
        open = satisfyHop(conditions, now).satisfiable;
        known.set(key, open);
      }
      if (!open) return false;
    }
    return true;
  });
}

/** Names an example of `OpenWay.examples`. */
export function exampleKey(hop: number, key: string): string {
  return `${hop} ${key.toLowerCase()}`;
}

function examplesOf(literals: readonly Literal<AccessFact>[], now: Date): OpenWay['examples'] | undefined {
  const examples = new Map<string, string | readonly string[] | null>();
  for (const [hop, conditions] of byHop(literals)) {
    const { satisfiable, witness } = satisfyHop(conditions, now);
    if (!satisfiable) return undefined;
    for (const [key, value] of witness) examples.set(exampleKey(hop, key), value);
  }
  return examples;
}

/** The conditions of each hop, which alone can contradict each other. */
function byHop(literals: readonly Literal<AccessFact>[]): ReadonlyMap<number, readonly Literal<HopCondition>[]> {
  const hops = new Map<number, Literal<HopCondition>[]>();
  for (const { fact, holds } of literals) {
    if (fact.kind !== 'condition') continue;
    const list = hops.get(fact.hop);
    if (list === undefined) hops.set(fact.hop, [{ fact, holds }]);
    else list.push({ fact, holds });
  }
  return hops;
}

function satisfyHop(conditions: readonly Literal<HopCondition>[], now: Date): ReturnType<typeof satisfy> {
  return satisfy([...conditions, ...tagKeysPassed(conditions)], { now });
}

/** A tag that must be passed stands among the tag keys (facts/iam.md §3.3). */
function tagKeysPassed(conditions: readonly Literal<HopCondition>[]): readonly Literal<HopCondition>[] {
  const tags = new Map<string, Literal<HopCondition>[]>();
  for (const condition of conditions) {
    const key = condition.fact.key.toLowerCase();
    if (!key.startsWith(REQUEST_TAG)) continue;
    const same = tags.get(key);
    if (same === undefined) tags.set(key, [condition]);
    else same.push(condition);
  }
  const passed: Literal<HopCondition>[] = [];
  for (const same of tags.values()) {
    const fact = same[0]?.fact;
    if (fact === undefined) continue;
    const absent = { fact: { ...fact, id: 'absent', operator: 'Null', ifExists: false, values: ['true'] }, holds: true };
    if (satisfy([...same, absent]).satisfiable) continue;
    const key = { ...fact, key: 'aws:TagKeys', operator: 'ForAnyValue:StringEqualsIgnoreCase', ifExists: false };
    passed.push({ fact: { ...key, id: `tag keys ${fact.key}`, values: [fact.key.slice(REQUEST_TAG.length)] }, holds: true });
  }
  return passed;
}

const REQUEST_TAG = 'aws:requesttag/';

/**
 * Whether every way of satisfying these literals has the key present at that hop. Keys are satisfied one by one, so only
 * the literals on this key matter; on `aws:TagKeys` those on tags too.
 */
export function mustBePresent(literals: readonly Literal<AccessFact>[], hop: number, key: string, now: Date): boolean {
  const lower = key.toLowerCase();
  const about = literals.filter(({ fact }) => {
    if (fact.kind !== 'condition' || fact.hop !== hop) return false;
    const other = fact.key.toLowerCase();
    return other === lower || (lower === 'aws:tagkeys' && other.startsWith(REQUEST_TAG));
  });
  const some = about.find(({ fact }) => fact.kind === 'condition' && fact.key.toLowerCase() === lower);
  if (some === undefined || some.fact.kind !== 'condition') return false;
  const absent: HopCondition = { ...some.fact, id: `${hop} ${key} absent`, operator: 'Null', ifExists: false, values: ['true'] };
  return examplesOf([...about, { fact: absent, holds: true }], now) === undefined;
}
