import { describe, expect, test } from 'vitest';
import { canIOutput } from '../../src/cli/output/can-i.ts';
import { whoamiOutput } from '../../src/cli/output/whoami.ts';
import { cli } from './run.ts';

const written = ['--inventory', 'examples/article/as-written', '--cluster', 'prod'];
const right = ['--inventory', 'examples/article/put-right', '--cluster', 'prod'];
const ci = ['--as', 'arn:aws:iam::222222222222:role/ci-runner'];
const deploy = ['can-i', 'create', 'deployments', '-n', 'my-app-ns'];
const viaAdmin = ['--via', 'arn:aws:iam::111111111111:role/CrossAccountEKSAdminRole'];
const viaDeploys = ['--via', '111111111111/ci-deploys-my-app'];

describe('exit codes of can-i', () => {
  test.each([
    ['no', [...deploy, ...written, ...ci, ...viaAdmin], 1, /^NO: /],
    ['only under conditions', [...deploy, ...right, ...ci, ...viaDeploys], 3, /^YES, IF: /],
    ['yes', [...deploy, ...right, ...ci, ...viaDeploys, '--given', 'sts:ExternalId=c0ffee'], 0, /^YES: /],
    ['no, since the value is wrong', [...deploy, ...right, ...ci, ...viaDeploys, '--given', 'sts:ExternalId=x'], 1, /^NO: /],
    ['any path', [...deploy, ...right, ...ci, '--any-path'], 3, /^YES, IF: /],
    ['a Kubernetes user', ['can-i', 'get', 'pods', ...right, '--as', 'nobody'], 1, /^NO: /],
  ])('%s', async (_name, words, exit, first) => {
    const ran = await cli(words);
    expect(ran.out).toMatch(first);
    expect(ran.exit).toBe(exit);
  });
});

describe('how the caller and the namespace were understood is said', () => {
  const shop = ['--inventory', 'examples/organisation', '--cluster', 'shop'];
  const developer = 'AWSReservedSSO_Developer_3333cccc4444dddd';
  const path = 'aws-reserved/sso.amazonaws.com/eu-west-1/';
  const asked = ['can-i', 'patch', 'deploy', '-n', 'shop', ...shop, '--as'];
  test.each([
    [
      'a role without its path',
      [...asked, `arn:aws:iam::100000000005:role/${developer}`],
      0,
      new RegExp(`its\\s+\\S+${path}${developer}`),
    ],
    ['a role in other letters', [...asked, 'arn:aws:iam::100000000005:role/Deployer'], 0, /asks\s+about its \S+role\/deployer/],
    ['the bare name of a role', [...asked, 'deployer'], 1, /Kubernetes user; for the IAM role say --as\s+arn:\S+:role\/deployer/],
    ['account and name', [...asked, '100000000005/deployer'], 1, /for the IAM\s+role say --as/],
    ['a unique id', [...asked, 'AROAEXAMPLEEXAMPLEEX'], 1, /say its ARN, not its\s+unique id/],
    ['a user that is nobody else', [...asked, 'jane'], 1, /^$/],
    [
      'a namespace that is not there',
      ['can-i', 'patch', 'deploy', '-n', 'shopp', ...shop, '--as', 'jane'],
      1,
      /have no "shopp"\s+\(did you mean\s+shop\?\)/,
    ],
    [
      'whoami of nobody',
      ['whoami', ...shop, '--as', 'arn:aws:iam::100000000005:role/deployr'],
      1,
      /does not hold the\s+role deployr/,
    ],
    [
      'a role of pods',
      [
        'whoami',
        '--inventory',
        'examples/organisation',
        '--cluster',
        'data',
        '--as',
        'arn:aws:iam::100000000008:role/etl-loader',
      ],
      1,
      /pod-identity-associations\.json is\s+not read yet: which pods become etl-loader/,
    ],
    ['whoami in other letters', ['whoami', ...shop, '--as', 'arn:aws:iam::100000000005:role/Deployer'], 0, /asks\s+about its/],
  ])('%s', async (_name, words, exit, note) => {
    const ran = await cli(words);
    expect(ran.err).toMatch(note);
    expect(ran.exit).toBe(exit);
  });

  test('the creator has no name that AWS shows', async () => {
    const dev = ['--inventory', 'examples/organisation', '--cluster', 'dev'];
    expect((await cli(['whoami', ...dev, '--as', 'arn:aws:iam::100000000007:role/terraform'])).out).toMatch(
      /username {2}\(AWS shows it nowhere\)/,
    );
  });
});

