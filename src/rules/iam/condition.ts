import { and, FALSE, type Gap, globAfter, globText, literalOf, not, or, TRUE, type Ways } from '../../base/index.ts';
import { conditionFact } from './condition-fact.ts';
import { type Effect, missingEvidence, unjudgedGap } from './evidence.ts';
import { isMultivalued } from './multivalued.ts';
import type { Operator, OperatorName, ValueTest } from './operators/index.ts';
import type { Query } from './query.ts';
import { type Context, type IamFact, OPEN, type StatementRef } from './types.ts';
import { isGap, NO_VALUE, type Resolved, readTemplate, resolveTemplate, type Template, templateText } from './variables.ts';

/** One key under one operator, ready to be asked. */
export interface ConditionTest {
  readonly key: string;
  readonly lower: string;
  readonly name: OperatorName;
  /** As the policy writes it, for sentences. */
  readonly written: string;
  readonly templates: readonly Template[];
  /** Compiled values, when none holds a variable. */
  readonly tests: readonly ValueTest[] | undefined;
  /** Some value is none of this operator's values. */
  readonly invalid: boolean;
  readonly ref: StatementRef;
  readonly effect: Effect;
  /** The test as a formula over an open key, made when it is first needed; only for tests without variables. */
  readonly open: { ways?: Ways<IamFact> };
}

/** True, false, or undefined where the facts do not say. */
export type Verdict = boolean | undefined;

const never: ValueTest = () => false;
const unsure: ValueTest = () => undefined;

/** Compiles one key of a Condition block. `resolves`: the policy's Version knows variables. */
export function compileCondition(
  where: {
    readonly key: string;
    readonly written: string;
    readonly name: OperatorName;
    readonly ref: StatementRef;
    readonly effect: Effect;
  },
  values: readonly string[],
  resolves: boolean,
): ConditionTest {
  const { operator } = where.name;
  const templates: Template[] = [];
  let invalid = false;
  for (const value of values) {
    const unconfirmed = operator?.variables === 'unconfirmed' && resolves && value.includes('${');
    const template = readTemplate(value, resolves && operator?.variables === 'yes', operator?.wildcards === true);
    if (template === undefined || unconfirmed || !isValid(operator, template)) invalid = true;
    else templates.push(template);
  }
  const settled = templates.every((template) => template.settled !== undefined);
  return {
    ...where,
    lower: where.key.toLowerCase(),
    templates,
    tests: settled && operator !== undefined ? templates.map((one) => operator.read(one.settled ?? []) ?? unsure) : undefined,
    invalid,
    open: {},
  };
}

function isValid(operator: Operator | undefined, template: Template): boolean {
  if (template.settled === undefined) return true;
  if (operator !== undefined) return operator.read(template.settled) !== undefined;
  const text = globText(template.settled);
  return text === 'true' || text === 'false';
}

/** Whether the test holds for the request, as a formula over what is not settled. */
export function conditionWays(test: ConditionTest, query: Query): Ways<IamFact> {
  const value = query.context(test.lower);
  if (value === OPEN) {
    const depends = test.tests === undefined && test.name.operator !== undefined;
    if (depends || test.lower === 'aws:userid') return openWays(test, query);
    test.open.ways ??= openWays(test, query);
    return test.open.ways;
  }
  if (isGap(value)) return missingEvidence(value, test.effect, testId(test));
  if (test.name.operator === undefined || test.tests !== undefined)
    return verdictWays(test, judge(test, test.tests ?? [], value));
  const resolved = test.templates.map((template) => resolveTemplate(template, query.context));
  const waiting = resolved.find((one) => one !== NO_VALUE && 'waitsFor' in one) as Exclude<Resolved, typeof NO_VALUE> | undefined;
  const tests = resolved.map((one) => testOf(test.name.operator as Operator, one));
  const verdict = judge(test, tests, value);
  if (waiting === undefined || !('waitsFor' in waiting)) return verdictWays(test, verdict);
  // What is not settled yet counts as unsure, so a firm verdict needs none of it.
  if (verdict !== undefined) return verdict ? TRUE : FALSE;
  if (waiting.gap !== undefined) return missingEvidence(waiting.gap, test.effect, testId(test));
  return literal(test, resolved);
}

function verdictWays(test: ConditionTest, verdict: Verdict): Ways<IamFact> {
  if (verdict === true) return TRUE;
  if (verdict === false) return FALSE;
  return unjudged(test);
}

