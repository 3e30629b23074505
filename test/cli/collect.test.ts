import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { collectLive, inventoryOf } from '../../src/cli/collect/live.ts';
import { openInventory } from '../../src/edge/files/index.ts';
import { askLab, enter, type LabDouble, profileOf, startLabDouble } from '../loopback/lab.ts';
import { cli } from './run.ts';

const PLATFORM = '111111111111';
const DELIVERY = '222222222222';
const PROD = `${PLATFORM}/eu-west-1/prod`;
const PIPELINE = `arn:aws:iam::${DELIVERY}:role/ci-runner`;
const TARGET = `arn:aws:iam::${PLATFORM}:role/causeway/platform-access/ci-deploys-my-app`;

let lab: LabDouble;
let home = '';
let env: Record<string, string> = {};
beforeAll(async () => {
  lab = await startLabDouble();
});
afterAll(() => lab.close());
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'causeway-collect-'));
  env = await profiles({ platform: `${PLATFORM}/admin`, delivery: `${DELIVERY}/admin` });
  return () => rmSync(home, { recursive: true, force: true });
});

/** Profiles of people in the lab; whoever runs the command has no credentials but these. */
async function profiles(who: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const sections = await Promise.all(
    Object.entries(who).map(async ([name, as]) => profileOf(name, (await enter(lab.lab, as)).credentials)),
  );
  writeFileSync(join(home, 'credentials'), sections.join('\n'));
  return {
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: lab.lab.endpoint,
    XDG_CACHE_HOME: join(home, 'cache'),
  };
}

const run = (words: string, more: Readonly<Record<string, string>> = {}) =>
  cli(words.split(' '), { env: { ...env, ...more }, cwd: home, home, now: () => new Date() });

const BOTH = [
  'collect',
  `--account platform=${PLATFORM} --account delivery=${DELIVERY} --cluster ${PROD}`,
  '--credentials platform=profile:platform --credentials delivery=profile:delivery',
].join(' ');

/** Every file below a folder with its text. */
function filesIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
}

test('two accounts and a cluster become a folder that can-i judges', async () => {
  const ran = await run(`${BOTH} -o inv`);
  expect(ran.err).toBe('');
  expect(ran.out).toContain(`✔ account ${PLATFORM} (platform)`);
  expect(ran.out).toContain(`✔ cluster arn:aws:eks:eu-west-1:${PLATFORM}:cluster/prod`);
  expect(ran.out).toContain('the caller needs organizations:ListRoots');
  expect(ran.exit).toBe(3);
  const question = `can-i create deployments -n my-app-ns --cluster prod --as ${PIPELINE} --via ${TARGET} --inventory inv --assume no-scp --assume no-rcp`;
  const answer = await run(question);
  expect(`${answer.out}${answer.err}`).toMatch(/^YES/);
  expect((await run(question.replace('my-app-ns', 'default'))).exit).toBe(1);
});

test('with the management account everything is read, and the answer takes nothing for granted', async () => {
  env = await profiles({ platform: `${PLATFORM}/admin`, delivery: `${DELIVERY}/admin`, top: '444444444444/admin' });
  const ran = await run(`${BOTH} --account top=444444444444 --credentials top=profile:top -o inv`);
  expect([ran.exit, ran.err, ran.out]).toEqual([0, '', expect.stringMatching(/^Everything was read/)]);
  const question = `can-i create deployments -n my-app-ns --cluster prod --as ${PIPELINE} --via ${TARGET} --inventory inv`;
  const answer = await run(question);
  expect([answer.exit, answer.out]).toEqual([0, expect.stringMatching(/^YES/)]);
});

test('files and folders are the owner’s alone, and hold no secret', async () => {
  await run(`${BOTH} -o inv`);
  for (const [path, text] of Object.entries(filesIn(join(home, 'inv')))) {
    expect([path, statSync(join(home, 'inv', path)).mode & 0o077]).toEqual([path, 0]);
    for (const secret of readFileSync(join(home, 'credentials'), 'utf8').matchAll(/secret_access_key=(\S+)/g))
      expect(text).not.toContain(secret[1]);
  }
  expect(statSync(join(home, 'inv/accounts')).mode & 0o077).toBe(0);
});

