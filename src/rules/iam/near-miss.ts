import { type ConditionTest, conditionWays } from './condition.ts';
import { describeStatement } from './evidence.ts';
import type { CompiledPolicy } from './policy.ts';
import { type MatchKind, mayHavePrincipal } from './principal.ts';
import type { Query } from './query.ts';
import { type CompiledStatement, elementWays, statementPrincipals } from './statement.ts';
import { OPEN, type PolicySet } from './types.ts';
import { isGap, templateText } from './variables.ts';

/** More than these would bury the answer. */
const MOST_NAMED = 3;

/** The Allow statements that are about the request and fail by their conditions alone. */
export function nearMisses(set: PolicySet<CompiledPolicy> | null, query: Query): readonly CompiledStatement[] {
  const allows = set?.policies.flatMap((policy) => policy.allows) ?? [];
  return allows.filter((statement) => failedTests(statement, query).length > 0 && isAbout(statement, query));
}

function isAbout(statement: CompiledStatement, query: Query): boolean {
  if (elementWays(statement, query).length === 0) return false;
  return !mayHavePrincipal(statement.kind) || namedAs(statement, query).length > 0;
}

/** How the statement names the caller. */
export function namedAs(statement: CompiledStatement, query: Query): readonly MatchKind[] {
  return statementPrincipals(statement, query).map(({ kind }) => kind);
}

function failedTests({ conditions }: CompiledStatement, query: Query): readonly ConditionTest[] {
  return conditions.filter((test) => conditionWays(test, query).length === 0);
}

/**
 * The conditions that keep an Allow from counting, for a sentence: which key, under which operator, what is wanted and what was
 * there. Empty where no statement is that near.
 *
 * @example ': statement 1 of trust policy wants StringEquals sts:ExternalId "c0ffee", and the request has "coffee"'
 */
export function failedConditions(set: PolicySet<CompiledPolicy> | null, query: Query): string {
  const near = nearMisses(set, query);
  if (near.length === 0) return '';
  const each = near.slice(0, MOST_NAMED).map((statement) => {
    const failed = failedTests(statement, query).map((test) => failure(test, query));
    return `${describeStatement(statement.ref)} wants ${failed.join(', and ')}`;
  });
  const more = near.length > MOST_NAMED ? `; and ${near.length - MOST_NAMED} more` : '';
  return `: ${each.join('; ')}${more}`;
}

function failure(test: ConditionTest, query: Query): string {
  const wanted = test.templates.map(({ parts }) => JSON.stringify(templateText(parts, false)));
  const list = wanted.length === 1 ? wanted.join() : `[${wanted.join(', ')}]`;
  return `${test.written} ${test.key} ${list}, and the request has ${present(query.context(test.lower))}`;
}

function present(value: ReturnType<Query['context']>): string {
  if (value === undefined) return 'none';
  if (value === OPEN || isGap(value)) return 'one that does not settle it';
  return JSON.stringify(value);
}
