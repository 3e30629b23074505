import { describe, expect, test } from 'vitest';
import {
  type Backend,
  type BackendAnswer,
  instanceRows,
  mapByBackends,
  readAwsAuth,
  rowWarnings,
} from '../../src/rules/eks/index.ts';
import { session } from './make.ts';

const list = (name: string, data: Readonly<Record<string, unknown>>, reservedPrefixes: readonly string[] = []): Backend => ({
  name,
  rows: readAwsAuth(Object.fromEntries(Object.entries(data).map(([key, value]) => [key, JSON.stringify(value, null, 1)]))),
  reservedPrefixes,
});
const role = (rolearn: string, username = 'from-row', groups: readonly string[] = []): object => ({ rolearn, username, groups });
const sso = (permissionSetName: string, username: string, more: object = {}): object => ({
  sso: { accountID: '222222222222', permissionSetName, ...more },
  username,
});
const CI = 'arn:aws:iam::222222222222:role/ci';

type Case = readonly [
  name: string,
  backends: readonly Backend[],
  identity: ReturnType<typeof session>,
  expected: Partial<BackendAnswer>,
];

const cases: readonly Case[] = [
  [
    'a role',
    [list('A', { mapRoles: [role(CI, 'ci', ['g'])] })],
    session(),
    { state: 'mapped', backend: 'A', by: 'mapRoles', username: 'ci', groups: ['g'] },
  ],
  ['a role in another spelling', [list('A', { mapRoles: [role(CI.toUpperCase())] })], session(), { username: 'from-row' }],
  [
    'the ARN of a session stands for its role',
    [list('A', { mapRoles: [role('arn:aws:sts::222222222222:assumed-role/ci/x')] })],
    session(),
    { username: 'from-row' },
  ],
  [
    'a role with a path never matches',
    [list('A', { mapRoles: [role('arn:aws:iam::222222222222:role/team/ci')] })],
    session(),
    { state: 'none' },
  ],
  ['another account', [list('A', { mapRoles: [role('arn:aws:iam::333333333333:role/ci')] })], session(), { state: 'none' }],
  ['another partition', [list('A', { mapRoles: [role('arn:aws-cn:iam::222222222222:role/ci')] })], session(), { state: 'none' }],
  [
    'the last row of an ARN wins',
    [list('A', { mapRoles: [role(CI, 'first'), role(CI.toUpperCase(), 'last')] })],
    session(),
    { username: 'last' },
  ],
  [
    'the last spelling of a user wins',
    [
      list('A', {
        mapUsers: [
          { userarn: 'ARN:aws:iam::222222222222:user/ann', username: 'first' },
          { userarn: 'arn:aws:iam::222222222222:user/Ann', username: 'last' },
        ],
      }),
    ],
    { arn: 'arn:aws:iam::222222222222:user/Ann', account: '222222222222', sessionName: '' },
    { by: 'mapUsers', username: 'last' },
  ],
  [
    'roles before users',
    [list('A', { mapUsers: [{ userarn: CI, username: 'user' }], mapRoles: [role(CI, 'role')] })],
    session(),
    { username: 'role' },
  ],
  [
    'users before accounts',
    [list('A', { mapUsers: [{ userarn: CI, username: 'user' }], mapAccounts: ['222222222222'] })],
    session(),
    { username: 'user' },
  ],
  [
    'an account gives the canonical ARN as name',
    [list('A', { mapAccounts: ['222222222222'] })],
    session(),
    { by: 'mapAccounts', username: CI, groups: [] },
  ],
  [
    'the first list that knows the caller decides',
    [list('A', {}), list('B', { mapRoles: [role(CI, 'b')] }), list('C', { mapRoles: [role(CI, 'c')] })],
    session(),
    { backend: 'B', username: 'b' },
  ],
  [
    'an account of an earlier list beats a row of a later one',
    [list('A', { mapAccounts: ['222222222222'] }), list('B', { mapRoles: [role(CI)] })],
    session(),
    { backend: 'A', by: 'mapAccounts' },
  ],
  [
    'templates in order',
    [list('A', { mapRoles: [role(CI, 'a:{{AccountID}}:{{SessionName}}:{{SessionNameRaw}}:{{AccessKeyID}}:{{Other}}')] })],
    session('ci', 'ann@example.com', { accessKeyId: 'ASIA1' }),
    { username: 'a:222222222222:ann-example.com:ann@example.com:ASIA1:{{Other}}' },
  ],
  [
    'templates in groups',
    [list('A', { mapRoles: [role(CI, 'x', ['s:{{SessionName}}'])] })],
    session(),
    { groups: ['s:build-7'] },
  ],
  [
    'a session that is no instance',
    [list('A', { mapRoles: [role(CI, 'system:node:{{EC2PrivateDNSName}}')] }), list('B', { mapRoles: [role(CI)] })],
    session(),
    {
      state: 'refused',
      error:
        'mapper A renderTemplates error: error rendering username template "system:node:{{EC2PrivateDNSName}}": SessionName did not contain an instance id',
    },
  ],
  [
    'an instance that EC2 has to name',
    [list('A', { mapRoles: [role(CI, 'system:node:{{EC2PrivateDNSName}}')] })],
    session('ci', 'i-0123456789abcdef0'),
    { state: 'instance', backend: 'A', instance: 'i-0123456789abcdef0' },
  ],
  [
    'a reserved prefix stops the search',
    [list('A', { mapRoles: [role(CI, 'system:admin')] }, ['system:', 'eks:']), list('B', { mapRoles: [role(CI)] })],
    session(),
    {
      state: 'refused',
      error:
        "invalid username 'system:admin' for mapper A: username must not begin with with the following prefixes: [system: eks:]",
    },
  ],
  [
    'a reserved prefix made by a template',
    [list('A', { mapRoles: [role(CI, '{{SessionName}}')] }, ['system'])],
    session('ci', 'system-x'),
    { state: 'refused' },
  ],
  [
    'no prefix is reserved unless it is said',
    [list('A', { mapRoles: [role(CI, 'system:admin')] })],
    session(),
    { username: 'system:admin' },
  ],
  ['no username', [list('A', { mapRoles: [{ rolearn: CI }] })], session(), { state: 'mapped', username: '' }],
  [
    'an SSO role',
    [list('A', { mapRoles: [sso('Admin', 'sso')] })],
    session('AWSReservedSSO_Admin_0123456789abcdef'),
    { by: 'mapRoles', username: 'sso' },
  ],
  [
    'an SSO role of another set',
    [list('A', { mapRoles: [sso('Admin', 'sso')] })],
    session('AWSReservedSSO_AdminX_0123456789abcdef'),
    { state: 'none' },
  ],
  [
    'an SSO role without a hash',
    [list('A', { mapRoles: [sso('Admin', 'sso')] })],
    session('AWSReservedSSO_Admin_'),
    { state: 'none' },
  ],
  [
    'an ARN beats an SSO pattern, wherever it stands',
    [list('A', { mapRoles: [role('arn:aws:iam::222222222222:role/AWSReservedSSO_Admin_01', 'arn'), sso('Admin', 'sso')] })],
    session('AWSReservedSSO_Admin_01'),
    { username: 'arn' },
  ],
  [
    'the last SSO pattern wins',
    [list('A', { mapRoles: [sso('Admin', 'first'), sso('Admin', 'last')] })],
    session('AWSReservedSSO_Admin_01'),
    { username: 'last' },
  ],
];

