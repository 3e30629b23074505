import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { anyWhoamiOutput } from '../../src/cli/output/whoami.ts';
import { type EksDouble, startEks } from '../loopback/eks.ts';
import { callerOfToken, type KubernetesDouble, startKubernetes } from '../loopback/kubernetes.ts';
import { type StsDouble, startSts } from '../loopback/sts.ts';
import { cli } from './run.ts';

const arn = (name: string) => `arn:aws:eks:eu-west-1:111111111111:cluster/${name}`;
const HUB = 'arn:aws:iam::222222222222:role/hub';
const DEPLOYER = 'arn:aws:iam::111111111111:role/team/deployer';
const SECRET = 'canary-secret-access-key';
const ALICE = {
  accessKeyId: 'AKIDEXAMPLEALICE',
  secretAccessKey: SECRET,
  arn: 'arn:aws:iam::222222222222:user/alice',
  userId: 'AIDAALICE',
};
const BOB = {
  accessKeyId: 'AKIDEXAMPLEBOB',
  secretAccessKey: SECRET,
  arn: 'arn:aws:iam::111111111111:user/bob',
  userId: 'AIDABOB',
};

let home = '';
let sts: StsDouble;
let kubernetes: KubernetesDouble;
let eks: EksDouble;
let env: Record<string, string> = {};

beforeAll(async () => {
  sts = await startSts({ callers: [ALICE, BOB], roles: [{ arn: HUB, externalId: 'c0ffee' }, { arn: DEPLOYER }] });
  kubernetes = await startKubernetes(async (token) => {
    const caller = await callerOfToken(token, 'prod');
    return caller?.includes('assumed-role/deployer/') === true
      ? { username: 'deployer:alice', groups: ['system:authenticated', 'web'] }
      : undefined;
  });
  const silent = await startKubernetes(() => Promise.resolve(undefined)).then(async ({ url, close }) => {
    await close();
    return url;
  });
  const cluster = (name: string, more: object = {}) => ({
    ...{ name, arn: arn(name), endpoint: kubernetes.url, status: 'ACTIVE' },
    certificateAuthority: { data: Buffer.from(kubernetes.ca).toString('base64') },
    ...more,
  });
  eks = await startEks([
    { cluster: cluster('prod'), refused: [ALICE.accessKeyId] },
    { cluster: cluster('new', { status: 'CREATING' }) },
    { cluster: cluster('gone', { endpoint: silent }) },
    {
      cluster: cluster('other', {
        certificateAuthority: { data: Buffer.from('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----').toString('base64') },
      }),
    },
  ]);
});
afterAll(() => Promise.all([sts.close(), kubernetes.close(), eks.close()]));

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'causeway-live-'));
  env = {
    ...{ AWS_ACCESS_KEY_ID: ALICE.accessKeyId, AWS_SECRET_ACCESS_KEY: SECRET, AWS_REGION: 'eu-west-1' },
    ...{ AWS_ENDPOINT_URL_STS: sts.url, AWS_ENDPOINT_URL_EKS: eks.url, XDG_CACHE_HOME: join(home, 'cache') },
  };
  return () => rmSync(home, { recursive: true, force: true });
});

/** Runs a command line as alice, and makes sure that no secret of hers is printed. */
async function run(words: string, more: Record<string, string> = {}) {
  const ran = await cli(words.split(' '), {
    env: { ...env, ...more },
    cwd: home,
    home,
    now: () => new Date(),
    program: process.execPath,
  });
  expect(ran.out + ran.err).not.toContain('canary');
  expect(ran.out + ran.err).not.toMatch(/k8s-aws-v1|\n\s+at /);
  return { ...ran, err: ran.err.replace(/\s+/g, ' ') };
}

const CHAIN = `--role ${HUB} --external-id c0ffee --role ${DEPLOYER}`;
const bob = { AWS_ACCESS_KEY_ID: BOB.accessKeyId };
const file = () => readFileSync(join(home, '.kube/config'), 'utf8');

