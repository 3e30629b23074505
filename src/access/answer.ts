import type { Gap, Ways } from '../base/index.ts';
import { conditionKind, describeCondition } from '../rules/iam/index.ts';
import { exampleKey, type OpenWay, openWays } from './settle.ts';
import type { AccessFact, Answer, AssumptionName, OpenCondition } from './types.ts';

/** The decision of a formula with what it still needs (design: how gaps and conditions decide). */
export interface Settled {
  readonly decision: Answer['decision'];
  readonly wouldBe?: 'allow';
  readonly firm: boolean;
  readonly conditions: readonly OpenCondition[];
  readonly gaps: readonly Gap[];
  readonly alternatives: number;
}

/**
 * Settles a formula: an allow when some way needs no missing evidence (firm when it needs nothing at all), unknown
 * when every way needs some, a deny when no way is left.
 */
export function settle(ways: Ways<AccessFact>, now: Date): Settled {
  const open = openWays(ways, now);
  const best = open[0];
  if (best === undefined) return { decision: 'deny', firm: true, conditions: [], gaps: [], alternatives: 0 };
  const conditions = conditionsOf(best);
  if (best.missing === 0) {
    const alternatives = open.filter(({ missing }) => missing === 0).length - 1;
    return { decision: 'allow', firm: conditions.length === 0, conditions, gaps: [], alternatives };
  }
  return { decision: 'unknown', wouldBe: 'allow', firm: false, conditions, gaps: gapsOf(best), alternatives: open.length - 1 };
}

/** The conditions of one way, in the order of the hops. */
export function conditionsOf(way: OpenWay): readonly OpenCondition[] {
  const conditions: OpenCondition[] = [];
  for (const { fact, holds } of way.literals) {
    if (fact.kind !== 'condition' || fact.implied) continue;
    const example = exampleText(way, fact.hop, fact.key);
    conditions.push({
      hop: fact.hop,
      key: fact.key,
      kind: conditionKind(fact.key),
      text: describeCondition(fact, holds),
      ...(example === undefined ? {} : { example }),
      statement: fact.statement,
    });
  }
  return conditions.sort((a, b) => a.hop - b.hop || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function exampleText(way: OpenWay, hop: number, key: string): string | undefined {
  const value = way.examples.get(exampleKey(hop, key));
  if (value === undefined) return undefined;
  if (value === null) return `!${key}`;
  return typeof value === 'string' ? `${key}=${value}` : `${key}=${value.join(',')}`;
}

/** The evidence that one way lacks. */
export function gapsOf(way: OpenWay): readonly Gap[] {
  const gaps = new Map<string, Gap>();
  for (const { fact } of way.literals) {
    if (fact.kind === 'missing') gaps.set(fact.gap.id, fact.gap);
  }
  return [...gaps.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const ASSUMPTION_TEXT: Readonly<Record<AssumptionName, string>> = {
  'no-scp': 'no service control policy limits an account whose organization was not collected (--assume no-scp)',
  'no-rcp': 'no resource control policy limits a role whose organization was not collected (--assume no-rcp)',
  'caller-allowed': "a caller whose account was not collected is allowed by its own account's policies (--assume caller-allowed)",
};

/** The stated assumptions in words. */
export function describeAssumptions(assume: readonly AssumptionName[]): readonly string[] {
  return assume.map((name) => ASSUMPTION_TEXT[name]);
}

/**
 * The first line under the verdict: whose side is proven and whose is left.
 *
 * @param closed why the path is closed, for a deny
 * @param accounts the accounts that the path leads through; empty for a Kubernetes user alone
 */
export function headline(settled: Settled, closed: string, accounts: readonly string[]): string {
  if (settled.decision === 'deny') return closed;
  if (settled.decision === 'unknown') return unknownHeadline(settled.gaps, accounts);
  return settled.firm ? 'every hop allows' : 'every hop allows under the conditions below';
}

function unknownHeadline(gaps: readonly Gap[], accounts: readonly string[]): string {
  const sides = [...new Set(gaps.map(({ side }) => side).filter((side) => side !== undefined))];
  const proven = [...new Set(accounts)].filter((account) => !sides.some((side) => side.includes(account)));
  const left = sides.length === 0 ? 'what is left could not be judged' : `what is left is for ${sides.join(' and ')} to prove`;
  if (proven.length === 0) return `nothing that was collected decides it; ${left}`;
  return `the side of ${proven.join(' and ')} allows; ${left}`;
}
