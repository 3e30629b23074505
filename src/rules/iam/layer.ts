import { and, FALSE, or, TooManyWays, TRUE, type Ways } from '../../base/index.ts';
import { type Effect, missingEvidence, unjudgedGap } from './evidence.ts';
import type { CompiledPolicy } from './policy.ts';
import { type MatchKind, mayHavePrincipal } from './principal.ts';
import type { Query } from './query.ts';
import { sharedProviderWays } from './shared-provider.ts';
import { type CompiledStatement, statementPrincipals, statementWays } from './statement.ts';
import type { IamFact, PolicySet, StatementRef } from './types.ts';

/** What the policies in one place say. */
export interface Answer {
  readonly ways: Ways<IamFact>;
  /** The statements that matched, firmly or not. */
  readonly by: readonly StatementRef[];
}

const NOTHING: readonly StatementRef[] = [];
const NO: Answer = { ways: FALSE, by: NOTHING };
/** Said without a statement. */
export const YES: Answer = { ways: TRUE, by: NOTHING };

/** Whether some statement of the set has the effect; gaps may have it. Where it is firm, the first statement says so. */
export function answer(set: PolicySet<CompiledPolicy>, effect: Effect, query: Query): Answer {
  try {
    return formula(set, effect, query);
  } catch (error) {
    if (!(error instanceof TooManyWays)) throw error;
    return firmOrUnknown(set, effect, query);
  }
}

/** Where the formula grew too large: what is firm stays firm, of the rest nobody can say. */
function firmOrUnknown(set: PolicySet<CompiledPolicy>, effect: Effect, query: Query): Answer {
  const [policy] = set.policies;
  if (policy === undefined) return NO;
  for (const { allows, denies } of set.policies) {
    for (const statement of effect === 'allows' ? allows : denies) {
      if (isFirm(statement, query)) return { ways: TRUE, by: [statement.ref] };
    }
  }
  const gap = unjudgedGap({ policy: policy.source, statement: 0 }, 'the combinations of its conditions, which are too many,');
  return { ways: missingEvidence(gap, effect), by: NOTHING };
}

function isFirm(statement: CompiledStatement, query: Query): boolean {
  try {
    return named(statement, query) === TRUE;
  } catch (error) {
    if (!(error instanceof TooManyWays)) throw error;
    return false;
  }
}

function named(statement: CompiledStatement, query: Query): Ways<IamFact> {
  const here = statementWays(statement, query);
  if (here.length === 0 || !mayHavePrincipal(statement.kind)) return here;
  return principals(statement, query, here);
}

function formula(set: PolicySet<CompiledPolicy>, effect: Effect, query: Query): Answer {
  let ways: Ways<IamFact> = FALSE;
  let by: StatementRef[] | undefined;
  for (const policy of set.policies) {
    for (const statement of effect === 'allows' ? policy.allows : policy.denies) {
      const here = named(statement, query);
      if (here.length === 0) continue;
      if (here === TRUE) return { ways: TRUE, by: [statement.ref] };
      ways = or(ways, here);
      by = [...(by ?? []), statement.ref];
    }
    if (policy.broken !== undefined) ways = or(ways, brokenWays(policy, effect));
  }
  for (const gap of set.gaps) ways = or(ways, missingEvidence(gap, effect));
  return ways.length === 0 ? NO : { ways, by: by ?? NOTHING };
}

function principals(statement: CompiledStatement, query: Query, rest: Ways<IamFact>): Ways<IamFact> {
  let ways: Ways<IamFact> = FALSE;
  for (const match of statementPrincipals(statement, query)) ways = or(ways, match.ways);
  return and(ways, rest);
}

function brokenWays(policy: CompiledPolicy, effect: Effect): Ways<IamFact> {
  const gap = unjudgedGap({ policy: policy.source, statement: 0 }, `what AWS makes of it (${policy.broken})`);
  return missingEvidence(gap, effect);
}

/** How the resource's own policy grants: by naming the account, the role, or the caller itself. */
export interface Grants {
  readonly account: Ways<IamFact>;
  readonly role: Ways<IamFact>;
  readonly direct: Ways<IamFact>;
  readonly by: readonly StatementRef[];
}

function granted(statement: CompiledStatement, query: Query): Ways<IamFact> {
  const ways = statementWays(statement, query);
  return query.principal.kind === 'federated' ? and(ways, sharedProviderWays(statement, query)) : ways;
}

const NO_GRANTS: Grants = { account: FALSE, role: FALSE, direct: FALSE, by: NOTHING };

/** The kinds of matching Allow statements of a resource policy or trust policy; a firm direct grant ends the search. */
export function grants(set: PolicySet<CompiledPolicy> | null, query: Query): Grants {
  // Grants never cross partitions (IAM guide: id_roles_compare-resource-policies).
  if (set === null || query.crossPartition) return NO_GRANTS;
  const found: Record<MatchKind, Ways<IamFact>> = { account: FALSE, role: FALSE, direct: FALSE };
  let by: StatementRef[] | undefined;
  for (const policy of set.policies) {
    for (const statement of policy.allows) {
      const matches = statementPrincipals(statement, query);
      if (matches.length === 0) continue;
      const here = granted(statement, query);
      if (here.length === 0) continue;
      by = by === undefined ? [statement.ref] : [...by, statement.ref];
      for (const { kind, ways } of matches) found[kind] = or(found[kind], and(ways, here));
      if (found.direct === TRUE) return { ...found, by: [statement.ref] };
    }
    if (policy.broken !== undefined) found.direct = or(found.direct, brokenWays(policy, 'allows'));
  }
  for (const gap of set.gaps) found.direct = or(found.direct, missingEvidence(gap, 'allows'));
  return { ...found, by: by ?? NOTHING };
}