test('a second run changes nothing but the time, takes away what is gone, and leaves what is not its own', async () => {
  await run(`${BOTH} -o inv`);
  const folder = join(home, 'inv');
  const first = filesIn(folder);
  mkdirSync(join(folder, 'accounts/999999999999'));
  writeFileSync(join(folder, 'accounts/999999999999/iam.json'), '{"a colleague": "sent this"}');
  await run(`${BOTH} -o inv`);
  const { 'accounts/999999999999/iam.json': theirs, ...again } = filesIn(folder);
  expect(theirs).toBe('{"a colleague": "sent this"}');
  const about = (text = '') => ({ ...JSON.parse(text), collectedAt: '' });
  expect(about(again['inventory.json'])).toEqual(about(first['inventory.json']));
  expect({ ...again, 'inventory.json': '' }).toEqual({ ...first, 'inventory.json': '' });
  await run(`collect --account platform=${PLATFORM} --credentials platform=profile:platform --region eu-west-1 -o inv`);
  expect(Object.keys(filesIn(folder)).some((path) => path.includes('/eks/') || path.includes(DELIVERY))).toBe(false);
  expect(Object.keys(filesIn(folder))).toContain('accounts/999999999999/iam.json');
});

test('files of others in the way: nothing is written', async () => {
  mkdirSync(join(home, 'inv/accounts', PLATFORM), { recursive: true });
  writeFileSync(join(home, 'inv/accounts', PLATFORM, 'iam.json'), '{}');
  const ran = await run(`${BOTH} -o inv`);
  expect([ran.exit, Object.keys(filesIn(join(home, 'inv')))]).toEqual([2, [`accounts/${PLATFORM}/iam.json`]]);
  expect(ran.err).toContain(`accounts/${PLATFORM}/iam.json`);
});

test('credentials of another account: nothing is read', async () => {
  const before = lab.log.length;
  const ran = await run(BOTH.replace('delivery=profile:delivery', 'delivery=profile:platform'));
  expect(ran.exit).toBe(2);
  expect(ran.err.replaceAll(/\s+/g, ' ')).toContain(`for account delivery (${DELIVERY}) are of account ${PLATFORM}`);
  expect(new Set(lab.log.slice(before).map(({ operation }) => operation))).toEqual(new Set(['GetCallerIdentity']));
  expect(() => readdirSync(join(home, 'inventory'))).toThrow();
});

test('an account without credentials is a gap, and its owner is named', async () => {
  const ran = await run(`collect --account platform=${PLATFORM} --account delivery=${DELIVERY} -o inv`, {
    ...(await lab.shell(`${PLATFORM}/admin`)),
    AWS_REGION: 'eu-west-1',
  });
  expect(ran.exit).toBe(3);
  expect(ran.out).toContain(`? account ${DELIVERY} (delivery)`);
  expect(ran.out).toContain(`the default credentials are of account ${PLATFORM}`);
  const answer = await run(`can-i get pods --cluster x --as ${PIPELINE} --inventory inv`);
  expect(answer.exit).not.toBe(0);
});

test('a kubeconfig leads to a cluster whose account nobody lets us into', async () => {
  const arn = `arn:aws:eks:eu-west-1:${PLATFORM}:cluster/prod`;
  const { clusters } = parse((await askLab<{ readonly kubeconfig: string }>(lab.lab, 'kubeconfig')).kubeconfig);
  const args = ['--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', 'prod'];
  const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'aws', args };
  const login = { ...exec, env: [{ name: 'AWS_PROFILE', value: 'platform' }] };
  const file = (cluster: string) => ({
    ...{ apiVersion: 'v1', kind: 'Config', clusters: [{ name: cluster, cluster: clusters[0].cluster }] },
    ...{ users: [{ name: 'u', user: { exec: login } }], contexts: [{ name: 'prod', context: { cluster, user: 'u' } }] },
  });
  writeFileSync(join(home, 'kubeconfig'), JSON.stringify(file(arn)));
  const ran = await run('collect --context prod --kubeconfig kubeconfig -o inv', {
    ...(await lab.shell(`${DELIVERY}/admin`)),
    AWS_REGION: 'eu-west-1',
  });
  expect(ran.exit).toBe(3);
  const { inventory } = openInventory(join(home, 'inv'), { cache: false });
  const [cluster] = inventory.clusters;
  expect(cluster?.rbac()).toMatchObject({ state: 'collected', value: { gaps: [] } });
  expect(cluster?.awsAuth()).toEqual({ state: 'collected', value: null });
  expect([cluster?.description.state, cluster?.accessEntries().state]).toEqual(['notCollected', 'notCollected']);
  expect(inventory.accounts.get(PLATFORM)?.iam().state).toBe('notCollected');
  writeFileSync(join(home, 'kubeconfig'), JSON.stringify(file('prod')));
  const unnamed = await run('collect --context prod --kubeconfig kubeconfig -o inv');
  expect([unnamed.exit, unnamed.err.replaceAll(/\s+/g, ' ')]).toEqual([
    2,
    expect.stringContaining('not say which cluster it is'),
  ]);
});

