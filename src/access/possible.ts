import { and, type Literal, TooManyWays, type Unsettled, unsettled, type Ways } from '../base/index.ts';
import type { MissingEvidence } from '../rules/iam/index.ts';
import type { Session } from '../rules/sts/index.ts';
import { openWays } from './settle.ts';
import type { AccessFact, HopCondition } from './types.ts';

/** Stands where a formula has more combinations than are followed: whatever they come to, nobody can tell. */
export const TOO_MANY: MissingEvidence = {
  kind: 'missing',
  id: 'too-many-ways:allows',
  gap: {
    kind: 'gap',
    id: 'too-many-ways',
    state: 'unjudged',
    what: 'a decision with more combinations of conditions than are followed; state some keys with --given',
  },
  effect: 'allows',
};

/** Both formulas; where there are too many combinations to follow, what stands is "cannot tell". */
export function conjunctionOf<F extends Unsettled>(a: Ways<F>, b: Ways<F>): Ways<F | MissingEvidence> {
  try {
    return and<F | MissingEvidence>(a, b);
  } catch (error) {
    if (error instanceof TooManyWays) return unsettled<F | MissingEvidence>(TOO_MANY);
    throw error;
  }
}

/**
 * Whether a literal set leads to the same as one of these ways: what is in one of them stands in it. Never by a formula that
 * nobody could follow.
 */
export function implies(way: readonly Literal<AccessFact>[], ways: Ways<AccessFact>): boolean {
  return ways.some((other) =>
    other.every(
      ({ fact, holds }) =>
        fact.id !== TOO_MANY.id && way.some((literal) => literal.fact.id === fact.id && literal.holds === holds),
    ),
  );
}

/** Whether each of the ways asks at least for what some of the others asks for. */
export function covers(others: Ways<AccessFact>, ways: Ways<AccessFact>): boolean {
  return others === ways || ways.every((way) => implies(way, others));
}

/**
 * The ways of one hop that some request could take, now or later: a window that has passed is none, and neither is MFA
 * for a session of a role, which has lost it (facts/iam.md §3.3).
 */
export function possible(ways: Ways<AccessFact>, from: Session, hop: number, now: Date): Ways<AccessFact> {
  if (ways.length === 0 || ways.some((way) => way.length === 0)) return ways;
  const limited = from.principal.kind === 'assumed-role' ? ways.map((way) => withoutMfa(way, hop)) : ways;
  const open = openWays(limited, now);
  return open.length === limited.length ? limited : open.map(({ literals }) => literals);
}

function withoutMfa(way: Ways<AccessFact>[number], hop: number): Ways<AccessFact>[number] {
  const some = way.find(
    ({ fact }) => fact.kind === 'condition' && fact.hop === hop && fact.key.toLowerCase() === MFA.toLowerCase(),
  );
  if (some?.fact.kind !== 'condition') return way;
  const lost: HopCondition = {
    ...some.fact,
    id: `${hop} mfa lost`,
    operator: 'Bool',
    ifExists: false,
    values: ['true'],
    implied: true,
  };
  return [...way, { fact: lost, holds: false }].sort((a, b) => (a.fact.id < b.fact.id ? -1 : 1));
}

const MFA = 'aws:MultiFactorAuthPresent';