function unjudged(test: ConditionTest): Ways<IamFact> {
  return missingEvidence(unjudgedGap(test.ref, `what ${test.written} on ${test.key} means`), test.effect);
}

function testId(test: ConditionTest): string {
  const values = test.templates.map((template) => templateText(template.parts, test.name.operator?.wildcards === true));
  return `${test.written} ${test.lower} ${JSON.stringify(values)}`;
}

function testOf(operator: Operator, resolved: Resolved): ValueTest {
  if (resolved === NO_VALUE) return never;
  if ('waitsFor' in resolved) return unsure;
  const test = operator.read(resolved.glob) ?? never;
  if (resolved.doubtful === undefined || !operator.wildcards) return test;
  const lenient = operator.read(resolved.doubtful) ?? never;
  return (value) => test(value) || (lenient(value) === false ? false : undefined);
}

/** The verdict for a value that is known (undefined: the key is absent). */
export function judge(test: ConditionTest, tests: readonly ValueTest[], value: string | readonly string[] | undefined): Verdict {
  const { qualifier, operator, negated, ifExists } = test.name;
  if (operator === undefined) return judgeNull(test, value);
  const empty = test.templates.length === 0 && !test.invalid;
  if (value === undefined) {
    if (qualifier === 'ForAllValues:') return true;
    // Whether IfExists helps ForAnyValue over a missing key is not confirmed.
    if (qualifier === 'ForAnyValue:') return ifExists && !empty ? undefined : false;
    if (empty && !ifExists) return undefined;
    return negated || ifExists;
  }
  // Empty value lists: Access Analyzer policy checks, "Empty … condition".
  if (empty) return qualifier === '' && !ifExists ? undefined : false;
  if (qualifier === '') {
    const single = singleValue(test, value);
    // A multivalued key needs a set operator; that without one it does not match was seen, and is not documented
    // (facts/iam.md §3.2): enough to refuse an allow (not where the operator is negated), never enough to spare a deny.
    if (single === undefined) return negated || (test.effect === 'denies' && value.length > 0) ? undefined : false;
    return flip(matchAny(test, tests, single), negated);
  }
  const given = typeof value === 'string' ? (value === '' ? [] : [value]) : value;
  let verdict: Verdict = qualifier === 'ForAllValues:';
  for (const one of given) {
    const here = flip(matchAny(test, tests, one), negated);
    if (here === undefined) verdict = undefined;
    else if (here !== (qualifier === 'ForAllValues:')) return here;
  }
  return verdict;
}

function judgeNull(test: ConditionTest, value: string | readonly string[] | undefined): Verdict {
  if (test.invalid || test.templates.length === 0) return undefined;
  if (typeof value === 'object' && value.length === 0) return undefined;
  const wanted = value === undefined ? 'true' : 'false';
  return test.templates.some((template) => globText(template.settled ?? []) === wanted);
}

function singleValue(test: ConditionTest, value: string | readonly string[]): string | undefined {
  if (typeof value === 'string') return value;
  return value.length === 1 && !isMultivalued(test.lower) ? value[0] : undefined;
}

function matchAny(test: ConditionTest, tests: readonly ValueTest[], value: string): Verdict {
  let verdict: Verdict = test.invalid ? undefined : false;
  for (const one of tests) {
    const here = one(value);
    if (here === true) return true;
    if (here === undefined) verdict = undefined;
  }
  return verdict;
}

function flip(verdict: Verdict, negated: boolean): Verdict {
  return verdict === undefined || !negated ? verdict : !verdict;
}

/** The key may have any value: the test becomes a fact of its own. */
function openWays(test: ConditionTest, query: Query): Ways<IamFact> {
  const { qualifier, operator, ifExists } = test.name;
  if (test.invalid) return unjudged(test);
  if (operator === undefined) {
    if (test.templates.length === 0) return unjudged(test);
    const wanted = new Set(test.templates.map((template) => globText(template.settled ?? [])));
    if (wanted.size > 1) return TRUE;
    return conditionFact({ ...test, operator: 'Null', ifExists: false, values: ['true'] }, wanted.has('true'));
  }
  const absent = conditionFact({ ...test, operator: 'Null', ifExists: false, values: ['true'] }, true);
  if (test.templates.length === 0) {
    if (qualifier === 'ForAnyValue:') return FALSE;
    return qualifier === '' && !ifExists ? unjudged(test) : absent;
  }
  if (qualifier === '' && isMultivalued(test.lower)) return openListWays(test, absent);
  const resolved = test.templates.map((template) => resolveTemplate(template, query.context));
  const gap = resolved.find((one): one is Resolved & { readonly gap: Gap } => one !== NO_VALUE && 'gap' in one);
  if (gap !== undefined) return missingEvidence(gap.gap, test.effect, testId(test));
  if (test.lower === 'aws:userid' && query.principal.kind === 'assumed-role' && query.principal.sessionName === undefined) {
    return userIdWays(test, resolved, query);
  }
  const fact = literal(test, resolved);
  if (qualifier !== 'ForAnyValue:' || !ifExists) return fact;
  return or(fact, and(absent, unjudged(test)));
}

