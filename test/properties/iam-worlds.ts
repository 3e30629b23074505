import fc from 'fast-check';
import type { ConditionValues, Document, IamCase, OneOrMany, PrincipalElement, Statement } from '../oracle/iam-case.ts';

/** Where the asked resource lives, and where half of the callers do not. */
export const HOME = '111111111111';
const AWAY = '222222222222';

/** What is asked of which resource; the pools below are made around it so that patterns hit and miss about evenly. */
export interface Target {
  readonly action: string;
  readonly resource: string;
}

const ROLE = `arn:aws:iam::${HOME}:role/deploy`;
const OIDC = `arn:aws:iam::${HOME}:oidc-provider/token.example.com`;
const GITHUB_HOST = 'token.actions.githubusercontent.com';
const GITHUB = `arn:aws:iam::${HOME}:oidc-provider/${GITHUB_HOST}`;

const AWS_TARGETS: readonly Target[] = [
  { action: 'sts:AssumeRole', resource: ROLE },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${HOME}:role/team/deploy` },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${HOME}:role/aws-service-role/eks.amazonaws.com/S` },
  { action: 'sts:TagSession', resource: ROLE },
  { action: 'sts:SetSourceIdentity', resource: ROLE },
  { action: 'sts:AssumeRoleWithWebIdentity', resource: ROLE },
  { action: 'sts:GetSessionToken', resource: '*' },
  { action: 'sts:GetFederationToken', resource: `arn:aws:sts::${HOME}:federated-user/al` },
  { action: 'sts:TagSession', resource: '*' },
  { action: 'eks:DescribeCluster', resource: `arn:aws:eks:eu-west-1:${HOME}:cluster/prod` },
  { action: 'eks:ListClusters', resource: '*' },
  { action: 'kms:Decrypt', resource: `arn:aws:kms:eu-west-1:${HOME}:key/1a2b` },
  { action: 'kms:Decrypt', resource: '*' },
  { action: 'kms:ListKeys', resource: '*' },
  { action: 'kms:PutKeyPolicy', resource: `arn:aws:kms:eu-west-1:${HOME}:key/1a2b` },
  { action: 'ecr:BatchGetImage', resource: `arn:aws:ecr:eu-west-1:${HOME}:repository/team/app` },
  { action: 'secretsmanager:GetSecretValue', resource: `arn:aws:secretsmanager:eu-west-1:${HOME}:secret:db-AbCdEf` },
];

interface Who {
  readonly principal: string;
  readonly principalFacts: NonNullable<IamCase['principalFacts']>;
  readonly derived: Readonly<Record<string, string>>;
  readonly targets: readonly Target[];
}

function user(account: string, path: string): Who {
  const arn = `arn:aws:iam::${account}:user/${path}al`;
  const derived = {
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': account,
    'aws:username': 'al',
    'aws:PrincipalIsAWSService': 'false',
  };
  return { principal: arn, principalFacts: { principalId: 'AIDAAAAAAAAAAAAAAAAA1' }, derived, targets: AWS_TARGETS };
}

function session(account: string, path: string): Who {
  const roleArn = `arn:aws:iam::${account}:role/${path}ci`;
  return {
    principal: `arn:aws:sts::${account}:assumed-role/ci/s1`,
    principalFacts: { principalId: 'AROAAAAAAAAAAAAAAAAA1', roleArn },
    derived: { 'aws:PrincipalArn': roleArn, 'aws:PrincipalAccount': account, 'aws:PrincipalIsAWSService': 'false' },
    targets: AWS_TARGETS,
  };
}

