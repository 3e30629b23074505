import { and, FALSE, TRUE, type Ways } from '../../base/index.ts';
import { type ActionElement, actionWays, compileAction } from './action.ts';
import { type ConditionTest, compileCondition, conditionWays } from './condition.ts';
import { type Effect, missingEvidence, unjudgedGap } from './evidence.ts';
import { readOperatorName } from './operators/index.ts';
import type { ParsedPolicy, ParsedStatement } from './parse.ts';
import { notPrincipalWays, type PrincipalElement, type PrincipalMatch, principalMatches } from './principal.ts';
import type { Query } from './query.ts';
import { compileResource, type ResourceElement, resourceWays } from './resource.ts';
import type { IamFact, PolicyKind, StatementRef } from './types.ts';

/** A statement with one effect, ready to be asked. A statement whose Effect is not readable becomes two. */
export interface CompiledStatement {
  readonly ref: StatementRef;
  readonly effect: Effect;
  readonly kind: PolicyKind;
  readonly action: ActionElement | undefined;
  readonly resource: ResourceElement | undefined;
  /** undefined where the kind of policy has no Principal, or it could not be read (then the statement is broken). */
  readonly principal: PrincipalElement | undefined;
  readonly conditions: readonly ConditionTest[];
  readonly broken: string | undefined;
}

/** Compiles a statement. */
export function compileStatement(statement: ParsedStatement, policy: ParsedPolicy): readonly CompiledStatement[] {
  const { kind } = policy.source;
  const ref: StatementRef = {
    policy: policy.source,
    statement: statement.index,
    ...(statement.sid === undefined ? {} : { sid: statement.sid }),
  };
  const effects: readonly Effect[] =
    statement.effect === undefined ? ['allows', 'denies'] : [statement.effect === 'Allow' ? 'allows' : 'denies'];
  const { action, resource } = statement;
  return effects.map((effect) => ({
    ref,
    effect,
    kind,
    action: action && compileAction(action.not, action.values, kind),
    resource: resource && compileResource(resource.not, resource.values, policy.variables),
    principal: statement.principal,
    conditions: statement.conditions.flatMap(({ operator, key, values }) => {
      const name = readOperatorName(operator);
      return name === undefined
        ? []
        : [compileCondition({ key, written: operator, name, ref, effect }, values, policy.variables)];
    }),
    broken: statement.broken ?? policy.broken,
  }));
}

/** Whether everything but the principal matches. */
export function statementWays(statement: CompiledStatement, query: Query): Ways<IamFact> {
  const { effect, ref } = statement;
  let ways = elementWays(statement, query);
  if (ways === FALSE) return FALSE;
  for (const condition of statement.conditions) {
    const here = conditionWays(condition, query);
    if (here === FALSE) return FALSE;
    ways = and(ways, here);
  }
  if (statement.broken === undefined || ways.length === 0) return ways;
  return and(ways, missingEvidence(unjudgedGap(ref, `what AWS makes of it (${statement.broken})`), effect));
}

/** Whether the statement is about the action and the resource. */
export function elementWays(statement: CompiledStatement, query: Query): Ways<IamFact> {
  const { action, resource, effect, ref } = statement;
  let ways: Ways<IamFact> = TRUE;
  if (action !== undefined) ways = actionWays(action, query, effect, ref);
  else if (statement.kind === 'resource') ways = withoutElement('Action', statement, query);
  if (ways === FALSE) return FALSE;
  if (resource !== undefined) return and(ways, resourceWays(resource, query, effect, ref));
  return statement.kind === 'resource' ? and(ways, withoutElement('Resource', statement, query)) : ways;
}

/**
 * A key policy statement that lacks Action or Resource has no effect (KMS PutKeyPolicy), one that holds them in a form that
 * nobody can read may have one; a repository policy has no Resource (ECR guide); any other policy of a resource needs both.
 */
function withoutElement(
  element: 'Action' | 'Resource',
  { effect, ref, broken }: CompiledStatement,
  { service }: Query,
): Ways<IamFact> {
  if (service === 'kms') return broken === undefined ? FALSE : TRUE;
  if (service === 'ecr' && element === 'Resource') return TRUE;
  return missingEvidence(unjudgedGap(ref, `a statement without ${element}`), effect);
}

/** The ways in which the statement names the caller; a broken one that cannot be read may name anybody. */
export function statementPrincipals(statement: CompiledStatement, query: Query): readonly PrincipalMatch[] {
  const { principal, effect, ref } = statement;
  if (principal === undefined) return ANYBODY;
  if (principal.not) {
    const ways = notPrincipalWays(principal, query, effect, ref);
    return ways === FALSE ? [] : [{ kind: 'direct', ways }];
  }
  return principalMatches(principal, query, effect, ref);
}

const ANYBODY: readonly PrincipalMatch[] = [{ kind: 'direct', ways: TRUE }];

/** Whether a key policy statement would match but for the Action or Resource that it lacks; says where a KMS deny comes from. */
export function isIneffective(statement: CompiledStatement, query: Query): boolean {
  if (query.service !== 'kms' || statement.kind !== 'resource' || statement.effect !== 'allows') return false;
  if (statement.broken !== undefined) return false;
  if (statement.action !== undefined && statement.resource !== undefined) return false;
  if (statementPrincipals(statement, query).length === 0) return false;
  return statement.action === undefined || actionWays(statement.action, query, statement.effect, statement.ref).length > 0;
}
