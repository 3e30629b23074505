import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type DoctorWorld, diagnose, readProfiles, repair } from '../../src/kubeconfig/index.ts';

const R = 'arn:aws:iam::111111111111:role/deployer';
const ARN = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';
const world: DoctorWorld = {
  profiles: readProfiles(`[profile base]\n[profile roled]\nrole_arn = ${R}\nsource_profile = base\n`),
  program: '/opt/causeway',
  isThere: (command) => ['aws', 'aws-iam-authenticator', '/opt/causeway', './bin/plugin'].includes(command),
};
const GET = ['--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', 'prod'];

interface Made {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly more?: string;
}

/** A kubeconfig with one context per entry, each with a user of its own. */
function made(...users: readonly Made[]): string {
  const lines = users.flatMap(({ command = 'aws', args = GET, env = {}, version = 'v1beta1', more }, i) => [
    `- name: u${i}`,
    '  user:',
    '    exec: # kept',
    `      apiVersion: client.authentication.k8s.io/${version}`,
    '      args:',
    ...args.map((word) => `      - "${word}"`),
    `      command: ${command}`,
    ...(Object.keys(env).length === 0 ? [] : ['      env:']),
    ...Object.entries(env).flatMap(([name, value]) => [`      - name: ${name}`, `        value: ${value}`]),
    ...(more === undefined ? [] : [more]),
  ]);
  const contexts = users.map((_, i) => `- {name: c${i}, context: {cluster: "${ARN}", user: u${i}}}`);
  return [
    'clusters:',
    `- {name: "${ARN}", cluster: {server: "https://x.example"}}`,
    'contexts:',
    ...contexts,
    'users:',
    ...lines,
    '',
  ].join('\n');
}

const find = (text: string, around: Partial<DoctorWorld> = {}) => diagnose([{ file: 'config', text }], { ...world, ...around });
const ids = (text: string) => find(text).map(({ id, line }) => `${id}:${line}`);

/** The text after its repair; the same where nothing is repaired. */
function repaired(text: string, around: Partial<DoctorWorld> = {}): string {
  const texts = [{ file: 'config', text }];
  const [done] = repair(texts, find(text, around));
  if (done === undefined) return text;
  if ('error' in done) throw new Error(done.error);
  return done.after;
}

describe('nothing is found where nothing is wrong', () => {
  test.each<[string, string]>([
    ['the aws CLI', made({})],
    [
      'causeway',
      made({
        command: '/opt/causeway',
        args: ['token', '--cluster', 'prod', '--region', 'eu-west-1', '--role', R],
        version: 'v1',
        more: '      interactiveMode: IfAvailable',
      }),
    ],
    ['a profile that assumes, and no --role', made({ env: { AWS_PROFILE: 'roled' } })],
    ['a profile without a role, and --role', made({ args: [...GET, '--role', R], env: { AWS_PROFILE: 'base' } })],
    ['two users', made({}, { args: [...GET, '--role', R] })],
    ['nobody of ours', 'users:\n- name: x\n  user: {token: canary}\n'],
    ['nothing', ''],
  ])('%s', (_, text) => expect(find(text)).toEqual([]));
});