describe('kubeconfig asks AWS', () => {
  test('as the last role of the chain, not as the caller', async () => {
    expect(await run(`kubeconfig --name prod ${CHAIN}`)).toMatchObject({ exit: 0, err: '' });
    expect(eks.asked.at(-1)).toMatch(/^GET \/clusters\/prod ASIA|^GET \/clusters\/prod (?!AKID)/);
    expect(parse(file()).clusters[0]).toMatchObject({ name: arn('prod'), cluster: { server: kubernetes.url } });
  });

  test.each<[string, Record<string, string>, number, RegExp]>([
    [
      '--cluster prod',
      {},
      4,
      /cannot be described by the environment.*is not authorized to perform: eks:DescribeCluster.*--from FILE/,
    ],
    ['--cluster nope', bob, 4, /there is no cluster nope in eu-west-1.*--role ARN/],
    ['--cluster new', bob, 4, /is CREATING/],
    [
      `--cluster ${arn('prod').replace('111111111111', '333333333333')}`,
      bob,
      4,
      /another cluster of that name.*account 333333333333/,
    ],
    ['--cluster prod', { ...bob, AWS_ENDPOINT_URL_EKS: 'http://127.0.0.1:1' }, 4, /ECONNREFUSED.*could not be reached/],
    ['--cluster prod --role arn:aws:iam::111111111111:role/nobody', {}, 4, /not authorized to perform: sts:AssumeRole/],
    ['--cluster prod --profile nobody', {}, 2, /no profile nobody/],
  ])('%s with %j', async (words, more, exit, message) => {
    expect(await run(`kubeconfig ${words}`, more)).toMatchObject({ exit, out: '', err: expect.stringMatching(message) });
    expect(() => file()).toThrow(/ENOENT/);
  });

  test('--all: what can be described, and what is left out', async () => {
    const ran = await run('kubeconfig --all --regions eu-west-1');
    expect(ran).toMatchObject({ exit: 0, out: expect.stringMatching(/2 added, 0 updated, 0 as they were/) });
    expect(ran.err).toMatch(/eu-west-1\/prod was left out: .*not authorized.*eu-west-1\/new was left out: .*CREATING/);
    expect(parse(file()).contexts.map((each: { name: string }) => each.name)).toEqual([arn('gone'), arn('other')]);
    expect(parse(file())['current-context']).toBeUndefined();
  });

  test('AWS_PROFILE is used and not written down, and a note says so', async () => {
    writeFileSync(join(home, 'aws'), '[profile p]\nregion = eu-west-1\n');
    const ran = await run('kubeconfig --name prod', { ...bob, AWS_PROFILE: 'p', AWS_CONFIG_FILE: join(home, 'aws') });
    expect(ran).toMatchObject({ exit: 0, err: expect.stringMatching(/AWS_PROFILE=p of this shell is not written down/) });
    expect(file()).not.toContain('AWS_PROFILE');
  });
});