test.each(cases)('%s', (_, backends, identity, expected) => {
  expect(mapByBackends(backends, identity, { partition: 'aws' })).toMatchObject(expected);
});

describe('SSO patterns in every partition', () => {
  test.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'])('%s', (partition) => {
    const identity = {
      arn: `arn:${partition}:sts::222222222222:assumed-role/AWSReservedSSO_Admin_01/ann`,
      account: '222222222222',
      sessionName: 'ann',
    };
    const explicit = [list('A', { mapRoles: [sso('Admin', 'sso', { partition })] })];
    const implied = [list('A', { mapRoles: [sso('Admin', 'sso')] })];
    expect(mapByBackends(explicit, identity, { partition: 'aws-iso' })).toMatchObject({ username: 'sso' });
    expect(mapByBackends(implied, identity, { partition })).toMatchObject({ username: 'sso' });
    expect(mapByBackends(implied, identity, { partition: 'aws-iso' })).toMatchObject({ state: 'none' });
  });
});

test('the rows that need a name of EC2', () => {
  const { rows } = list('A', {
    mapRoles: [role(CI, 'a'), role(CI, 'n:{{EC2PrivateDNSName}}'), role(CI, 'b', ['{{EC2PrivateDNSName}}'])],
  });
  expect(instanceRows(rows).map(({ index }) => index)).toEqual([1, 2]);
});

test('an instance that EC2 named', () => {
  const backends = [list('A', { mapRoles: [role(CI, 'system:node:{{EC2PrivateDNSName}}')] })];
  const ec2PrivateDnsNames = { 'i-0123456789abcdef0': 'ip-10-0-0-1.ec2.internal' };
  expect(mapByBackends(backends, session('ci', 'i-0123456789abcdef0'), { partition: 'aws', ec2PrivateDnsNames })).toMatchObject({
    username: 'system:node:ip-10-0-0-1.ec2.internal',
  });
});

test.each([
  [
    'a path',
    [role('arn:aws:iam::222222222222:role/team/ci')],
    'STS never reports the path of a role: write arn:aws:iam::222222222222:role/ci',
  ],
  [
    'a row that is replaced',
    [role(CI), role('arn:aws:sts::222222222222:assumed-role/ci/x')],
    'row 2 has the same ARN and replaces this one',
  ],
  [
    'no caller',
    [role('arn:aws:iam::222222222222:group/ops')],
    '"arn:aws:iam::222222222222:group/ops" is the ARN of no caller: it never matches',
  ],
  ['a wildcard', [role('arn:aws:iam::222222222222:role/ci-*')], 'there are no wildcards in ARNs here: it never matches'],
  ['no name', [{ rolearn: CI }], 'no username: the caller gets the empty name, not its ARN'],
])('a warning about %s', (_, mapRoles, text) => {
  expect(rowWarnings(list('A', { mapRoles }).rows).map((warning) => warning.text)).toEqual([text]);
});
