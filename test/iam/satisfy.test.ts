import { describe, expect, it } from 'vitest';
import { and, not, TRUE, type Ways } from '../../src/base/index.ts';
import { compileCondition, conditionWays } from '../../src/rules/iam/condition.ts';
import { conditionKind, describeCondition, type IamFact, OPEN, satisfy } from '../../src/rules/iam/index.ts';
import { readOperatorName } from '../../src/rules/iam/operators/index.ts';
import { queryOf } from '../../src/rules/iam/query.ts';
import { anySession, requestOf } from './worlds.ts';

const world = { identity: [], boundary: null, session: null, scps: [], rcps: [], trust: [], same: false };
const query = queryOf(requestOf(world, anySession, () => OPEN));
type Test = readonly [operator: string, key: string, values: readonly string[]];

/** The formula of tests that must all hold (`!` before the operator: must not). */
function all(tests: readonly Test[]): Ways<IamFact> {
  return tests.reduce<Ways<IamFact>>((ways, [written, key, values]) => {
    const operator = written.replace('!', '');
    const name = readOperatorName(operator);
    if (name === undefined) throw new Error(operator);
    const ref = { policy: { kind: 'trust', name: 't' }, statement: 0 } as const;
    const here = conditionWays(compileCondition({ key, written: operator, name, ref, effect: 'allows' }, values, true), query);
    return and(ways, written.startsWith('!') ? not(here) : here);
  }, TRUE);
}

const example = (tests: readonly Test[], now?: Date) => {
  const [way] = all(tests);
  if (way === undefined) return 'contradiction';
  const { satisfiable, witness } = satisfy(way, now === undefined ? {} : { now });
  return satisfiable ? Object.fromEntries(witness) : 'contradiction';
};

const X = 'sts:ExternalId';
const IP = 'aws:SourceIp';
const AGE = 'aws:MultiFactorAuthAge';
const ARN = 'aws:SourceArn';
const TAGS = 'aws:TagKeys';
const NOW = 'aws:CurrentTime';

const possible: readonly (readonly [readonly Test[], unknown])[] = [
  [[['StringEquals', X, ['c0ffee']]], { [X]: 'c0ffee' }],
  [
    [
      ['StringEquals', X, ['aa', 'bb']],
      ['StringNotEquals', X, ['aa']],
    ],
    { [X]: 'bb' },
  ],
  [
    [
      ['StringLike', X, ['a*']],
      ['StringLike', X, ['*b']],
      ['StringNotLike', X, ['ab']],
    ],
    { [X]: 'axb' },
  ],
  [[['StringNotEquals', X, ['aa']]], { [X]: null }],
  [[['StringEqualsIfExists', X, ['aa']]], { [X]: null }],
  [
    [
      ['StringEqualsIfExists', X, ['aa']],
      ['Null', X, ['false']],
    ],
    { [X]: 'aa' },
  ],
  [[['Null', X, ['true']]], { [X]: null }],
  [
    [
      ['StringEqualsIgnoreCase', X, ['ab']],
      ['!StringEquals', X, ['ab']],
      ['StringLike', X, ['A*']],
    ],
    { [X]: 'Ab' },
  ],
  [
    [
      ['NumericGreaterThan', AGE, ['5']],
      ['NumericLessThan', AGE, ['6']],
    ],
    { [AGE]: '5.5' },
  ],
  [[['NumericLessThan', AGE, ['3600']]], { [AGE]: '3599' }],
  [[['IpAddress', IP, ['203.0.113.0/24']]], { [IP]: '203.0.113.1' }],
  [
    [
      ['IpAddress', IP, ['203.0.113.0/30']],
      ['NotIpAddress', IP, ['203.0.113.0/31']],
    ],
    { [IP]: '203.0.113.2' },
  ],
  [
    [
      ['ArnLike', ARN, ['arn:aws:s3:::a*']],
      ['ArnNotLike', ARN, ['arn:aws:s3:::a']],
    ],
    { [ARN]: 'arn:aws:s3:::ax' },
  ],
  [
    [
      ['ArnLike', ARN, ['arn:*:*:*:*:*']],
      ['StringLike', ARN, ['*:role/x']],
    ],
    expect.anything(),
  ],
  [
    [
      ['ForAnyValue:StringEquals', TAGS, ['a']],
      ['ForAnyValue:StringEquals', TAGS, ['b']],
    ],
    { [TAGS]: ['a', 'b'] },
  ],
  [
    [
      ['ForAllValues:StringLike', TAGS, ['a*']],
      ['Null', TAGS, ['false']],
    ],
    { [TAGS]: ['ax'] },
  ],
  [[['ForAllValues:StringLike', TAGS, ['a*']]], { [TAGS]: null }],
  [[['Bool', 'aws:MultiFactorAuthPresent', ['true']]], { 'aws:MultiFactorAuthPresent': 'true' }],
  [[['DateLessThan', NOW, ['2027-01-01T00:00:00Z']]], expect.anything()],
];