describe('wrong use is exit 2, with a word on what would be right', () => {
  test.each([
    [['caan-i'], /did you mean `can-i`/],
    [['can-i', '--clustr', 'x'], /did you mean --cluster/],
    [['can-i', 'get', 'pods'], /--as is needed/],
    [['can-i', 'get'], /RESOURCE\[\/NAME\] is missing/],
    [['can-i', 'get', 'pods', '--as', 'x', '--n', 'y'], /did you mean -n\?/],
    [['can-i', 'get', 'pods', 'web', '--as', 'x'], /one word too many/],
    [['can-i', 'get', 'pods', '--as', 'x', '-ojsn'], /did you mean json/],
    [['can-i', 'get', 'podz', '--as', 'x', ...right], /did you mean pods/],
    [['can-i', 'get', 'pods', '--as', 'x', '--inventory', 'nowhere'], /there is no inventory folder nowhere/],
    [['can-i', 'get', 'pods', '--as', 'x', '--inventory', 'package.json'], /is a file/],
    [['can-i', 'get', 'pods', '--as', 'x', '--inventory', 'src'], /holds no cluster/],
    [[...deploy, '--inventory', 'examples/article/put-right', '--cluster', 'pord', ...ci], /did you mean prod/],
    [
      ['can-i', 'get', 'pods', '--inventory', 'examples/organisation', '--as', 'x'],
      /--cluster is needed[\s\S]*--cluster \d{12}\//,
    ],
    [
      [...deploy, ...right, ...ci],
      /hint: under conditions the caller may assume\n +--via arn:aws:iam::111111111111:role\S+ci-deploys-my-app\n/,
    ],
    [
      [...deploy, ...right, '--as', 'arn:aws:iam::222222222222:role/ci-runer'],
      /iam\.json does not\s+hold the\s+role ci-runer\nhint: did you mean ci-runner\?\n$/,
    ],
    [
      [...deploy, ...right, '--as', 'arn:aws:iam::222222222222:role/team/ci-runner'],
      /there is no arn:aws:iam::222222222222:role\/team\/ci-runner: account\s+222222222222 has arn:aws:iam::222222222222:role\/ci-runner\n$/,
    ],
    [
      [...deploy, ...right, '--as', 'arn:aws:iam::999999999999:role/x'],
      /nothing that was collected keeps|none of which the caller may assume directly/,
    ],
    [[...deploy, ...right, ...ci, ...viaAdmin, '--any-path'], /exclude each other/],
    [[...deploy, ...right, '--as', 'arn:aws:s3:::x'], /names no caller/],
    [['can-i', 'get', 'pods', '--kubernetes', 'x.yaml', '--as', 'x', '--cluster', 'y'], /RBAC alone/],
    [['can-i', 'get', 'pods', '--kubernetes', 'nowhere.yaml', '--as', 'x'], /there is no file nowhere\.yaml/],
    [['can-i', 'get', 'pods', '--kubernetes', 'src', '--as', 'x'], /src is a folder/],
    [['can-i', 'get', 'pods', '--kubernetes', 'package.json', '--as', 'x'], /package\.json\S* Kubernetes objects are expected/],
    [
      [...deploy, ...right, ...ci, '--via', 'ci-deploys-my-ap'],
      /has no role ci-deploys-my-ap\nhint: did you mean ci-deploys-my-app/,
    ],
    [['whoami', ...right, '--as', 'jane'], /is no ARN/],
  ])('%j', async (words, message) => {
    const { exit, err, out } = await cli(words);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
    // Only an ARN, a path or a name may be wider, alone on its line.
    for (const line of err.split('\n')) if (line.length > 80) expect(line).toMatch(/^ *(\w+: )?(--\w+ )?\S+$/);
    expect(out).toBe('');
    expect(exit).toBe(2);
  });
});

