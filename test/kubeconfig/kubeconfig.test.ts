import { describe, expect, test } from 'vitest';
import {
  type KubeUser,
  pathOfContext,
  profileChain,
  readKubeconfig,
  readProfiles,
  readTokenCommand,
} from '../../src/kubeconfig/index.ts';

const exec = (command: string, args: string, env: Record<string, string> = {}): KubeUser => ({
  kind: 'exec',
  command,
  args: args.split(' '),
  env,
});
const R = 'arn:aws:iam::111111111111:role/deployer';
const C = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';

describe('the token command', () => {
  const aws = { command: 'aws', roles: [] };
  const asR = { command: 'aws', roles: [{ role: R, sessionName: 'EKSGetTokenAuth' }] };
  const authenticator = { command: 'aws-iam-authenticator', roles: [] };
  test.each([
    [
      'aws',
      `--region eu-west-1 eks get-token --cluster-name prod --output json --role ${R}`,
      {},
      { ...asR, cluster: 'prod', region: 'eu-west-1' },
    ],
    ['/usr/local/bin/aws', `eks get-token --cluster-name=prod --role-arn=${R}`, {}, { ...asR, cluster: 'prod' }],
    ['aws.exe', 'eks get-token --cluster-id uuid --profile p', { AWS_PROFILE: 'q' }, { ...aws, cluster: 'uuid', profile: 'p' }],
    [
      'aws',
      'eks get-token --cluster-name prod',
      { AWS_PROFILE: 'q', AWS_REGION: 'r' },
      { ...aws, cluster: 'prod', profile: 'q', region: 'r' },
    ],
    [
      'aws-iam-authenticator',
      `token -i prod -r ${R} -s me`,
      {},
      { ...authenticator, cluster: 'prod', roles: [{ role: R, sessionName: 'me' }] },
    ],
    [
      'aws-iam-authenticator',
      `token --cluster-id=prod --role=${R} --external-id x`,
      {},
      { ...authenticator, cluster: 'prod', roles: [{ role: R, externalId: 'x' }] },
    ],
    ['aws-iam-authenticator', 'token -iprod', {}, { ...authenticator, cluster: 'prod' }],
    [
      '/opt/causeway',
      `token --cluster prod --region=eu-west-1 --profile p --role ${R} --external-id x --role ${R}2 --session-name me`,
      { AWS_PROFILE: 'q' },
      {
        command: 'causeway',
        cluster: 'prod',
        region: 'eu-west-1',
        profile: 'p',
        roles: [
          { role: R, externalId: 'x' },
          { role: `${R}2`, sessionName: 'me' },
        ],
      },
    ],
    ['/opt/wrapper', 'token --cluster prod', {}, { command: 'causeway', cluster: 'prod', roles: [] }],
    ['npx', '-y causeway@0.1.0 token --cluster prod', {}, { command: 'causeway', cluster: 'prod', roles: [] }],
  ])('%s %s', (command, args, env, expected) => expect(readTokenCommand(exec(command, args, env))).toEqual(expected));

  test.each([
    [exec('aws', 'eks update-kubeconfig'), /makes no EKS token/],
    [exec('aws', 'eks get-token --role'), /has no value/],
    [exec('gke-gcloud-auth-plugin', ''), /not known to make EKS tokens/],
    [{ kind: 'other', what: 'client-certificate' } as const, /is no AWS identity/],
    [undefined, /is not there/],
  ])('%j is none', (user, message) => expect(readTokenCommand(user)).toEqual({ error: expect.stringMatching(message) }));
});

describe('profiles', () => {
  const config = [
    '[default]',
    'region = eu-west-1',
    '[profile base]',
    'aws_access_key_id = AKIDEXAMPLE',
    'aws_secret_access_key = not kept',
    '[profile "one"]',
    `role_arn=${R}1`,
    'source_profile = base',
    'external_id = c0ffee # of the owner',
    's3 =',
    '  role_arn = not this',
    '[profile two]',
    `role_arn = ${R}2`,
    'source_profile = one',
    '[profile pod]',
    `role_arn = ${R}3`,
    'credential_source = EcsContainer',
    '[profile web]',
    `role_arn = ${R}4`,
    'web_identity_token_file = /token',
    '[profile self]',
    `role_arn = ${R}5`,
    'source_profile = self',
    '[profile a]',
    `role_arn = ${R}6`,
    'source_profile = b',
    '[profile b]',
    `role_arn = ${R}7`,
    'source_profile = a',
    '[profile lost]',
    `role_arn = ${R}8`,
    'source_profile = nobody',
    '[profile bare]',
    `role_arn = ${R}9`,
  ].join('\r\n');
  const profiles = readProfiles(config, `[keys]\naws_access_key_id = X\n[two]\nexternal_id = from-credentials\n`);
  test.each([
    ['base', []],
    ['keys', []],
    ['one', [{ role: `${R}1`, by: 'profile one', externalId: 'c0ffee' }]],
    [
      'two',
      [
        { role: `${R}1`, by: 'profile one', externalId: 'c0ffee' },
        { role: `${R}2`, by: 'profile two', externalId: 'from-credentials' },
      ],
    ],
    ['pod', [{ role: `${R}3`, by: 'profile pod' }]],
    ['web', [{ role: `${R}4`, by: 'profile web' }]],
    ['self', [{ role: `${R}5`, by: 'profile self' }]],
  ])('the chain of %s', (name, steps) => expect(profileChain(profiles, name)).toMatchObject({ steps }));
  test.each([
    ['a', /leads back to a/],
    ['lost', /profile nobody, which does not exist/],
    ['bare', /neither source_profile nor credential_source/],
    ['none', /there is no profile none/],
  ])('the chain of %s is broken', (name, message) =>
    expect(profileChain(profiles, name)).toEqual({ error: expect.stringMatching(message) }),
  );
  test('no secret is kept', () => expect(JSON.stringify([...profiles])).not.toMatch(/not kept|AKID/));
});

