import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/base/index.ts';
import { CliError } from '../../src/cli/exit.ts';
import { readCaller } from '../../src/cli/request/caller.ts';
import { givenElsewhere, readAssume, readGiven } from '../../src/cli/request/given.ts';
import { readRequest } from '../../src/cli/request/resource.ts';
import { readVia } from '../../src/cli/request/roles.ts';
import { separate } from '../../src/cli/usage-text.ts';
import { type Inventory, makeInventory } from '../../src/inventory/index.ts';

/** The message of the refusal; fails when there is none. */
function refused(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof CliError) return [error.message, ...error.hints].join('\n');
    throw error;
  }
  throw new Error('was not refused');
}

describe('--given', () => {
  test.each([
    ['sts:ExternalId=c0ffee', { key: 'sts:ExternalId', value: 'c0ffee' }],
    ['sts:ExternalId=', { key: 'sts:ExternalId', value: '' }],
    ['aws:RequestTag/a=b=c', { key: 'aws:RequestTag/a', value: 'b=c' }],
    ['!aws:SourceIp', { key: 'aws:SourceIp', value: null }],
    ['2:aws:SourceIp=10.0.0.1', { key: 'aws:SourceIp', value: '10.0.0.1', hop: 2 }],
    ['1:!aws:SourceIp', { key: 'aws:SourceIp', value: null, hop: 1 }],
    [
      'token.actions.githubusercontent.com:sub=repo:o/r:ref:x',
      { key: 'token.actions.githubusercontent.com:sub', value: 'repo:o/r:ref:x' },
    ],
  ])('%s', (text, expected) => expect(readGiven([text])).toEqual([expected]));

  test('a key said again has several values, in any letters, at its own hop', () => {
    expect(readGiven(['aws:TagKeys=a', 'AWS:tagkeys=b', '2:aws:TagKeys=c'])).toEqual([
      { key: 'aws:TagKeys', value: ['a', 'b'] },
      { key: 'aws:TagKeys', value: 'c', hop: 2 },
    ]);
  });

  test.each([
    [['sts:ExternalId'], /key=value is expected/],
    [['ExternalId=x'], /is no condition key\ndid you mean sts:ExternalId\?/],
    [['sourceidentity=x'], /did you mean aws:SourceIdentity or sts:SourceIdentity\?/],
    [['Foo=x'], /is no condition key\ncondition keys look like/],
    [['=x'], /is no condition key/],
    [['!aws:SourceIp=1'], /no value can follow/],
    [['0:aws:SourceIp=1'], /numbered from 1/],
    [['aws:SourceIp=1', '!aws:SourceIp'], /absent and that it is there/],
  ])('%s is refused', (texts, message) => expect(refused(() => readGiven(texts))).toMatch(message));
});

test('what is stated for a hop that the path does not have is said', () => {
  const given = readGiven(['sts:ExternalId=x', '1:aws:SourceIp=10.0.0.1', '3:!aws:SourceIp']);
  expect(givenElsewhere(given, 1)).toEqual(['--given 3:aws:SourceIp counts nowhere: the path has one role to assume']);
  expect(givenElsewhere(given, 3)).toEqual([]);
});

test('--assume takes names joined by commas, and suggests', () => {
  expect(readAssume(['no-scp,no-rcp', 'no-scp'])).toEqual(['no-scp', 'no-rcp']);
  expect(refused(() => readAssume(['no-scps']))).toMatch(/did you mean no-scp/);
  expect(refused(() => readAssume(['no-scp,']))).toMatch(/names nothing before or after a comma\nit takes no-scp/);
});