/** A multivalued key without a set operator: absent it is judged as any key, present as `judge` does with a list. */
function openListWays(test: ConditionTest, absent: Ways<IamFact>): Ways<IamFact> {
  const { negated, ifExists } = test.name;
  const present = negated || test.effect === 'denies' ? and(not(absent), unjudged(test)) : FALSE;
  return negated || ifExists ? or(absent, present) : present;
}

/** The test as a literal over the positive operator, so that a test and its opposite are one fact. */
function literal(test: ConditionTest, resolved: readonly Resolved[], key = test.key): Ways<IamFact> {
  const { qualifier, operator, negated, ifExists } = test.name;
  const { name, wildcards } = operator as Operator;
  const values = resolved
    .filter((one) => one !== NO_VALUE)
    .map((one) => templateText('waitsFor' in one ? one.parts : [one.glob], wildcards));
  // No value of the policy resolves: nothing can match.
  if (values.length === 0 && qualifier === '' && !ifExists) return negated ? TRUE : FALSE;
  const opposite = qualifier === '' ? '' : qualifier === 'ForAllValues:' ? 'ForAnyValue:' : 'ForAllValues:';
  return conditionFact(
    {
      key,
      operator: `${negated ? opposite : qualifier}${name}`,
      ifExists: ifExists && !negated && qualifier === '',
      values,
      ref: test.ref,
    },
    !negated,
  );
}

/** `aws:userid` of a role session is the role's id, a colon and the session name, so a test of it is one of the session name. */
function userIdWays(test: ConditionTest, resolved: readonly Resolved[], query: Query): Ways<IamFact> {
  const { principal } = query;
  const operator = test.name.operator as Operator;
  if (operator.family !== 'text' || operator.name === 'ArnLike' || resolved.some((one) => one !== NO_VALUE && !('glob' in one))) {
    return literal(test, resolved);
  }
  if (principal.uniqueId === undefined) {
    return missingEvidence(uniqueIdGap(principal.roleArn ?? principal.arn, principal.account), test.effect, testId(test));
  }
  const fold = operator.name === 'StringEqualsIgnoreCase';
  const prefix = fold ? `${principal.uniqueId}:`.toLowerCase() : `${principal.uniqueId}:`;
  const rests = resolved.flatMap((one) => {
    if (one === NO_VALUE || !('glob' in one)) return [];
    return globAfter(fold ? literalOf(globText(one.glob).toLowerCase()) : one.glob, prefix).map((glob) => ({ glob }));
  });
  const some = rests.filter(({ glob }) => glob.length > 0);
  if (some.some(({ glob }) => glob.every((token) => token < 0 && token !== -2))) return test.name.negated ? FALSE : TRUE;
  if (some.length === 0) return test.name.negated ? TRUE : FALSE;
  const plain = { ...test, name: { ...test.name, qualifier: '' as const, ifExists: false } };
  return literal(plain, some, CALLER_SESSION_NAME);
}

/** The name of the caller's own session, where any session of a role is meant. Not a key of AWS. */
export const CALLER_SESSION_NAME = 'causeway:CallerSessionName';

/** The unique id of a user or role that the evidence at hand does not hold. */
export function uniqueIdGap(arn: string, account: string): Gap {
  return { kind: 'gap', id: `unique-id:${arn}`, state: 'notCollected', what: `the unique id of ${arn}`, side: account };
}

/** Asks a test of a context in which the key is settled; used by the search for values that satisfy a way. */
export function holdsFor(test: ConditionTest, context: Context): Verdict {
  const value = context(test.lower);
  if (value === OPEN || isGap(value)) return undefined;
  if (test.tests !== undefined || test.name.operator === undefined) return judge(test, test.tests ?? [], value);
  const tests = test.templates.map((template) => testOf(test.name.operator as Operator, resolveTemplate(template, context)));
  return judge(test, tests, value);
}
