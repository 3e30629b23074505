import { describe, expect, it } from 'vitest';
import { isTrue } from '../../src/base/index.ts';
import { compileCondition, conditionWays } from '../../src/rules/iam/condition.ts';
import type { Context } from '../../src/rules/iam/index.ts';
import { OPERATOR_NAMES, readOperatorName } from '../../src/rules/iam/operators/index.ts';
import { queryOf } from '../../src/rules/iam/query.ts';
import { anySession, requestOf } from './worlds.ts';

const world = { identity: [], boundary: null, session: null, scps: [], rcps: [], trust: [], same: false };
const absent = undefined;
type Given = string | readonly string[] | undefined;

/** Whether a condition on `k:k` holds: true, false or, where the facts do not say, 'unjudged'. */
function ask(
  operator: string,
  values: readonly string[],
  given: Given,
  others: Readonly<Record<string, Given>> = {},
  resolves = true,
) {
  const name = readOperatorName(operator);
  if (name === undefined) throw new Error(`${operator} is no operator`);
  const ref = { policy: { kind: 'identity', name: 'p' }, statement: 0 } as const;
  const test = compileCondition({ key: 'K:k', written: operator, name, ref, effect: 'allows' }, values, resolves);
  const context: Context = (key) => (key === 'k:k' ? given : others[key]);
  const ways = conditionWays(test, queryOf(requestOf(world, anySession, context)));
  if (ways.length === 0) return false;
  return isTrue(ways) ? true : 'unjudged';
}

type Row = readonly [operator: string, values: readonly string[], given: Given, holds: boolean | 'unjudged'];