const CALLERS: readonly Who[] = [
  user(HOME, ''),
  user(AWAY, 'team/'),
  session(HOME, ''),
  session(AWAY, ''),
  session(AWAY, 'team/'),
  {
    principal: `arn:aws:iam::${HOME}:root`,
    principalFacts: {},
    derived: {
      'aws:PrincipalArn': `arn:aws:iam::${HOME}:root`,
      'aws:PrincipalAccount': HOME,
      'aws:PrincipalIsAWSService': 'false',
    },
    targets: AWS_TARGETS,
  },
  {
    principal: `arn:aws:sts::${HOME}:federated-user/al`,
    principalFacts: {},
    derived: {
      'aws:PrincipalArn': `arn:aws:sts::${HOME}:federated-user/al`,
      'aws:PrincipalAccount': HOME,
      'aws:PrincipalIsAWSService': 'false',
    },
    targets: AWS_TARGETS.filter(({ action }) => !action.startsWith('sts:')),
  },
  {
    principal: 'pods.eks.amazonaws.com',
    principalFacts: {},
    derived: { 'aws:PrincipalIsAWSService': 'true' },
    targets: AWS_TARGETS.filter(({ action }) => action.startsWith('sts:')),
  },
  {
    principal: OIDC,
    principalFacts: {},
    derived: { 'aws:PrincipalIsAWSService': 'false' },
    targets: [{ action: 'sts:AssumeRoleWithWebIdentity', resource: ROLE }],
  },
  {
    principal: GITHUB,
    principalFacts: {},
    derived: { [`${GITHUB_HOST}:sub`]: 'aab' },
    targets: [{ action: 'sts:AssumeRoleWithWebIdentity', resource: ROLE }],
  },
];

/** Condition keys by what they hold; the values are few, so that policy and request often agree, and legal (facts/iam.md §4.2). */
const TEXTS = ['aa', 'AA', 'bb', 'aab', 'aa/b'];
const TEXT_KEYS = ['sts:ExternalId', 'aws:PrincipalTag/Team', 'aws:RequestTag/Team', 'aws:PrincipalOrgID'];
const SESSION_NAMES = ['aa', 'AA', 'bb', 'aab', 'aa@b'];
const LIST_KEYS = ['aws:TagKeys', 'aws:PrincipalOrgPaths'];
const NUMBERS = ['0', '5', '5.5', '-3', '3600'];
const DATES = ['2026-01-01T00:00:00Z', '2026-01-01', '1767225600', '2026-06-01T12:00:00+02:00', '1780308000'];
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.1.0.1', '2001:db8::1', '2001:db8:0:0:0:0:0:1'];
const NETWORKS = ['10.0.0.0/24', '10.0.0.1', '10.0.0.1/32', '0.0.0.0/0', '10.0.0.0/15', '2001:db8::/32', '::/0', '2001:db8::1'];
const ARNS = [`arn:aws:iam::${HOME}:role/ci`, `arn:aws:iam::${AWAY}:role/team/ci`, 'arn:aws:s3:::bucket', 'a'];

/** A condition's values in a policy for text keys: literals, wildcards, variables with and without value and default. */
const WRITTEN = [
  ...TEXTS,
  '*',
  'aa*',
  '??',
  'a?b',
  '${aws:PrincipalTag/Team}',
  '${sts:ExternalId}',
  '${aws:username}',
  "${aws:username, 'aa'}",
  '${*}',
  'aa${?}b',
  '${aws:PrincipalTag/Team}*',
];
const WRITTEN_ARNS = [
  `arn:aws:iam::${HOME}:role/*`,
  'arn:aws:iam::*:role/ci',
  'arn:*:*:*:*:*',
  'arn:aws:iam::*:*',
  'arn:aws:iam::${aws:PrincipalAccount}:role/*',
  'arn:aws:iam::2?2222222222:role/team/??',
];

const context = (derived: Readonly<Record<string, string>>): fc.Arbitrary<IamCase['context']> =>
  fc
    .record(
      {
        ...Object.fromEntries(TEXT_KEYS.map((key) => [key, fc.constantFrom(...TEXTS)])),
        ...Object.fromEntries(LIST_KEYS.map((key) => [key, fc.array(fc.constantFrom(...TEXTS), { maxLength: 3 })])),
        'aws:MultiFactorAuthPresent': fc.constantFrom('true', 'false'),
        'aws:MultiFactorAuthAge': fc.constantFrom(...NUMBERS),
        // Every request has these two.
        'aws:CurrentTime': fc.constantFrom(...DATES),
        'sts:RoleSessionName': fc.constantFrom(...SESSION_NAMES),
        'aws:SourceIp': fc.constantFrom(...ADDRESSES),
        'aws:SourceArn': fc.constantFrom(...ARNS),
      } satisfies Record<string, fc.Arbitrary<OneOrMany>>,
      { requiredKeys: ['aws:CurrentTime', 'sts:RoleSessionName'] },
    )
    .map((chosen) => ({ ...derived, ...(chosen as Record<string, OneOrMany>) }));

