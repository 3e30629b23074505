import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ContextWish, causewayExec, type MaybeText, planContexts } from '../../src/kubeconfig/index.ts';
import { holds } from '../properties/runs.ts';
import { blockKubeconfigs, jsonKubeconfigs } from './written.ts';

const ARN = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';
const role = (name: string, account = '111111111111') => `arn:aws:iam::${account}:role/${name}`;
const cluster = { entry: ARN, id: 'prod', outpost: false, region: 'eu-west-1', server: 'https://prod.example', ca: 'LS0t' };

function wish(roles: readonly string[] = [], more: Partial<ContextWish> & { readonly profile?: string } = {}): ContextWish {
  const { profile, ...others } = more;
  const flags = [...(profile === undefined ? [] : ['--profile', profile]), ...roles.flatMap((each) => ['--role', each])];
  return {
    cluster,
    login: { ...(profile === undefined ? {} : { profile }), roles: roles.map((each) => ({ role: each })) },
    exec: causewayExec(more.cluster ?? cluster, { command: '/opt/causeway', credentials: flags }),
    replace: false,
    handedOver: false,
    ...others,
  };
}

/** The text after the wishes were written one after the other; a refusal is thrown as text. */
function written(text: string | undefined, ...wishes: readonly ContextWish[]): string {
  return wishes.reduce((before: string | undefined, each) => {
    const plan = planContexts([{ file: 'config', text: before }], [each], true);
    if ('error' in plan) throw new Error([plan.error, ...plan.hints].join('\n'));
    return plan.files[0]?.after ?? before;
  }, text) as string;
}

const aws = (user: string, args: string, env = '') => `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0t
    server: https://prod.example
  name: ${ARN}
contexts:
- context:
    cluster: ${ARN}
    user: ${user}
    namespace: mine
  name: ${user}
current-context: ${user}
kind: Config
preferences: {}
users:
- name: ${user}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - eu-west-1
      - eks
      - get-token
      - --cluster-name
      - prod
      - --output
      - json
${args}      command: aws
${env}`;

describe('names', () => {
  const users = (text: string): unknown => parse(text).users.map((each: { name: string }) => each.name);
  const contexts = (text: string): unknown =>
    Object.fromEntries(
      parse(text).contexts.map((each: { name: string; context: { user: string } }) => [each.name, each.context.user]),
    );

  test('a new file has the names of aws eks update-kubeconfig', () => {
    expect(written(undefined, wish())).toBe(
      `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0t
    server: "https://prod.example"
  name: ${ARN}
contexts:
- context:
    cluster: ${ARN}
    user: ${ARN}
  name: ${ARN}
current-context: ${ARN}
kind: Config
preferences: {}
users:
- name: ${ARN}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      args:
      - token
      - --cluster
      - prod
      - --region
      - eu-west-1
      command: /opt/causeway
      interactiveMode: IfAvailable
      provideClusterInfo: false
`.replace('"https://prod.example"', 'https://prod.example'),
    );
  });

  test.each<[string, readonly ContextWish[], Record<string, string>]>([
    ['a second role gets a name of its own', [wish([role('a')]), wish([role('b')])], { [ARN]: ARN, [`${ARN}@b`]: `${ARN}@b` }],
    ['a path is no part of it', [wish(), wish([role('team/x/b')])], { [ARN]: ARN, [`${ARN}@b`]: `${ARN}@b` }],
    [
      'roles of one name in two accounts',
      [wish(), wish([role('b')]), wish([role('b', '222222222222')])],
      { [ARN]: ARN, [`${ARN}@b`]: `${ARN}@b`, [`${ARN}@222222222222/b`]: `${ARN}@222222222222/b` },
    ],
    [
      'two ways to one role',
      [wish([role('a')], { profile: 'p' }), wish([role('a')]), wish([role('c'), role('a')])],
      { [ARN]: ARN, [`${ARN}@a`]: `${ARN}@a`, [`${ARN}@111111111111/a`]: `${ARN}@111111111111/a` },
    ],
    ['profiles', [wish(), wish([], { profile: 'p' })], { [ARN]: ARN, [`${ARN}@p`]: `${ARN}@p` }],
    [
      'an alias names the context',
      [wish([role('a')], { alias: 'admin' }), wish([role('b')], { alias: 'read' })],
      { admin: ARN, read: `${ARN}@b` },
    ],
    ['--user-alias names both, as with aws', [wish([role('a')], { userAlias: 'u' })], { u: 'u' }],
    [
      'who was first keeps the plain name',
      [wish([role('a')]), wish([role('b')]), wish([role('a')])],
      { [ARN]: ARN, [`${ARN}@b`]: `${ARN}@b` },
    ],
  ])('%s', (_, wishes, expected) => expect(contexts(written(undefined, ...wishes))).toEqual(expected));

  test('the same again changes nothing, also when another came between', () => {
    const once = written(undefined, wish([role('a')]), wish([role('b')]));
    expect(written(once, wish([role('b')]))).toBe(once);
    expect(written(once, wish([role('a')])).replace(/current-context: .*/, '')).toBe(once.replace(/current-context: .*/, ''));
  });

  test('the entry of the aws CLI for the same role is taken over with its namespace', () => {
    const before = aws(ARN, `      - --role\n      - ${role('a')}\n`);
    const after = written(before, wish([role('a')]));
    expect(users(after)).toEqual([ARN]);
    expect(parse(after).contexts[0].context.namespace).toBe('mine');
    expect(parse(after).users[0].user.exec.command).toBe('/opt/causeway');
  });

  test('the entry of the aws CLI for another role is left alone', () => {
    const before = aws(ARN, `      - --role\n      - ${role('a')}\n`);
    const after = written(before, wish([role('b')]));
    expect(users(after)).toEqual([ARN, `${ARN}@b`]);
    expect(parse(after).users[0]).toEqual(parse(before).users[0]);
  });

  test('AWS_PROFILE goes when --profile says it, and what others put there stays', () => {
    const env = '      env:\n      - name: AWS_PROFILE\n        value: p\n      - name: HTTPS_PROXY # ours\n        value: x\n';
    const after = written(aws(ARN, '', env), wish([], { profile: 'p' }));
    expect(parse(after).users[0].user.exec.env).toEqual([{ name: 'HTTPS_PROXY', value: 'x' }]);
  });

  test('a user with a token of its own is no EKS user', () => {
    const before = `users:\n- name: ${ARN}\n  user:\n    token: canary\n`;
    expect(users(written(before, wish()))).toEqual([ARN, `${ARN}@default`]);
    expect(parse(written(before, wish([], { userAlias: ARN, replace: true }))).users[0].user).not.toHaveProperty('token');
  });
});