describe('a kubeconfig', () => {
  const file = (name: string, server: string, current = '') => ({
    file: name,
    text: JSON.stringify({
      clusters: [{ name: C, cluster: { server } }],
      contexts: [{ name: 'c', context: { cluster: C, user: 'u', namespace: 'ns' } }],
      users: [{ name: 'u', user: { token: 'secret-token' } }],
      'current-context': current,
    }),
  });
  test('the first file that names a thing wins, and no secret is kept', () => {
    const config = readKubeconfig([file('a', 'https://a'), file('b', 'https://b', 'c')]);
    expect(config).toEqual({
      contexts: [{ name: 'c', cluster: C, namespace: 'ns', server: 'https://a', user: { kind: 'other', what: 'token' } }],
      currentContext: 'c',
    });
    expect(JSON.stringify(config)).not.toContain('secret-token');
  });
  test.each([
    ['a: [', /./, true],
    ['- a', /is a mapping/, false],
    [
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((key, i) => `${key}: &${key} [${`*${'abcdefgh'[i]},`.repeat(9)}]`)
        .join('\n')}`,
      /alias/i,
      false,
    ],
  ])('%j is refused', (text, message, placed) => {
    const result = readKubeconfig([{ file: 'k', text }]);
    expect(result).toMatchObject({ error: expect.stringMatching(message), file: 'k', ...(placed ? { line: 1 } : {}) });
  });
  test('an empty file is one without contexts', () =>
    expect(readKubeconfig([{ file: 'k', text: '' }])).toEqual({ contexts: [] }));
});

describe('the path of a context', () => {
  const profiles = readProfiles(
    `[profile p]\nrole_arn = ${R}\ncredential_source = Environment\n[profile q]\naws_access_key_id = X\n`,
  );
  const context = (args: string, env: Record<string, string> = {}) => ({ name: 'c', cluster: C, user: exec('aws', args, env) });
  const roles = (path: ReturnType<typeof pathOfContext>) => ('error' in path ? path.error : path.steps.map((step) => step.role));

  test('the role of the command comes after those of the profile', () => {
    expect(
      roles(pathOfContext(context(`eks get-token --cluster-name prod --role ${R}2`, { AWS_PROFILE: 'p' }), { profiles })),
    ).toEqual([R, `${R}2`]);
    expect(roles(pathOfContext(context('eks get-token --cluster-name prod', { AWS_PROFILE: 'q' }), { profiles }))).toEqual([]);
  });
  test('a role that is assumed twice is remarked', () => {
    const path = pathOfContext(context(`eks get-token --cluster-name prod --role ${R}`, { AWS_PROFILE: 'p' }), { profiles });
    expect(path).toMatchObject({ remarks: [expect.stringMatching(/is assumed twice/)], cluster: { arn: C, name: 'prod' } });
  });
  test('the profile of the shell counts only where the context names none', () => {
    const around = { profiles, shellProfile: 'p' };
    expect(pathOfContext(context('eks get-token --cluster-name prod'), around)).toMatchObject({
      steps: [{ role: R }],
      remarks: [expect.stringMatching(/shell/)],
    });
    expect(pathOfContext(context('eks get-token --cluster-name prod', { AWS_PROFILE: 'q' }), around)).toMatchObject({
      steps: [],
      remarks: [],
    });
  });
  test('a profile that does not exist is where the command would fail', () => {
    expect(pathOfContext(context('eks get-token --cluster-name prod', { AWS_PROFILE: 'x' }), { profiles })).toEqual({
      error: expect.stringMatching(/no profile x/),
    });
  });
});