/** Puts operators of one family, their qualifiers and `IfExists` beside keys and values that fit the family. */
function family(
  operators: readonly string[],
  keys: readonly string[],
  values: readonly (string | number | boolean)[],
): fc.Arbitrary<readonly [string, Readonly<Record<string, ConditionValues>>]> {
  const name = fc
    .tuple(
      fc.constantFrom('', '', '', 'ForAllValues:', 'ForAnyValue:'),
      fc.constantFrom(...operators),
      fc.constantFrom('', '', 'IfExists'),
    )
    .map(([set, operator, ifExists]) => `${set}${operator}${ifExists}`);
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...values) },
    { weight: 2, arbitrary: fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }) },
  );
  const spelled = fc.constantFrom(...keys).chain((key) => fc.constantFrom(key, key, key, key.toLowerCase(), key.toUpperCase()));
  // The same key in two spellings is no valid policy (facts/iam.md §1.1).
  const block = fc
    .uniqueArray(fc.tuple(spelled, value), { minLength: 1, maxLength: 2, selector: ([key]) => key.toLowerCase() })
    .map((pairs) => Object.fromEntries(pairs));
  return fc.tuple(name, block);
}

const oneCondition = fc.oneof(
  {
    weight: 6,
    arbitrary: family(
      ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
      [...TEXT_KEYS, ...LIST_KEYS, 'aws:username', 'sts:RoleSessionName', `${GITHUB_HOST}:sub`],
      WRITTEN,
    ),
  },
  {
    weight: 2,
    arbitrary: family(
      [
        'NumericEquals',
        'NumericNotEquals',
        'NumericLessThan',
        'NumericLessThanEquals',
        'NumericGreaterThan',
        'NumericGreaterThanEquals',
      ],
      ['aws:MultiFactorAuthAge'],
      [...NUMBERS, 5],
    ),
  },
  {
    weight: 2,
    arbitrary: family(
      ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'],
      ['aws:CurrentTime'],
      DATES,
    ),
  },
  {
    weight: 2,
    arbitrary: family(['Bool'], ['aws:MultiFactorAuthPresent', 'aws:PrincipalIsAWSService'], ['true', 'false', true]),
  },
  { weight: 2, arbitrary: family(['IpAddress', 'NotIpAddress'], ['aws:SourceIp'], NETWORKS) },
  {
    weight: 2,
    arbitrary: family(
      ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
      ['aws:PrincipalArn', 'aws:SourceArn'],
      [...ARNS.filter((arn) => arn !== 'a'), ...WRITTEN_ARNS],
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constant('Null'),
      fc
        .tuple(
          fc.constantFrom(...TEXT_KEYS, 'sts:RoleSessionName', 'aws:SourceIp', 'aws:username'),
          fc.constantFrom<ConditionValues>('true', 'false', true),
        )
        .map(([key, value]) => ({ [key]: value })),
    ),
  },
);

const condition: fc.Arbitrary<NonNullable<Statement['Condition']>> = fc
  .array(oneCondition, { minLength: 1, maxLength: 2 })
  .map((blocks) => Object.fromEntries(blocks));

/** Action patterns around an action: exact, wider, in other letters, and of others. */
function actions(action: string): readonly string[] {
  const [service = '', name = ''] = action.split(':');
  return [
    action,
    action,
    action,
    `${service}:*`,
    '*',
    `${service}:${name.slice(0, 3)}*`,
    action.toUpperCase(),
    `${service}:?${name.slice(1)}`,
    `${service}:Other`,
    'iam:*',
  ];
}