describe('a value that is empty or blank is wrong use, whatever the flag', () => {
  const full = [...deploy, ...right, ...ci, ...viaDeploys];
  const names = 'via context cluster assume inventory given kubeconfig kubernetes as-group as subresource output'.split(' ');
  test.each(names.flatMap((name) => ['', ' '].map((value) => [name, value] as const)))('--%s "%s"', async (name, value) => {
    // A flag that is said already is replaced, so that nothing else is wrong.
    const at = full.indexOf(`--${name}`);
    const rest = at < 0 ? full : [...full.slice(0, at), ...full.slice(at + 2)];
    const { exit, err, out } = await cli([...rest, `--${name}`, value]);
    expect(err).toMatch(new RegExp(`^error: --${name} is empty: `));
    expect([exit, out]).toEqual([2, '']);
  });
  test.each([
    [['can-i', '', 'pods', '--as', 'x'], /VERB is empty/],
    [['can-i', 'get', ' ', '--as', 'x'], /RESOURCE\[\/NAME\] is empty/],
    [['can-i', 'get', 'pods', '--as', 'x', '--via='], /--via is empty/],
    [['can-i', 'get', 'pods', '--as', 'x', '-n', ''], /--namespace is empty/],
    [[...full.slice(0, -1), ','], /--via "," names no role/],
    [['whoami', ...right, '--as', ''], /--as is empty/],
    [['simulate', ''], /FILE.jsonl is empty/],
  ])('%j', async (words, message) => {
    const { exit, err, out } = await cli(words);
    expect(err).toMatch(message);
    expect([exit, out]).toEqual([2, '']);
  });
});

test('-o json holds to the published schema, and every place has a line', async () => {
  for (const words of [
    [...deploy, ...written, ...ci, ...viaAdmin],
    [...deploy, ...right, ...ci, ...viaDeploys],
    ['can-i', 'get', 'pods', '-A', ...right, ...ci, '--any-path'],
  ]) {
    const { out, exit } = await cli([...words, '-o', 'json']);
    const answer = canIOutput.parse(JSON.parse(out));
    expect(answer.exitCode).toBe(exit);
    const places = JSON.stringify(answer).match(/"at":\{[^}]*\}/g) ?? [];
    expect(places.length).toBeGreaterThan(1);
    for (const place of places) expect(place).toMatch(/"line":\d+,"column":\d+/);
  }
});

test('-o yaml says the same as -o json', async () => {
  const { parse } = await import('yaml');
  const words = [...deploy, ...written, ...ci, ...viaAdmin];
  expect(parse((await cli([...words, '-o', 'yaml'])).out)).toEqual(JSON.parse((await cli([...words, '-o', 'json'])).out));
});

test('CAUSEWAY_INVENTORY names the folder where no flag does', async () => {
  const env = { CAUSEWAY_INVENTORY: 'examples/article/put-right' };
  expect((await cli([...deploy, '--cluster', 'prod', ...ci, ...viaDeploys], { env })).exit).toBe(3);
});