const rows: readonly Row[] = [
  // Strings.
  ['StringEquals', ['a'], 'a', true],
  ['StringEquals', ['a'], 'A', false],
  ['StringEquals', ['a', 'b'], 'b', true],
  ['StringEquals', ['a*'], 'ab', false],
  ['StringEquals', ['a*'], 'a*', true],
  ['StringEquals', ['a'], absent, false],
  ['StringEqualsIfExists', ['a'], absent, true],
  ['StringEqualsIfExists', ['a'], 'b', false],
  ['StringNotEquals', ['a', 'b'], 'b', false],
  ['StringNotEquals', ['a', 'b'], 'c', true],
  ['StringNotEquals', ['a'], absent, true],
  ['StringNotEqualsIfExists', ['a'], absent, true],
  ['StringEqualsIgnoreCase', ['aB'], 'Ab', true],
  ['StringNotEqualsIgnoreCase', ['aB'], 'Ab', false],
  ['StringNotEqualsIgnoreCase', ['aB'], absent, true],
  ['StringLike', ['a*'], 'abc', true],
  ['StringLike', ['a?'], 'a', false],
  ['StringLike', ['A*'], 'abc', false],
  ['StringLike', ['${*}'], 'a', false],
  ['StringLike', ['${*}'], '*', true],
  ['StringLike', ['${$}{x}'], '${x}', true],
  ['StringNotLike', ['a*'], 'abc', false],
  ['StringNotLike', ['a*'], absent, true],
  // Numbers.
  ['NumericEquals', ['10'], '10.0', true],
  ['NumericEquals', ['10'], 'ten', false],
  ['NumericEquals', ['ten'], '10', 'unjudged'],
  ['NumericEquals', ['10'], absent, false],
  ['NumericNotEquals', ['10'], '11', true],
  ['NumericNotEquals', ['10'], absent, true],
  ['NumericLessThan', ['10'], '9.5', true],
  ['NumericLessThan', ['10'], '10', false],
  ['NumericLessThanEquals', ['10'], '10', true],
  ['NumericGreaterThan', ['-1'], '0', true],
  ['NumericGreaterThanEquals', ['10'], '9', false],
  ['NumericGreaterThanEquals', ['10'], absent, false],
  // Dates.
  ['DateEquals', ['2026-11-23T20:00:00Z'], '1795464000', true],
  ['DateEquals', ['2026-11-23T21:00:00+01:00'], '2026-11-23T20:00:00Z', true],
  ['DateNotEquals', ['2026'], absent, true],
  ['DateLessThan', ['2027'], '2026-12-31T23:59:59Z', true],
  ['DateLessThan', ['2027-02-31'], '2026-12-31T23:59:59Z', 'unjudged'],
  ['DateLessThanEquals', ['2027-01'], '2027-01-01', true],
  ['DateGreaterThan', ['2026-11-23'], '2026-11-23T00:00:00Z', false],
  ['DateGreaterThanEquals', ['2026-11-23'], '2026-11-23T00:00:00Z', true],
  ['DateGreaterThan', ['2026'], 'yesterday', false],
  // Bool, Binary, Null.
  ['Bool', ['true'], 'true', true],
  ['Bool', ['true'], 'false', false],
  ['Bool', ['false'], absent, false],
  ['BoolIfExists', ['true'], absent, true],
  ['Bool', ['yes'], 'yes', 'unjudged'],
  ['BinaryEquals', ['QmluYXJ5'], 'QmluYXJ5', true],
  ['BinaryEquals', ['QmluYXJ5'], 'qmluYXJ5', false],
  ['Null', ['true'], absent, true],
  ['Null', ['true'], 'a', false],
  ['Null', ['false'], 'a', true],
  ['Null', ['false'], absent, false],
  ['Null', ['maybe'], absent, 'unjudged'],
  // Addresses.
  ['IpAddress', ['203.0.113.0/24'], '203.0.113.9', true],
  ['IpAddress', ['203.0.113.77/24'], '203.0.113.9', true],
  ['IpAddress', ['203.0.113.0/24'], '203.0.114.0', false],
  ['IpAddress', ['203.0.113.7'], '203.0.113.7', true],
  ['IpAddress', ['0.0.0.0/0'], '2001:db8::1', false],
  ['IpAddress', ['2001:db8::/32'], '2001:db8:1::9', true],
  ['IpAddress', ['2001:db8::1'], '2001:db8::1', true],
  ['IpAddress', ['2001:db8::1'], '2001:db8::2', 'unjudged'],
  ['IpAddress', ['203.0.113.0/33'], '203.0.113.0', 'unjudged'],
  ['IpAddress', ['203.0.113.0/24'], 'here', false],
  ['IpAddress', ['203.0.113.0/24'], '203.0.113', false],
  ['IpAddress', ['203.0.113.0/24'], '203.0.113.1.1', false],
  ['IpAddress', ['203.0.113.0/24'], '203.0.113.256', false],
  ['IpAddress', ['0.0.0.0/0'], '203.0..113', false],
  ['IpAddress', ['255.255.255.255'], '255.255.255.255', true],
  ['IpAddress', ['::ffff:1.2.3.4'], '::ffff:102:304', true],
  ['NotIpAddress', ['203.0.113.0/24'], '198.51.100.1', true],
  ['NotIpAddress', ['203.0.113.0/24'], absent, true],
  // ARNs.
  ['ArnEquals', ['arn:aws:iam::*:role/*'], 'arn:aws:iam::111111111111:role/a/b', true],
  ['ArnLike', ['arn:aws:iam:*:role/*'], 'arn:aws:iam::111111111111:role/a', false],
  ['ArnLike', ['arn:aws:s3:::a*'], 'arn:aws:s3:::a:b', true],
  ['ArnLike', ['arn:aws:iam::1*:role/x'], 'arn:aws:iam::1:role/X', false],
  ['ArnLike', ['arn:*'], 'arn:aws:s3:::a', 'unjudged'],
  ['ArnLike', ['arn:aws:s3:::a'], 'a', false],
  ['ArnNotEquals', ['arn:aws:s3:::a'], 'a', true],
  ['ArnNotLike', ['arn:aws:s3:::a'], absent, true],
  // Several values of a key.
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
  ['ForAllValues:StringEquals', ['a'], absent, true],
  ['ForAllValues:StringEquals', ['a'], [], true],
  ['ForAllValues:StringEquals', ['a'], '', true],
  ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
  ['ForAllValues:StringNotEquals', ['a'], ['b', 'a'], false],
  ['ForAllValues:StringLike', [], absent, true],
  ['ForAllValues:StringLike', [], ['a'], false],
  ['ForAnyValue:StringEquals', ['a'], ['b', 'a'], true],
  ['ForAnyValue:StringEquals', ['a'], ['b'], false],
  ['ForAnyValue:StringEquals', ['a'], absent, false],
  ['ForAnyValue:StringNotEquals', ['a'], absent, false],
  ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
  ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'b'], false],
  ['ForAnyValue:StringEqualsIfExists', ['a'], absent, 'unjudged'],
  ['ForAnyValue:StringEqualsIfExists', ['a'], ['a'], true],
  ['ForAnyValue:StringEquals', [], ['a'], false],
  ['ForAnyValue:NumericLessThan', ['5'], ['9', '3'], true],
  ['StringEquals', ['a'], ['a', 'b'], false],
  ['StringNotEquals', ['a'], ['c', 'b'], 'unjudged'],
  // Empty lists in the policy.
  ['StringEquals', [], 'a', 'unjudged'],
  ['StringEquals', [], absent, 'unjudged'],
  ['StringEqualsIfExists', [], absent, true],
  ['StringEqualsIfExists', [], 'a', false],
];

