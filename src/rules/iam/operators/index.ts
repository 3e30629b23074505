import { arnLike } from './arn.ts';
import { binaryEquals } from './binary.ts';
import { bool } from './bool.ts';
import { dateOperators } from './date.ts';
import { ipAddress } from './ip.ts';
import { numericOperators } from './numeric.ts';
import type { Operator } from './operator.ts';
import { stringEquals, stringEqualsIgnoreCase, stringLike } from './string.ts';

export type { Operator, ValueTest } from './operator.ts';

/** An operator name of a policy, taken apart. */
export interface OperatorName {
  readonly qualifier: '' | 'ForAllValues:' | 'ForAnyValue:';
  /** undefined: `Null`. */
  readonly operator: Operator | undefined;
  readonly negated: boolean;
  readonly ifExists: boolean;
}

const POSITIVE: readonly Operator[] = [
  stringEquals,
  stringEqualsIgnoreCase,
  stringLike,
  ...numericOperators,
  ...dateOperators,
  bool,
  binaryEquals,
  ipAddress,
  arnLike,
];

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotLike: 'ArnLike',
  ArnNotEquals: 'ArnLike',
};

const byName = new Map<string, { readonly operator: Operator; readonly negated: boolean }>();
for (const operator of POSITIVE) byName.set(operator.name, { operator, negated: false });
byName.set('ArnEquals', { operator: arnLike, negated: false });
for (const [name, positive] of Object.entries(NEGATED)) {
  byName.set(name, { operator: (byName.get(positive) as { operator: Operator }).operator, negated: true });
}

/** Every operator name that AWS documents, without qualifier and `IfExists`. */
export const OPERATOR_NAMES: readonly string[] = [...byName.keys(), 'Null'];

/**
 * Takes an operator name apart: qualifier, operator, negation, `IfExists`. Names are compared exactly; undefined for a name
 * that AWS does not document (whether other letter case is accepted is not confirmed). `Null` takes neither qualifier nor `IfExists`.
 */
export function readOperatorName(name: string): OperatorName | undefined {
  if (name === 'Null') return { qualifier: '', operator: undefined, negated: false, ifExists: false };
  const qualifier = name.startsWith('ForAllValues:') ? 'ForAllValues:' : name.startsWith('ForAnyValue:') ? 'ForAnyValue:' : '';
  const rest = name.slice(qualifier.length);
  const ifExists = rest.endsWith('IfExists');
  const found = byName.get(ifExists ? rest.slice(0, -'IfExists'.length) : rest);
  return found === undefined ? undefined : { qualifier, ...found, ifExists };
}
