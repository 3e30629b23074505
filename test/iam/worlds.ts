import fc from 'fast-check';
import {
  type CompiledPolicy,
  type Context,
  compilePolicy,
  type IamRequest,
  type PolicyKind,
  type PolicySet,
  type Principal,
  principalFromArn,
} from '../../src/rules/iam/index.ts';

/** What a key may hold in a generated world; undefined: absent. */
export type Value = string | readonly string[] | undefined;

/** Small domains, so that every assignment can be tried. */
export const DOMAINS: Readonly<Record<string, readonly Value[]>> = {
  // STS takes no external id of one character or with a wildcard in it.
  'sts:externalid': [undefined, 'aa', 'ab', 'AB', 'zz'],
  'aws:tagkeys': [undefined, ['a'], ['ab'], ['a', 'ab'], ['zz']],
  'aws:multifactorauthpresent': [undefined, 'true', 'false'],
  'aws:multifactorauthage': [undefined, '5', '10', '11', '600'],
  'aws:sourceip': [undefined, '203.0.113.7', '203.0.113.8', '198.51.100.1', '2001:db8::1'],
  'aws:currenttime': ['2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  'aws:sourcearn': [undefined, 'arn:aws:s3:::a', 'arn:aws:s3:::ab', 'arn:aws:sqs:eu-west-1:111111111111:q:a', 'a'],
  'aws:principaltag/team': [undefined, 'aa', 'deployer'],
};

const TEXTS = ['aa', 'ab', 'AB', 'a*', '??', '*b', 'z*', '${aws:PrincipalTag/team}', "${aws:PrincipalTag/team, 'ab'}", '${*}'];
const text = fc.constantFrom(...TEXTS);
const lists = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    value.map((one) => [one]),
    fc.array(value, { minLength: 1, maxLength: 3 }),
  );

const qualified = (
  operators: readonly string[],
  key: string,
  values: fc.Arbitrary<string>,
  qualifiers: readonly string[] = [''],
) =>
  fc
    .tuple(fc.constantFrom(...qualifiers), fc.constantFrom(...operators), fc.constantFrom('', '', 'IfExists'), lists(values))
    .filter(([qualifier, , ifExists]) => qualifier !== 'ForAnyValue:' || ifExists === '')
    .map(([qualifier, operator, ifExists, list]) => ({ [`${qualifier}${operator}${ifExists}`]: { [key]: list } }));

const STRINGS = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
];
const SETS = ['ForAllValues:', 'ForAnyValue:'];
const NUMBERS = [
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
];
const DATES = ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'];

export const condition: fc.Arbitrary<Record<string, Record<string, readonly string[]>>> = fc.oneof(
  qualified(STRINGS, 'sts:ExternalId', text),
  qualified(STRINGS, 'STS:externalID', text),
  qualified(STRINGS, 'aws:TagKeys', fc.constantFrom('a', 'ab', 'A', '*b', 'zz'), SETS),
  qualified(['Bool'], 'aws:MultiFactorAuthPresent', fc.constantFrom('true', 'false')),
  qualified(NUMBERS, 'aws:MultiFactorAuthAge', fc.constantFrom('5', '10', '10.5', '600')),
  qualified(
    ['IpAddress', 'NotIpAddress'],
    'aws:SourceIp',
    fc.constantFrom('203.0.113.7', '203.0.113.0/24', '0.0.0.0/0', '2001:db8::/32'),
  ),
  qualified(DATES, 'aws:CurrentTime', fc.constantFrom('2026-01-01T00:00:00Z', '2026-06-01', '1798761600')),
  qualified(
    ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
    'aws:SourceArn',
    fc.constantFrom('arn:aws:s3:::a*', 'arn:aws:s3:::a', 'arn:*:*:*:*:*', 'arn:aws:sqs:*:*:q:?'),
  ),
  qualified(STRINGS, 'aws:userid', fc.constantFrom('AROACI:dev', 'AROACI:*', '*:build', 'AROAOTHER:dev', 'aroaci:DEV', '*'), [
    '',
  ]),
  fc
    .constantFrom('sts:ExternalId', 'aws:TagKeys', 'aws:MultiFactorAuthPresent')
    .chain((key) => fc.constantFrom('true', 'false').map((value) => ({ Null: { [key]: [value] } }))),
);