describe('--as', () => {
  test('an ARN is an AWS caller', () => {
    const arn = 'arn:aws-cn:iam::111111111111:role/x';
    expect(readCaller(arn, [])).toEqual({ kind: 'aws', arn });
  });
  test.each([
    ['jane', [], ['system:authenticated']],
    ['jane', ['dev', 'dev'], ['dev', 'system:authenticated']],
    ['system:anonymous', [], ['system:unauthenticated']],
    ['system:serviceaccount:ns:sa', [], ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated']],
  ])('%s with %s', (user, groups, expected) => {
    const caller = readCaller(user, groups);
    expect(caller.kind === 'kubernetes' && new Set(caller.groups)).toEqual(new Set(expected));
  });
  test.each([
    ['arn:aws:iam::1111:role/x', [], /12 digits/],
    ['arn:aws:s3:::bucket', [], /names no caller/],
    ['arn:aws:iam::111111111111:role/x', ['g'], /--as-group goes with a Kubernetes user/],
    ['arn:aws:sts::111111111111:assumed-role/x/s', [], /at least 2 characters/],
    ['arn:aws:iam::111111111111:role/dep ', [], /"dep " cannot be the name of a role/],
  ])('%s is refused', (as, groups, message) => expect(refused(() => readCaller(as, groups))).toMatch(message));
});

describe('VERB RESOURCE', () => {
  const read = (resource: string, more: object = {}) =>
    readRequest({ verb: 'get', resource, defaultNamespace: 'home', ...more }).request;
  test.each([
    ['deploy', {}, { verb: 'get', apiGroup: 'apps', resource: 'deployments', namespace: 'home' }],
    ['deployments.apps/web', {}, { verb: 'get', apiGroup: 'apps', resource: 'deployments', name: 'web', namespace: 'home' }],
    [
      'pods',
      { subresource: 'log', namespace: 'n' },
      { verb: 'get', apiGroup: '', resource: 'pods', subresource: 'log', namespace: 'n' },
    ],
    ['pods', { allNamespaces: true }, { verb: 'get', apiGroup: '', resource: 'pods' }],
    ['nodes', { namespace: 'n' }, { verb: 'get', apiGroup: '', resource: 'nodes' }],
    ['ns/dev', {}, { verb: 'get', apiGroup: '', resource: 'namespaces', name: 'dev', namespace: 'dev' }],
    ['/metrics', {}, { verb: 'get', path: '/metrics' }],
    ['pods/log', {}, { verb: 'get', apiGroup: '', resource: 'pods', name: 'log', namespace: 'home' }],
    ['widgets.example.io', {}, { verb: 'get', apiGroup: 'example.io', resource: 'widgets', namespace: 'home' }],
  ])('%s %j', (resource, more, expected) => expect(read(resource, more)).toEqual(expected));

  test.each([
    ['create', 'deploy/web', undefined, /create carries no name, so this is asked without "web"/],
    ['deletecollection', 'pods/web', undefined, /deletecollection carries no name/],
    ['list', 'pods/web', 'web', /metadata\.name=web/],
    ['watch', 'pods/web', 'web', /metadata\.name=web/],
    ['get', 'pods/web', 'web', /^$/],
    ['logs', 'pods/web', 'web', /get RESOURCE\/NAME --subresource log/],
    ['drain', 'nodes/n', 'n', /patch nodes/],
  ])('%s %s asks about the name %s', (verb, resource, name, remark) => {
    const { request, remarks } = readRequest({ verb, resource, defaultNamespace: 'd' });
    expect('name' in request ? request.name : undefined).toBe(name);
    expect(remarks.join('\n')).toMatch(remark);
  });

  test('a subresource is created under a name', () => {
    const words = { verb: 'create', resource: 'pods/web', subresource: 'exec', defaultNamespace: 'd' };
    expect(readRequest(words)).toMatchObject({ request: { name: 'web', subresource: 'exec' }, remarks: [] });
  });

  test('a name that is a subresource gets a remark', () => {
    expect(readRequest({ verb: 'get', resource: 'pods/log', defaultNamespace: 'd' }).remarks.join()).toMatch(/--subresource log/);
  });

  test.each([
    ['podz', {}, /did you mean pods/],
    ['pods/', {}, /is not RESOURCE/],
    ['pods/web/log', {}, /no object can be named "web\/log"\npods\/web --subresource log/],
    ['pods/exec', { verb: 'create' }, /for the subresource say pods --subresource exec/],
    ['pods', { namespace: 'a', allNamespaces: true }, /exclude each other/],
    ['pods', { namespace: 'No_Such' }, /cannot be the name of a namespace/],
    ['/metrics', { namespace: 'a' }, /in no namespace/],
    ['/metrics', { subresource: 'a' }, /not with a path/],
  ])('%s %j is refused', (resource, more, message) => expect(refused(() => read(resource, more))).toMatch(message));
  test('a verb with a typing error', () => expect(refused(() => read('pods', { verb: 'ge t' }))).toMatch(/did you mean get/));
});

/** Accounts whose roles have these ARNs. */
function accountsWith(...arns: string[]): Inventory['accounts'] {
  const file = (account: string) => ({
    RoleDetailList: arns
      .filter((arn) => arn.includes(account))
      .map((Arn) => ({ Arn, RoleName: Arn.split('/').at(-1), AssumeRolePolicyDocument: {} })),
    UserDetailList: [],
    GroupDetailList: [],
    Policies: [],
  });
  const ids = new Set(arns.map((arn) => arn.split(':')[4] ?? ''));
  const sources = [...ids].map((id) => ({ path: `accounts/${id}/iam.json`, size: 1, text: () => JSON.stringify(file(id)) }));
  return makeInventory(sources).accounts;
}

describe('--via', () => {
  const accounts = accountsWith(
    'arn:aws:iam::111111111111:role/a',
    'arn:aws:iam::111111111111:role/with/path/c',
    'arn:aws-us-gov:iam::222222222222:role/path/b',
    'arn:aws:iam::111111111111:role/with,comma',
    'arn:aws:iam::111111111111:role/a,c',
  );
  const home = { account: '111111111111' };
  const read = (...values: string[]) => readVia(values, home, accounts);
  const a = 'arn:aws:iam::111111111111:role/a';
  const b = 'arn:aws-us-gov:iam::222222222222:role/path/b';
  const c = 'arn:aws:iam::111111111111:role/with/path/c';
  test.each([
    [
      [a, b],
      [a, b],
    ],
    [[`${a},${b}`], [a, b]],
    [['arn:aws:iam::111111111111:role/with,comma'], ['arn:aws:iam::111111111111:role/with,comma']],
    [[`with,comma,${b}`], ['arn:aws:iam::111111111111:role/with,comma', b]],
    [['222222222222/b'], [b]],
    [['with/path/c'], [c]],
    [[`${b},c`], [b, c]],
    [[`${b}, c, 111111111111/a`], [b, c, a]],
    [['c,a'], [c, a]],
    [['a\\,c'], ['arn:aws:iam::111111111111:role/a,c']],
    [['arn:aws:iam::333333333333:role/x\\,y'], ['arn:aws:iam::333333333333:role/x,y']],
  ])('%s', (values, expected) => expect(read(...values)).toEqual(expected));
  test.each([
    ['arn:aws:sts::111111111111:assumed-role/a/session', /its role is arn:aws:iam::111111111111:role\/a/],
    ['arn:aws:iam::111111111111:user/a', /is not a role/],
    ['a b', /is not a role/],
    ['cc', /has no role cc\ndid you mean c/],
    ['333333333333/x', /was not collected, so the path/],
    ['other/path/c', /has no role other\/path\/c\ndid you mean c/],
    ['a,c', /could be one role or several\nfor several roles repeat --via/],
    [`${a},nobody`, /could be one role or several: account 111111111111 has no role nobody/],
    ['arn:aws:iam::333333333333:role/x,y', /could be one role or several/],
    [`${a},`, /names no role before or after a comma/],
    [',a', /names no role before or after a comma/],
    ['c,,a', /names no role before or after a comma/],
    [',', /names no role before or after a comma/],
    ['', /names no role/],
    [' ', /names no role/],
  ])('%s is refused', (value, message) => expect(refused(() => read(value))).toMatch(message));
});

test('near words are suggested, far ones are not', () => {
  expect(nearest('pord', ['prod', 'stage'])).toEqual(['prod']);
  expect(nearest('pro', ['prod', 'production', 'x'])).toEqual(['prod', 'production']);
  expect(nearest('zzz', ['prod', 'stage'])).toEqual([]);
});

test('short flags may carry their value', () => {
  expect(separate(['-nweb', '-o=json', '-n=', '--via=', '--any-path=', '-A', '--name', '-n', 'x', '--', '-ny'])).toEqual([
    '-n',
    'web',
    '-o',
    'json',
    '-n',
    '',
    '--via',
    '',
    '--any-path',
    '',
    '-A',
    '--name',
    '-n',
    'x',
    '--',
    '-ny',
  ]);
});