/** Resource patterns around a resource: exact, wider, with variables, and of others. */
function resources(resource: string): readonly string[] {
  if (resource === '*') return ['*', '*', `arn:aws:eks:eu-west-1:${HOME}:cluster/prod`];
  const fields = resource.split(':');
  const head = fields.slice(0, 5).join(':');
  const tail = fields.slice(5).join(':');
  const kind = tail.split(/[:/]/)[0] ?? '';
  return [
    resource,
    resource,
    '*',
    '*',
    `${head}:*`,
    `${head}:${kind}*`,
    `${head}:${tail.slice(0, -1)}?`,
    resource.replace(HOME, '*'),
    resource.replace(HOME, AWAY),
    `${head}:${tail}\${aws:username}`,
    `${head}:${tail.slice(0, -1)}\${sts:ExternalId, '${tail.slice(-1)}'}`,
    `${head}:${kind}/other`,
    `${head.replace('aws', 'aws-cn')}:${tail}`,
  ];
}

/** Every form in which a Principal element may name a caller, and others. */
function principals(who: Who): readonly string[] {
  const account = who.principal.split(':')[4] ?? HOME;
  const own = [who.principal, who.principalFacts.roleArn ?? who.principal, who.principalFacts.principalId ?? who.principal];
  return [
    ...own,
    ...own,
    account,
    `arn:aws:iam::${account}:root`,
    `arn:aws:iam::${account}:root`,
    '*',
    `arn:aws:iam::${HOME}:user/other`,
    `arn:aws:iam::${AWAY}:role/other`,
    'AROAOTHEROTHEROTHER01',
    `arn:aws:iam::${account}:user/*`,
  ];
}

function principalElement(who: Who): fc.Arbitrary<PrincipalElement> {
  const oneOrMany = (pool: readonly string[]): fc.Arbitrary<OneOrMany> =>
    fc.oneof(fc.constantFrom(...pool), fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 3 }));
  const aws = oneOrMany(principals(who).filter((entry) => !entry.includes('amazonaws') && !entry.includes('oidc-provider')));
  return fc.oneof(
    { weight: 5, arbitrary: aws.map((entries) => ({ AWS: entries })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(aws, oneOrMany(['pods.eks.amazonaws.com', 'ec2.amazonaws.com']))
        .map(([entries, services]) => ({ AWS: entries, Service: services })),
    },
    {
      weight: who.principal.endsWith('amazonaws.com') ? 5 : 1,
      arbitrary: oneOrMany(['pods.eks.amazonaws.com', 'ec2.amazonaws.com']).map((services) => ({ Service: services })),
    },
    {
      weight: who.principal.includes(':oidc-provider/') ? 5 : 1,
      arbitrary: oneOrMany([OIDC, GITHUB, `${OIDC}2`]).map((providers) => ({ Federated: providers })),
    },
  );
}

type Place = 'identity' | 'scp' | 'rcp' | 'trust' | 'resource' | 'ecr';

function statement(who: Who, target: Target, place: Place): fc.Arbitrary<Statement> {
  const oneOrMany = (pool: readonly string[]): fc.Arbitrary<OneOrMany> =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...pool) },
      { weight: 1, arbitrary: fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 3 }) },
    );
  const effect =
    place === 'rcp'
      ? fc.constant<'Deny'>('Deny')
      : fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Allow', 'Allow', 'Allow', 'Allow', 'Allow', 'Allow', 'Deny');
  const action = fc.oneof(
    { weight: 6, arbitrary: oneOrMany(actions(target.action)).map((Action) => ({ Action })) },
    { weight: 1, arbitrary: oneOrMany(actions(target.action)).map((NotAction) => ({ NotAction })) },
  );
  const noResource = place === 'trust' || place === 'ecr';
  const resource: fc.Arbitrary<Partial<Statement>> = noResource
    ? fc.constant({})
    : fc.oneof(
        { weight: 6, arbitrary: oneOrMany(resources(target.resource)).map((Resource) => ({ Resource })) },
        { weight: 1, arbitrary: oneOrMany(resources(target.resource)).map((NotResource) => ({ NotResource })) },
      );
  const when: fc.Arbitrary<Partial<Statement>> = fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 2, arbitrary: condition.map((Condition) => ({ Condition })) },
  );
  const plain = fc
    .tuple(effect, action, resource, when)
    .map(([Effect, ...parts]): Statement => Object.assign({ Effect }, ...parts));
  if (place === 'identity' || place === 'scp') return plain;
  if (place === 'rcp') return plain.map((one) => ({ ...one, Principal: '*' as const }));
  return fc.tuple(plain, principalElement(who), fc.integer({ min: 0, max: 5 })).map(([one, element, chance]) => {
    // NotPrincipal is legal with Deny only, and not in a trust policy (facts/iam.md §1.1).
    if (chance === 0 && one.Effect === 'Deny' && place !== 'trust') return { ...one, NotPrincipal: element };
    return { ...one, Principal: element };
  });
}