test('a grants file says what is read, and how its accounts are entered', async () => {
  writeFileSync(join(home, 'causeway.yaml'), readFileSync('examples/article/causeway.yaml'));
  const credentials = '--credentials platform=profile:platform --credentials delivery=profile:delivery';
  const ran = await run(`collect causeway.yaml ${credentials} -o inv`);
  expect([ran.exit, ran.err]).toEqual([3, '']);
  expect(ran.out).toContain(`✔ account ${DELIVERY} (delivery)`);
  expect(ran.out).toContain('? account 333333333333 (security)');
  expect(Object.keys(filesIn(join(home, 'inv')))).toContain(`accounts/${DELIVERY}/iam/roles/ci-runner/role.json`);
  const twice = await run(`collect causeway.yaml --account ${PLATFORM}`);
  expect([twice.exit, twice.err]).toEqual([2, expect.stringContaining('a grants file says what is read')]);
  const stray = await run('collect causeway.yaml --credentials platfrom=profile:platform');
  expect([stray.exit, stray.err]).toEqual([2, expect.stringContaining('did you mean platform')]);
});

test('wrong use is said before anybody is asked', async () => {
  const cases: readonly (readonly [string, string])[] = [
    ['collect', 'nothing is named'],
    ['collect --account 12', 'is no account'],
    ['collect --cluster prod', 'does not say which account'],
    [`collect --account ${PLATFORM} --credentials x`, 'neither ALIAS=profile:NAME nor ALIAS=role:ARN'],
    [`collect --account ${PLATFORM} --credentials other=profile:platform`, 'no account is called "other"'],
    [`collect --account ${PLATFORM} --credentials ${PLATFORM}=role:admin`, 'no ARN of a role'],
    [`collect --account ${PLATFORM} --principal pod`, 'no ARN of a role or user'],
  ];
  for (const [words, message] of cases) {
    const { exit, err } = await run(words);
    expect([words, exit, err.replaceAll(/\s+/g, ' ')]).toEqual([words, 2, expect.stringContaining(message)]);
  }
});

test('read live, the texts are an inventory without a folder', async () => {
  const silent = { write: () => undefined };
  const io = { stdout: silent, stderr: silent, stdin: nothing(), env, cwd: home, home, now: () => new Date() };
  const request = {
    accounts: [{ id: PLATFORM }],
    clusters: [`arn:aws:eks:eu-west-1:${PLATFORM}:cluster/prod`],
    principals: [],
    rolePaths: ['/causeway/'],
    entrances: new Map([[PLATFORM, { kind: 'profile', profile: 'platform' } as const]]),
  };
  const inventory = inventoryOf(await collectLive(request, io));
  const [cluster] = inventory.clusters;
  expect(cluster?.accessEntries()).toMatchObject({ state: 'collected', value: { length: 3 } });
  expect(cluster?.awsAuth()).toEqual({ state: 'collected', value: null });
  const iam = inventory.accounts.get(PLATFORM)?.iam();
  expect(iam?.state === 'collected' && iam.value.role('ci-deploys-my-app')?.maxSessionDuration).toBe(3600);
  expect(inventory.problems()).toEqual([]);
});

async function* nothing(): AsyncGenerator<string> {}