const conditions = fc
  .oneof(fc.constant([]), fc.array(condition, { maxLength: 2 }))
  .map((list) => Object.assign({}, ...list) as Record<string, unknown>);

const ROLE = 'arn:aws:iam::222222222222:role/ci';
const PRINCIPALS = [
  'arn:aws:iam::222222222222:root',
  ROLE,
  'arn:aws:sts::222222222222:assumed-role/ci/dev',
  'arn:aws:sts::222222222222:assumed-role/ci/other',
  'arn:aws:iam::333333333333:root',
  'AROACI',
  '*',
];

const effect = fc.constantFrom('Allow', 'Allow', 'Deny');
const action = fc.constantFrom('sts:AssumeRole', 'sts:Assume*', 'sts:TagSession');
const resource = fc.constantFrom(
  '*',
  'arn:aws:iam::111111111111:role/deployer',
  'arn:aws:iam::*:role/de*',
  'arn:aws:iam::111111111111:role/${aws:PrincipalTag/team}',
  "arn:aws:iam::111111111111:role/${aws:PrincipalTag/team, 'deployer'}",
  'arn:aws:iam::111111111111:role/x',
);
const policy = <T>(statement: fc.Arbitrary<T>) =>
  fc.array(statement, { minLength: 1, maxLength: 3 }).map((list) => ({ Version: '2012-10-17', Statement: list }));
export const ownPolicy = policy(fc.record({ Effect: effect, Action: action, Resource: resource, Condition: conditions }));
export const trustPolicy = policy(
  fc.record({
    Effect: effect,
    Principal: lists(fc.constantFrom(...PRINCIPALS)).map((AWS) => ({ AWS })),
    Action: action,
    Condition: conditions,
  }),
);
const rcp = policy(
  fc.record({
    Effect: fc.constant('Deny'),
    Principal: fc.constant('*'),
    Action: action,
    Resource: resource,
    Condition: conditions,
  }),
);

/** Documents of one world, by place. */
export interface World {
  readonly identity: readonly unknown[];
  readonly boundary: readonly unknown[] | null;
  readonly session: readonly unknown[] | null;
  readonly scps: readonly (readonly unknown[])[];
  readonly rcps: readonly (readonly unknown[])[];
  readonly trust: readonly unknown[];
  readonly same: boolean;
}

const rare = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });
export const world: fc.Arbitrary<World> = fc.record({
  identity: fc.array(ownPolicy, { maxLength: 2 }),
  boundary: rare(fc.array(ownPolicy, { minLength: 1, maxLength: 1 })),
  session: rare(fc.array(ownPolicy, { minLength: 1, maxLength: 1 })),
  scps: fc.oneof(fc.constant([]), fc.array(fc.array(ownPolicy, { minLength: 1, maxLength: 2 }), { maxLength: 2 })),
  rcps: fc.oneof(fc.constant([]), fc.array(fc.array(rcp, { maxLength: 1 }), { maxLength: 1 })),
  trust: fc.array(trustPolicy, { minLength: 1, maxLength: 1 }),
  same: fc.boolean(),
});

export const anySession: Principal = principalFromArn(ROLE, { principalId: 'AROACI' });
export const session = (name: string): Principal =>
  principalFromArn(`arn:aws:sts::222222222222:assumed-role/ci/${name}`, { principalId: 'AROACI' });

/** The request that every generated world is asked. */
export function requestOf(world: World, principal: Principal, context: Context): IamRequest<CompiledPolicy> {
  const set = (kind: PolicyKind, documents: readonly unknown[]): PolicySet<CompiledPolicy> => ({
    policies: documents.map((document, i) => compilePolicy(document, { kind, name: `${kind} ${i}` })),
    gaps: [],
  });
  const account = world.same ? '222222222222' : '111111111111';
  return {
    principal,
    action: 'sts:AssumeRole',
    resource: 'arn:aws:iam::111111111111:role/deployer',
    resourceAccount: account,
    context,
    identity: set('identity', world.identity),
    boundary: world.boundary && set('boundary', world.boundary),
    session: world.session && set('session', world.session),
    scps: world.scps.map((level) => set('scp', level)),
    rcps: world.rcps.map((level) => set('rcp', level)),
    resourcePolicy: set('trust', world.trust),
  };
}