describe('whoami', () => {
  test.each([
    [right, 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app', 0, /^MAPPED: /],
    [written, 'arn:aws:iam::111111111111:role/CrossAccountEKSAdminRole', 1, /^NOT MAPPED: /],
  ])('%j %s', async (where, as, exit, first) => {
    const words = ['whoami', ...where, '--as', as];
    const ran = await cli(words);
    expect(ran.out).toMatch(first);
    expect(ran.exit).toBe(exit);
    const data = whoamiOutput.parse(JSON.parse((await cli([...words, '-o', 'json'])).out));
    expect(data.exitCode).toBe(exit);
    expect([data.at, ...data.notes.map((note) => note.at)].some((at) => at?.line !== undefined)).toBe(true);
  });
});

describe('--context', () => {
  const files = (folder: string) => ({
    env: {
      KUBECONFIG: `nowhere:examples/article/${folder}/kubeconfig.yaml`,
      AWS_CONFIG_FILE: `examples/article/${folder}/aws-config`,
    },
  });
  test('the roles, the external id and the cluster come from the kubeconfig and its profiles', async () => {
    const words = [...deploy, '--inventory', 'examples/article/put-right', ...ci, '--context', 'ci-deploys-my-app'];
    expect(await cli(words, files('put-right'))).toMatchObject({ exit: 0, err: '' });
  });
  test('the role of get-token is assumed after the profile', async () => {
    const words = [
      ...deploy,
      '--inventory',
      'examples/article/as-written',
      ...ci,
      '--context',
      'arn:aws:eks:eu-west-1:111111111111:cluster/prod',
    ];
    const { exit, out } = await cli(words, files('as-written'));
    expect(exit).toBe(1);
    expect(out).toContain('→ arn:aws:sts::111111111111:assumed-role/CrossAccountEKSAdminRole/EKSGetTokenAuth');
  });
  test('a profile that is not on this machine is what would break', async () => {
    const words = [
      ...deploy,
      '--inventory',
      'examples/article/as-written',
      ...ci,
      '--context',
      'arn:aws:eks:eu-west-1:111111111111:cluster/prod',
    ];
    const { exit, err } = await cli(words, { env: { KUBECONFIG: 'examples/article/as-written/kubeconfig.yaml' } });
    expect(exit).toBe(2);
    expect(err).toMatch(/AWS_PROFILE accountb, and there is no profile accountb/);
  });
  test('an unknown context suggests', async () => {
    const { exit, err } = await cli([...deploy, ...ci, '--context', 'ci-deploys-my-ap'], files('put-right'));
    expect(exit).toBe(2);
    expect(err).toMatch(/did you mean ci-deploys-my-app/);
  });
});

test('a hint that holds for several errors is said once, below them', async () => {
  expect((await cli(['can-i'])).err).toBe(
    [
      'error: VERB is missing',
      'error: RESOURCE[/NAME] is missing',
      'error: --as is needed, with a value',
      'hint: --help shows what the command takes',
      '',
    ].join('\n'),
  );
});

test('every command explains itself within 80 columns', async () => {
  for (const command of [[], ['can-i'], ['whoami'], ['simulate'], ['kubeconfig'], ['authenticator'], ['collect'], ['evidence']]) {
    const { exit, out } = await cli([...command, '--help']);
    expect(exit).toBe(0);
    expect(out).toMatch(/Exit codes: 0/);
    for (const line of out.split('\n')) if (!line.includes('All subsequent inputs')) expect(line.length).toBeLessThanOrEqual(80);
  }
});

test('a fault of ours is exit 4 without a stack trace, and with one when it is asked for', async () => {
  const words = [...deploy, ...right, ...ci, ...viaDeploys];
  const broken = {
    get CAUSEWAY_INVENTORY(): string {
      throw new TypeError('planted\u001b[2J');
    },
  };
  const args = words.filter((word) => word !== '--inventory' && word !== 'examples/article/put-right');
  const { exit, err } = await cli(args, { env: broken });
  expect(exit).toBe(4);
  expect(err).toBe(
    'error: planted\\x1b[2J\nhint: this is a fault in causeway; run again with CAUSEWAY_DEBUG=1 and report\n      what it prints\n',
  );
  const debug = {
    get CAUSEWAY_INVENTORY(): string {
      throw new TypeError('planted');
    },
    CAUSEWAY_DEBUG: '1',
  };
  expect((await cli(args, { env: debug })).err).toMatch(/\n {4}at /);
});