describe('nothing is changed silently', () => {
  test.each<[string, string, ContextWish, RegExp]>([
    [
      'a user of another role',
      written(undefined, wish([role('a')], { userAlias: 'u' })),
      wish([role('b')], { userAlias: 'u' }),
      /another identity[\s\S]*role\/a[\s\S]*--replace/,
    ],
    [
      'a context of another role',
      written(undefined, wish([role('a')], { alias: 'x' })),
      wish([role('b')], { alias: 'x' }),
      /context x[\s\S]*role\/a[\s\S]*--alias/,
    ],
    [
      'an endpoint that was handed over',
      written(undefined, wish()),
      wish([], { cluster: { ...cluster, server: 'https://evil.example' }, handedOver: true }),
      /another endpoint/,
    ],
  ])('%s', (_, text, each, message) => {
    expect(() => written(text, each)).toThrow(message);
    expect(() => written(text, { ...each, replace: true })).not.toThrow();
  });

  test('an endpoint that AWS describes is followed', () => {
    const after = written(written(undefined, wish()), wish([], { cluster: { ...cluster, server: 'https://new.example' } }));
    expect(parse(after).clusters).toEqual([
      { cluster: { 'certificate-authority-data': 'LS0t', server: 'https://new.example' }, name: ARN },
    ]);
  });

  test('a certificate is looked at again', () => {
    const before = `clusters:\n- name: ${ARN}\n  cluster:\n    server: https://prod.example\n    insecure-skip-tls-verify: true # for now\n`;
    expect(written(before, wish())).toContain('insecure-skip-tls-verify: false # for now');
  });
});

describe('several files', () => {
  const plan = (texts: readonly MaybeText[], each: ContextWish) => planContexts(texts, [each], true);
  const has = `clusters:\n- name: ${ARN}\n  cluster: {server: "https://prod.example", certificate-authority-data: LS0t}\n`;

  test.each<[string, readonly MaybeText[], string]>([
    [
      'the first that has the cluster',
      [
        { file: 'a', text: 'users: []\n' },
        { file: 'b', text: has },
      ],
      'b',
    ],
    [
      'else the first',
      [
        { file: 'a', text: 'users: []\n' },
        { file: 'b', text: '' },
      ],
      'a',
    ],
    [
      'a new one',
      [
        { file: 'a', text: undefined },
        { file: 'b', text: '' },
      ],
      'a',
    ],
    [
      'a broken one is passed over',
      [
        { file: 'a', text: '[' },
        { file: 'b', text: has },
      ],
      'b',
    ],
  ])('%s', (_, texts, file) => expect(plan(texts, wish())).toMatchObject({ files: [{ file }] }));

  test('a broken first file is not written', () =>
    expect(
      plan(
        [
          { file: 'a', text: '\n[' },
          { file: 'b', text: '' },
        ],
        wish(),
      ),
    ).toMatchObject({ file: 'a', line: expect.any(Number) }));

  test('a name that another file has first is not written where kubectl would not see it', () =>
    expect(
      plan(
        [
          {
            file: 'a',
            text: `users:\n- name: u\n  user: {exec: {command: aws, args: [eks, get-token, --cluster-name, prod]}}\n`,
          },
          { file: 'b', text: has },
        ],
        wish([], { userAlias: 'u' }),
      ),
    ).toMatchObject({
      error: expect.stringMatching(/stands in a too/),
    }));

  test('it says where another file keeps its current context', () =>
    expect(
      plan(
        [
          { file: 'a', text: 'current-context: x\n' },
          { file: 'b', text: has },
        ],
        wish(),
      ),
    ).toMatchObject({ warnings: [expect.stringMatching(/a is read first/)] }));
});

test('laws: written twice is written once, whatever stood there', () => {
  holds(
    100,
    fc.property(
      fc.oneof(blockKubeconfigs, jsonKubeconfigs),
      fc.constantFrom([], [role('a')], [role('a'), role('b')]),
      ({ text, stretches }, roles) => {
        const once = written(text, wish(roles, { alias: 'ours' }));
        expect(written(once, wish(roles, { alias: 'ours' }))).toBe(once);
        for (const stretch of stretches) expect(once).toContain(stretch);
      },
    ),
  );
});