describe('findings, with what is repaired', () => {
  // Name, text, findings; then two texts: in the repaired file the first is gone and the second is there.
  test.each<[string, string, string[], string, string]>([
    ['v1alpha1', made({ version: 'v1alpha1' }), ['exec-v1alpha1:9'], 'v1alpha1', 'client.authentication.k8s.io/v1beta1'],
    ['v1 without interactiveMode', made({ version: 'v1' }), ['exec-interactive-mode:9'], 'never', 'interactiveMode: IfAvailable'],
    [
      'a role assumed twice',
      made({ args: [...GET, '--role', R], env: { AWS_PROFILE: 'roled' } }),
      ['role-assumed-twice:11'],
      R,
      'AWS_PROFILE',
    ],
    [
      'a role assumed twice, with =',
      made({ args: [`--role-arn=${R}`, ...GET], env: { AWS_PROFILE: 'roled' } }),
      ['role-assumed-twice:11'],
      R,
      'get-token',
    ],
    [
      'npx',
      made({ command: 'npx', args: ['-y', 'causeway@0.1.0', 'token', '--cluster', 'prod'] }),
      ['command-npx:16'],
      'npx',
      'command: /opt/causeway',
    ],
    [
      'a causeway that is gone',
      made({ command: '/old/causeway', args: ['token', '--cluster', 'prod'] }),
      ['command-missing:14'],
      '/old/',
      'command: /opt/causeway',
    ],
  ])('%s', (_, text, expected, gone, there) => {
    expect(ids(text)).toEqual(expected);
    const after = repaired(text);
    expect(after).not.toContain(gone);
    expect(after).toContain(there);
    expect(after).toContain('exec: # kept');
    expect(find(after)).toEqual([]);
  });

  test.each<[string, string, Partial<DoctorWorld>, string[]]>([
    ['a profile that is not there', made({ env: { AWS_PROFILE: 'gone' } }), {}, ['profile-missing']],
    ['a shell with AWS_PROFILE', made({}), { shellProfile: 'base' }, ['profile-from-shell']],
    [
      'a role by profile and another by --role',
      made({ args: [...GET, '--role', `${R}2`], env: { AWS_PROFILE: 'roled' } }),
      {},
      ['profile-and-role'],
    ],
    ['a command that is not there', made({ command: '/usr/local/bin/aws' }), {}, ['command-missing']],
    ['a command beside the kubeconfig', made({ command: './bin/plugin', args: [] }), {}, ['command-relative']],
    ['a subcommand that is none', made({ args: ['eks', 'get-tokne'] }), {}, ['no-token-command']],
    [
      'v1alpha1 of a stranger',
      made({ command: './bin/plugin', args: [], version: 'v1alpha1' }),
      {},
      ['exec-v1alpha1', 'command-relative'],
    ],
    ['a file that cannot be read', 'users:\n- [\n', {}, ['unreadable-file']],
    ['two entries of one name', 'users:\n- {name: a}\n- {name: a}\n', {}, ['unreadable-file']],
    ['a current context that is none', 'contexts: []\ncurrent-context: gone\n', {}, ['dead-current-context']],
    [
      'two contexts of one user',
      made({}).replace('users:', `- {name: admin, context: {cluster: "${ARN}", user: u0}}\nusers:`),
      {},
      ['shared-user'],
    ],
    [
      'a context of another cluster',
      made({})
        .replace(`context: {cluster: "${ARN}"`, `context: {cluster: "${ARN}2"`)
        .replace('contexts:', `- {name: "${ARN}2", cluster: {server: "https://y.example"}}\ncontexts:`),
      {},
      ['token-of-other-cluster'],
    ],
  ])('%s is found and left as it is', (_, text, around, expected) => {
    expect(find(text, around).map(({ id }) => id)).toEqual(expected);
    expect(repaired(text, around)).toBe(text);
  });

  test('a shell’s profile is no reason to change the arguments', () =>
    expect(repaired(made({ args: [...GET, '--role', R] }), { shellProfile: 'roled' })).toContain(R));

  test('dead contexts are taken out, and the others stay', () => {
    const dead = '# mine\n- name: dead\n  context:\n    cluster: gone\n    user: gone\n';
    const text = made({}, {})
      .replace('contexts:\n', `contexts:\n${dead}`)
      .replace('users:\n', `${dead.replace('name: dead', 'name: dead2')}users:\n`);
    expect(find(text).map(({ id, contexts }) => `${id} ${contexts}`)).toEqual(['dead-context dead', 'dead-context dead2']);
    const after = repaired(text);
    expect(parse(after).contexts.map((each: { name: string }) => each.name)).toEqual(['c0', 'c1']);
    expect(after.match(/# mine/g)).toHaveLength(2);
  });

  test('nothing is called dead while a file cannot be read', () =>
    expect(
      diagnose(
        [
          { file: 'a', text: 'contexts:\n- {name: x, context: {cluster: c, user: u}}\n' },
          { file: 'b', text: '[' },
        ],
        world,
      ).map(({ id }) => id),
    ).toEqual(['unreadable-file']));

  test('an entry of another file is there', () =>
    expect(
      diagnose(
        [
          { file: 'a', text: 'contexts:\n- {name: x, context: {cluster: c, user: u}}\n' },
          { file: 'b', text: 'clusters:\n- {name: c, cluster: {}}\nusers:\n- {name: u, user: {}}\n' },
        ],
        world,
      ),
    ).toEqual([]));
});