describe('operators', () => {
  it.each(rows)('%s %j on %j is %s', (operator, values, given, holds) => expect(ask(operator, values, given)).toBe(holds));

  it('every name is documented, and nothing else is one', () => {
    for (const name of OPERATOR_NAMES) expect(readOperatorName(name), name).toBeDefined();
    for (const name of [
      'stringequals',
      'StringEqual',
      'NullIfExists',
      'ForAllValues:Null',
      'ForSome:StringEquals',
      'IfExists',
      '',
    ]) {
      expect(readOperatorName(name), name).toBeUndefined();
    }
  });
});

const variables: readonly (readonly [string, string, Given, Readonly<Record<string, Given>>, boolean | 'unjudged'])[] = [
  ['StringEquals', '${aws:username}', 'bob', { 'aws:username': 'bob' }, true],
  ['StringEquals', '${AWS:UserName}-x', 'bob-x', { 'aws:username': 'bob' }, true],
  ['StringEquals', '${aws:username}', 'bob', {}, false],
  ['StringNotEquals', '${aws:username}', 'bob', {}, true],
  ['StringEquals', "${aws:username, 'nobody'}", 'nobody', {}, true],
  ['StringEquals', "${aws:username, 'nobody'}", 'nobody', { 'aws:username': 'bob' }, false],
  ['StringEquals', '${aws:tagkeys}', 'a', { 'aws:tagkeys': ['a'] }, false],
  ['StringLike', '${k:x}', 'abc', { 'k:x': 'a*' }, 'unjudged'],
  ['StringLike', '${k:x}', 'a*', { 'k:x': 'a*' }, true],
  ['StringEquals', '${k:x}', 'abc', { 'k:x': 'a*' }, false],
  ['ArnLike', 'arn:aws:iam::*:role/${k:x}', 'arn:aws:iam::1:role/r', { 'k:x': 'r' }, true],
  ['StringEquals', '${aws:username', 'bob', { 'aws:username': 'bob' }, 'unjudged'],
  ['StringEquals', '${aws: username}', 'bob', { 'aws:username': 'bob' }, 'unjudged'],
  ['NumericEquals', '${k:x}', '5', { 'k:x': '5' }, 'unjudged'],
  ['Bool', '${k:x}', 'true', { 'k:x': 'true' }, 'unjudged'],
];

describe('variables', () => {
  it.each(variables)('%s %s on %j with %j is %s', (operator, value, given, others, holds) => {
    expect(ask(operator, [value], given, others)).toBe(holds);
  });

  it('are plain text in Version 2008-10-17', () => {
    expect(ask('StringEquals', ['${aws:username}'], 'bob', { 'aws:username': 'bob' }, false)).toBe(false);
    expect(ask('StringEquals', ['${aws:username}'], '${aws:username}', {}, false)).toBe(true);
  });
});