/** A policy document for a place. */
export function policy(who: Who, target: Target, place: Place): fc.Arbitrary<Document> {
  const version =
    place === 'scp' || place === 'rcp'
      ? fc.constant('2012-10-17')
      : fc.constantFrom('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17', undefined);
  const statements = fc.oneof(
    { weight: 1, arbitrary: statement(who, target, place) },
    { weight: 4, arbitrary: fc.array(statement(who, target, place), { minLength: 1, maxLength: 3 }) },
  );
  return fc
    .tuple(version, statements)
    .map(([Version, Statement]) => (Version === undefined ? { Statement } : { Version, Statement }));
}

const ALLOW_ALL: Document = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

/** Mostly nothing, else a document that allows all, else any. */
function sometimes(document: fc.Arbitrary<Document>): fc.Arbitrary<Document | null> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constant(ALLOW_ALL) },
    { weight: 2, arbitrary: document },
  );
}

function levels(document: fc.Arbitrary<Document>, always: boolean): fc.Arbitrary<Document[][]> {
  const level: fc.Arbitrary<Document[]> = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Document[]>(always ? [ALLOW_ALL] : []) },
    { weight: 1, arbitrary: fc.array(document, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: document.map((one): Document[] => (always ? [ALLOW_ALL, one] : [one])) },
  );
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<Document[][]>([]) },
    { weight: 1, arbitrary: fc.array(level, { minLength: 1, maxLength: 3 }) },
  );
}

/** One closed world with its question. */
export const iamWorld: fc.Arbitrary<IamCase> = worlds(
  CALLERS.flatMap((who) => who.targets.map((target) => [who, target] as const)),
);

/** The same for users and roles that want to assume a role. */
export const assumeWorld: fc.Arbitrary<IamCase> = worlds(
  CALLERS.filter(({ principal }) => /:(user|assumed-role)\//.test(principal)).flatMap((who) =>
    AWS_TARGETS.filter(({ action }) => action === 'sts:AssumeRole').map((target) => [who, target] as const),
  ),
);

function worlds(questions: readonly (readonly [Who, Target])[]): fc.Arbitrary<IamCase> {
  return fc.constantFrom(...questions).chain(([who, target]) => {
    const service = target.action.split(':')[0];
    const place: Place = service === 'sts' ? 'trust' : service === 'ecr' ? 'ecr' : 'resource';
    const identity = policy(who, target, 'identity');
    // Services and federated callers are no AWS identities: nobody can attach a policy to them.
    const hasPolicies = 'aws:PrincipalArn' in who.derived;
    return fc.record({
      id: fc.constant('generated'),
      principal: fc.constant(who.principal),
      principalFacts: fc
        .record({ managementAccount: fc.constantFrom(false, false, false, true) })
        .map((facts) => ({ ...who.principalFacts, ...facts })),
      action: fc.constantFrom(target.action, target.action, target.action.toLowerCase()),
      resource: fc.constant(target.resource),
      resourceAccount: fc.constant(HOME),
      resourceFacts: fc.record({ managementAccount: fc.constantFrom(false, false, false, true) }),
      context: context(who.derived),
      identityPolicies: hasPolicies
        ? fc.oneof(
            { weight: 1, arbitrary: fc.array(identity, { maxLength: 2 }) },
            { weight: 1, arbitrary: fc.array(identity, { maxLength: 1 }).map((more) => [ALLOW_ALL, ...more]) },
          )
        : fc.constant([]),
      resourcePolicy: fc.option(policy(who, target, place), { freq: 6 }),
      scps: levels(policy(who, target, 'scp'), true),
      rcps: levels(policy(who, target, 'rcp'), false),
      boundary: hasPolicies ? sometimes(identity) : fc.constant(null),
      sessionPolicy: hasPolicies ? sometimes(identity) : fc.constant(null),
    });
  });
}
