import { globText } from '../../base/index.ts';
import { CALLER_SESSION_NAME } from './condition.ts';
import { readOperatorName } from './operators/index.ts';
import type { Condition, IamFact } from './types.ts';
import { isVariable, readTemplate } from './variables.ts';

/** Words for "value compares so with what the policy says", and for its opposite. */
const WORDS: Readonly<Record<string, readonly [string, string]>> = {
  StringEquals: ['is', 'is not'],
  StringEqualsIgnoreCase: ['is (in any letter case)', 'is not (in any letter case)'],
  StringLike: ['is like', 'is not like'],
  ArnLike: ['is like', 'is not like'],
  BinaryEquals: ['is', 'is not'],
  Bool: ['is', 'is not'],
  IpAddress: ['is in', 'is not in'],
  NumericEquals: ['is', 'is not'],
  NumericLessThan: ['is less than', 'is not less than'],
  NumericLessThanEquals: ['is at most', 'is not at most'],
  NumericGreaterThan: ['is more than', 'is not more than'],
  NumericGreaterThanEquals: ['is at least', 'is not at least'],
  DateEquals: ['is', 'is not'],
  DateLessThan: ['is before', 'is not before'],
  DateLessThanEquals: ['is at or before', 'is not at or before'],
  DateGreaterThan: ['is after', 'is not after'],
  DateGreaterThanEquals: ['is at or after', 'is not at or after'],
};

/**
 * A condition (or its opposite) in plain words, without the statement that it comes from.
 *
 * @example describeCondition(condition, true) // 'sts:ExternalId is c0ffee'
 * @example describeCondition(condition, false) // 'sts:ExternalId is not c0ffee, or is absent'
 */
export function describeCondition(condition: Condition, holds: boolean): string {
  const { operator, ifExists } = condition;
  const key = condition.key === CALLER_SESSION_NAME ? "the name of the caller's session" : condition.key;
  const name = readOperatorName(operator);
  if (operator === 'Null') return `${key} is ${holds ? 'absent' : 'present'}`;
  const [yes, no] = WORDS[name?.operator?.name ?? ''] ?? [`matches ${operator}`, `does not match ${operator}`];
  const values = valueList(condition);
  if (name?.qualifier === 'ForAnyValue:') {
    return holds ? `some value of ${key} ${yes} ${values}` : `no value of ${key} ${yes} ${values}`;
  }
  if (name?.qualifier === 'ForAllValues:') {
    return holds ? `every value of ${key} ${yes} ${values}` : `some value of ${key} ${no} ${values}`;
  }
  if (holds) return `${key} ${yes} ${values}${ifExists ? ', or is absent' : ''}`;
  return `${key} ${no} ${values}${ifExists ? ' (and is present)' : ', or is absent'}`;
}

/** A condition or a gap in plain words. */
export function describeFact(fact: IamFact, holds: boolean): string {
  if (fact.kind === 'condition') return describeCondition(fact, holds);
  return `it is ${holds ? '' : 'not '}${fact.effect === 'allows' ? 'allowed' : 'denied'} by ${fact.gap.what}`;
}

function valueList({ values, operator }: Condition): string {
  const wildcards = readOperatorName(operator)?.operator?.wildcards === true;
  const texts = values.map((value) => plainText(value, wildcards));
  if (texts.length === 0) return 'nothing';
  return texts.length === 1 ? (texts[0] ?? '') : `one of ${texts.join(', ')}`;
}

/** The value as people write it: escapes taken away, variables kept. */
function plainText(value: string, wildcards: boolean): string {
  const template = readTemplate(value, true, wildcards);
  if (template === undefined) return value;
  return template.parts.map((part) => (isVariable(part) ? `\${${part.key}}` : globText(part))).join('') || '""';
}

/** Who settles a condition: the caller by choice, a secret that is shared, or what surrounds the request. */
export type ConditionKind = 'caller' | 'shared' | 'surroundings';

const BY_CALLER = new Set([
  'sts:rolesessionname',
  'causeway:callersessionname',
  'sts:sourceidentity',
  'aws:tagkeys',
  'sts:transitivetagkeys',
  'sts:durationseconds',
]);

/** The kind of a condition key: session names, tags and source identities are the caller's choice, an external ID is shared. */
export function conditionKind(key: string): ConditionKind {
  const lower = key.toLowerCase();
  if (lower === 'sts:externalid') return 'shared';
  if (BY_CALLER.has(lower) || lower.startsWith('aws:requesttag/')) return 'caller';
  return 'surroundings';
}