describe('whoami without --as', () => {
  const data = (out: string) => anyWhoamiOutput.parse(JSON.parse(out));

  test('says who STS names, from where, and through which roles', async () => {
    const ran = await run(`whoami ${CHAIN} -o json`);
    expect(ran).toMatchObject({ exit: 0, err: '' });
    expect(data(ran.out)).toMatchObject({
      caller: 'arn:aws:sts::111111111111:assumed-role/deployer/alice',
      canonical: 'arn:aws:iam::111111111111:role/deployer',
      source: 'the environment (AWS_ACCESS_KEY_ID)',
      hops: [
        { role: HUB, how: 'assumed' },
        { role: DEPLOYER, how: 'assumed' },
      ],
      exitCode: 0,
    });
    expect((await run(`whoami ${CHAIN}`)).out).toMatch(
      /^YOU ARE: arn:aws:sts::111111111111:assumed-role\/deployer\/alice\n[\s\S]*role\/hub \(--role, kept from before\)/,
    );
  });

  test('a role that is kept was wanted by whom this run says, and not by whom the first one did', async () => {
    await run(`whoami ${CHAIN}`);
    const config = join(home, 'config-hub');
    writeFileSync(config, `[profile hub]\nrole_arn = ${HUB}\nexternal_id = c0ffee\ncredential_source = Environment\n`);
    const ran = await run('whoami --profile hub -o json', { AWS_CONFIG_FILE: config });
    expect(ran).toMatchObject({ exit: 0, err: '' });
    expect(data(ran.out)).toMatchObject({ hops: [{ role: HUB, by: 'profile hub', how: 'cached' }] });
  });

  test('and whom the cluster takes for', async () => {
    const ran = await run(`whoami --cluster prod ${CHAIN} -o json`);
    expect(data(ran.out)).toMatchObject({
      kubernetes: { cluster: arn('prod'), result: 'known', username: 'deployer:alice', groups: ['system:authenticated', 'web'] },
    });
    expect((await run(`whoami --cluster prod ${CHAIN}`)).out).toMatch(
      /username {2}deployer:alice\n {2}groups {4}system:authenticated, web\n$/,
    );
  });

  test.each<[string, Record<string, string>, number, string, RegExp]>([
    ['a caller that it does not know', bob, 1, 'prod', /NOT KNOWN: the cluster does not know/],
    ['a cluster that does not answer', bob, 3, 'gone', /CANNOT TELL: .*ECONNREFUSED/],
    ['a certificate of somebody else', bob, 3, 'other', /CANNOT TELL: /],
    ['a cluster that may not be described', {}, 3, 'prod', /CANNOT TELL: .*not authorized/],
    ['a cluster that is not there', {}, 3, 'nope', /CANNOT TELL: .*No cluster/],
  ])('%s', async (_, more, exit, cluster, message) => {
    const ran = await run(`whoami --cluster ${cluster}`, more);
    expect(ran.exit).toBe(exit);
    expect(ran.out.replace(/\s+/g, ' ')).toMatch(message);
    expect(data((await run(`whoami --cluster ${cluster} -o json`, more)).out).exitCode).toBe(exit);
  });

  test('a context says cluster and roles', async () => {
    await run(`kubeconfig --name prod --alias prod --command /opt/causeway ${CHAIN}`);
    expect(data((await run('whoami --context prod -o json')).out)).toMatchObject({ kubernetes: { username: 'deployer:alice' } });
    // The kubeconfig knows the cluster, so nobody has to describe it.
    const asked = eks.asked.length;
    expect((await run(`whoami --cluster ${arn('prod')}`)).exit).toBe(1);
    expect(eks.asked).toHaveLength(asked);
    expect(await run('whoami --context pord')).toMatchObject({
      exit: 2,
      err: expect.stringMatching(/no such context.*did you mean prod/),
    });
  });

  test.each<[string, string, RegExp]>([
    ['where the certificate is not looked at', 'insecure-skip-tls-verify: true', /insecure-skip-tls-verify/],
    ['over http', 'server: "http://127.0.0.1:1"', /is not https/],
    ['with a CA that is not there', 'certificate-authority: gone.pem', /there is no file .*gone.pem/],
  ])('no token goes %s', async (_, line, message) => {
    const server = line.startsWith('server') ? '' : `server: "${kubernetes.url}", `;
    const user = '{name: u, user: {exec: {command: aws, args: [eks, get-token, --cluster-name, prod]}}}';
    writeFileSync(
      join(home, 'k'),
      `clusters:\n- {name: c, cluster: {${server}${line}}}\nusers:\n- ${user}\ncontexts:\n- {name: x, context: {cluster: c, user: u}}\n`,
    );
    const asked = kubernetes.asked.length;
    expect(await run('whoami --context x --kubeconfig k')).toMatchObject({
      exit: 2,
      out: '',
      err: expect.stringMatching(message),
    });
    expect(kubernetes.asked).toHaveLength(asked);
  });

  test.each<[string, RegExp]>([
    ['--inventory x', /--inventory goes with --as/],
    ['--as arn:aws:iam::111111111111:role/x --context y', /--context does not go with --as/],
    ['--context x --cluster y', /leave the other flags out/],
    ['--external-id c0ffee', /there is no --role/],
  ])('%s is wrong use', async (words, message) =>
    expect(await run(`whoami ${words}`)).toMatchObject({ exit: 2, out: '', err: expect.stringMatching(message) }),
  );

  test.each<[Record<string, string>, number, RegExp]>([
    [{ AWS_SECRET_ACCESS_KEY: 'canary-wrong' }, 4, /SignatureDoesNotMatch|InvalidClientTokenId/],
    [{ AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' }, 4, /127.0.0.1:1/],
    [{ AWS_REGION: '' }, 2, /no region/],
  ])('with %j it could not be done', async (more, exit, message) =>
    expect(await run('whoami', more)).toMatchObject({ exit, out: '', err: expect.stringMatching(message) }),
  );
});