const contradictions: readonly (readonly Test[])[] = [
  [
    ['StringEquals', X, ['aa']],
    ['StringEquals', X, ['bb']],
  ],
  [
    ['StringEquals', X, ['aa']],
    ['StringNotLike', X, ['a*']],
  ],
  [
    ['StringLike', X, ['a*']],
    ['StringLike', X, ['b*']],
  ],
  [
    ['StringEquals', X, ['aa']],
    ['Null', X, ['true']],
  ],
  [
    ['StringEqualsIgnoreCase', X, ['aa']],
    ['StringLike', X, ['b*']],
  ],
  [['StringEquals', X, ['a']]],
  [['StringLike', 'sts:RoleSessionName', ['a/*']]],
  [
    ['NumericLessThan', AGE, ['5']],
    ['NumericGreaterThan', AGE, ['5']],
  ],
  [
    ['NumericEquals', AGE, ['5']],
    ['NumericNotEquals', AGE, ['5.0']],
  ],
  [
    ['IpAddress', IP, ['203.0.113.0/24']],
    ['IpAddress', IP, ['198.51.100.0/24']],
  ],
  [
    ['IpAddress', IP, ['203.0.113.0/31']],
    ['NotIpAddress', IP, ['203.0.113.0', '203.0.113.1']],
  ],
  [
    ['ArnLike', ARN, ['arn:aws:s3:::a*']],
    ['ArnLike', ARN, ['arn:aws:sqs:*:*:*']],
  ],
  [
    ['ArnLike', ARN, ['arn:aws:s3:*:*:x']],
    ['StringLike', ARN, ['arn:aws:s3:*:*:*:y']],
  ],
  [
    ['Bool', 'aws:MultiFactorAuthPresent', ['true']],
    ['Bool', 'aws:MultiFactorAuthPresent', ['false']],
  ],
  [
    ['BoolIfExists', 'aws:MultiFactorAuthPresent', ['true']],
    ['BoolIfExists', 'aws:MultiFactorAuthPresent', ['false']],
    ['Null', 'aws:MultiFactorAuthPresent', ['false']],
  ],
  [
    ['ForAnyValue:StringEquals', TAGS, ['a']],
    ['ForAllValues:StringEquals', TAGS, ['b']],
  ],
  [
    ['ForAnyValue:StringLike', TAGS, ['a*']],
    ['!ForAnyValue:StringLike', TAGS, ['*']],
  ],
  [
    ['DateGreaterThan', NOW, ['2027']],
    ['DateLessThan', NOW, ['2026']],
  ],
];

describe('satisfy', () => {
  it.each(possible)('%j can hold', (tests, witness) => expect(example(tests)).toEqual(witness));
  it.each(contradictions.map((tests) => [tests] as const))('%j cannot hold', (tests) =>
    expect(example(tests)).toBe('contradiction'),
  );

  it('a time window in the past is a contradiction only when the time is known', () => {
    const past: readonly Test[] = [['DateLessThan', NOW, ['2026-01-01']]];
    expect(example(past)).not.toBe('contradiction');
    expect(example(past, new Date('2026-11-23T20:00:00Z'))).toBe('contradiction');
    expect(example([['DateLessThan', NOW, ['2027-03-31']]], new Date('2026-11-23T20:00:00Z'))).toEqual({
      [NOW]: '2026-11-23T20:00:00Z',
    });
  });

  it('what waits for another key rules nothing out', () => {
    expect(
      example([
        ['StringEquals', X, ['${aws:username}']],
        ['StringEquals', X, ['aa']],
      ]),
    ).toEqual({});
  });
});

describe('words', () => {
  const rows: readonly (readonly [Test, string, string])[] = [
    [['StringEquals', X, ['c0ffee']], `${X} is c0ffee`, `${X} is not c0ffee, or is absent`],
    [['StringEqualsIfExists', X, ['a', 'b']], `${X} is one of a, b, or is absent`, `${X} is not one of a, b (and is present)`],
    [['IpAddress', IP, ['203.0.113.0/24']], `${IP} is in 203.0.113.0/24`, `${IP} is not in 203.0.113.0/24, or is absent`],
    [['StringLike', X, ['a${*}*']], `${X} is like a**`, `${X} is not like a**, or is absent`],
    [['Null', X, ['true']], `${X} is absent`, `${X} is present`],
    [['ForAnyValue:StringEquals', TAGS, ['a']], `some value of ${TAGS} is a`, `no value of ${TAGS} is a`],
    [['ForAllValues:StringEquals', TAGS, ['a']], `every value of ${TAGS} is a`, `some value of ${TAGS} is not a`],
  ];

  it.each(rows)('%j', (test, yes, no) => {
    const fact = all([test])[0]?.[0]?.fact;
    if (fact?.kind !== 'condition') throw new Error('a condition is expected');
    expect(describeCondition(fact, true)).toBe(yes);
    expect(describeCondition(fact, false)).toBe(no);
  });

  it('tell the kinds of keys apart', () => {
    expect(conditionKind('STS:externalid')).toBe('shared');
    for (const key of [
      'sts:RoleSessionName',
      'sts:SourceIdentity',
      'aws:RequestTag/team',
      'aws:TagKeys',
      'causeway:CallerSessionName',
    ]) {
      expect(conditionKind(key), key).toBe('caller');
    }
    for (const key of ['aws:SourceIp', 'aws:MultiFactorAuthPresent', 'token.actions.githubusercontent.com:sub']) {
      expect(conditionKind(key), key).toBe('surroundings');
    }
  });
});
