import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../cli/run.ts';
import { blockKubeconfigs, jsonKubeconfigs } from '../kubeconfig/written.ts';
import { type EksDouble, startEks } from '../loopback/eks.ts';
import { callerOfToken, type KubernetesDouble, startKubernetes } from '../loopback/kubernetes.ts';
import { type StsDouble, startSts } from '../loopback/sts.ts';
import { ring } from './client.ts';
import { kubectls } from './kubectls.ts';

const ARN = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';
const HUB = 'arn:aws:iam::222222222222:role/hub';
const DEPLOYER = 'arn:aws:iam::111111111111:role/deployer';
const READER = 'arn:aws:iam::111111111111:role/reader';
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLEBASE', AWS_SECRET_ACCESS_KEY: 'canary-secret' };

let folder = '';
let sts: StsDouble;
let kubernetes: KubernetesDouble;
let eks: EksDouble;
let env: Record<string, string> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-ring-'));
  const hubSession = 'arn:aws:sts::222222222222:assumed-role/hub/pipeline';
  sts = await startSts({
    callers: [
      {
        accessKeyId: KEYS.AWS_ACCESS_KEY_ID,
        secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY,
        arn: 'arn:aws:iam::222222222222:user/ci',
        userId: 'AIDAEXAMPLE',
      },
    ],
    roles: [
      { arn: HUB, trusts: ['arn:aws:iam::222222222222:user/ci'], externalId: 'c0ffee' },
      { arn: DEPLOYER, trusts: [hubSession] },
      { arn: READER, trusts: [hubSession] },
    ],
  });
  kubernetes = await startKubernetes(async (token) => {
    const arn = await callerOfToken(token, 'prod');
    const [, role] = /:assumed-role\/([^/]+)\//.exec(arn ?? '') ?? [];
    return role === undefined ? undefined : { username: `aws:${role}`, groups: ['system:authenticated'] };
  });
  const cluster = {
    name: 'prod',
    arn: ARN,
    endpoint: kubernetes.url,
    certificateAuthority: { data: Buffer.from(kubernetes.ca).toString('base64') },
    status: 'ACTIVE',
  };
  eks = await startEks([{ cluster }]);
  env = {
    ...KEYS,
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_ENDPOINT_URL: eks.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(folder, 'aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'aws-credentials'),
    HOME: folder,
    PATH: process.env['PATH'] ?? '',
    NO_PROXY: '127.0.0.1',
  };
  writeFileSync(join(folder, 'cluster.json'), JSON.stringify({ cluster }));
  const main = join(import.meta.dirname, '../../src/cli/token/main.ts');
  writeFileSync(join(folder, 'causeway'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
});

afterAll(async () => {
  await Promise.all([sts.close(), kubernetes.close(), eks.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program in the test's own surroundings; a failure is thrown with what it complained about. */
const run = (program: string, ...args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) =>
    execFile(program, [...args], { env, encoding: 'utf8', timeout: 60_000 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`)),
    ),
  );
const causeway = (words: string) =>
  cli(words.split(' '), { env, cwd: folder, home: folder, program: join(folder, 'causeway'), now: () => new Date() });
const chain = (role: string) => `--role ${HUB} --external-id c0ffee --session-name pipeline --role ${role}`;

ring('kubectl', ['version', '--client'], () => {
  describe.each(kubectls().map((path) => [basename(path), path]))('%s', (name, kubectl) => {
    it('works through a chain of two roles and an external ID, and two roles are two users', async () => {
      const file = join(folder, `${name}.config`);
      for (const [alias, role] of [
        ['admin', DEPLOYER],
        ['read', READER],
      ]) {
        const made = await causeway(`kubeconfig --from cluster.json --kubeconfig ${file} --alias ${alias} ${chain(role ?? '')}`);
        expect(made).toMatchObject({ exit: 0, err: '' });
      }
      const pods = (context: string) => run(kubectl, '--kubeconfig', file, '--context', context, 'get', 'pods', '-n', 'web');
      expect(await pods('admin')).toContain('seen-by-aws-deployer');
      expect(await pods('read')).toContain('seen-by-aws-reader');
      expect(await run(kubectl, '--kubeconfig', file, 'auth', 'whoami')).toContain('aws:reader');
    });

    it('reads the entries of others after an edit as it read them before', async () => {
      const file = join(folder, `${name}.others`);
      const text =
        '# ours\napiVersion: v1\nkind: Config\nclusters:\n- {name: c, cluster: {server: "https://c.example"}} # one line\nusers:\n- name: u\n  user:\n    token: "123"\ncontexts: null\n';
      writeFileSync(file, text);
      const view = async () => JSON.parse(await run(kubectl, '--kubeconfig', file, 'config', 'view', '--raw', '-o', 'json'));
      const before = await view();
      expect(await causeway(`kubeconfig --from cluster.json --kubeconfig ${file} ${chain(READER)}`)).toMatchObject({ exit: 0 });
      const after = await view();
      for (const list of ['clusters', 'users'] as const) expect(after[list]).toEqual(expect.arrayContaining(before[list]));
      expect(after['current-context']).toBe(ARN);
      expect(readFileSync(file, 'utf8')).toContain('- {name: c, cluster: {server: "https://c.example"}} # one line\n');
    });
  });

  it('reads what others wrote as before, however it is written', async () => {
    const file = join(folder, 'however');
    const view = async () => JSON.parse(await run('kubectl', '--kubeconfig', file, 'config', 'view', '--raw', '-o', 'json'));
    const texts = fc.sample(fc.oneof(blockKubeconfigs, jsonKubeconfigs), { numRuns: 12, seed: 1 });
    for (const { text } of texts) {
      writeFileSync(file, text);
      const before = await view();
      expect(await causeway(`kubeconfig --from cluster.json --kubeconfig ${file} --alias ours`)).toMatchObject({ exit: 0 });
      const after = await view();
      for (const list of ['clusters', 'users', 'contexts'] as const) {
        expect(after[list]).toHaveLength((before[list] ?? []).length + 1);
        expect(after[list]).toEqual(expect.arrayContaining(before[list] ?? []));
      }
    }
  });

  it('refuses v1 without interactiveMode and v1alpha1, and takes what doctor makes of them', async () => {
    const file = join(folder, 'broken');
    await causeway(`kubeconfig --from cluster.json --kubeconfig ${file} ${chain(READER)}`);
    const good = readFileSync(file, 'utf8');
    const get = () => run('kubectl', '--kubeconfig', file, 'get', 'pods', '-n', 'web');
    writeFileSync(file, good.replace('      interactiveMode: IfAvailable\n', ''));
    await expect(get()).rejects.toThrow(/interactiveMode/);
    expect(await causeway(`kubeconfig doctor --fix ${file}`)).toMatchObject({ exit: 0 });
    expect(await get()).toContain('seen-by-aws-reader');
    writeFileSync(file, good.replace('k8s.io/v1\n', 'k8s.io/v1alpha1\n'));
    await expect(get()).rejects.toThrow(/v1alpha1/);
  });

  it('is not kept from its own lock, nor we from it', async () => {
    const file = join(folder, 'locked');
    writeFileSync(file, '');
    writeFileSync(`${file}.lock`, '');
    await expect(run('kubectl', '--kubeconfig', file, 'config', 'set-context', 'x')).rejects.toThrow(/lock/);
    rmSync(`${file}.lock`);
    expect(await causeway(`kubeconfig --from cluster.json --kubeconfig ${file}`)).toMatchObject({ exit: 0 });
    await run('kubectl', '--kubeconfig', file, 'config', 'set-context', 'x');
  });

  it('is told by whoami who it is', async () => {
    const file = join(folder, 'whoami');
    await causeway(`kubeconfig --from cluster.json --kubeconfig ${file} --alias read ${chain(READER)}`);
    const ran = await causeway(`whoami --context read --kubeconfig ${file} -o json`);
    expect(ran).toMatchObject({ exit: 0, err: '' });
    expect(JSON.parse(ran.out)).toMatchObject({
      caller: 'arn:aws:sts::111111111111:assumed-role/reader/pipeline',
      hops: [{ role: HUB }, { role: READER }],
      kubernetes: { cluster: ARN, result: 'known', username: 'aws:reader' },
    });
    expect(ran.out).not.toContain('canary');
  });
});

ring('aws', ['--version'], () => {
  it('files of aws eks update-kubeconfig are edited without loss, for another role and for the same', async () => {
    const file = join(folder, 'by-aws');
    await run(
      'aws',
      'eks',
      'update-kubeconfig',
      '--region',
      'eu-west-1',
      '--name',
      'prod',
      '--kubeconfig',
      file,
      '--role-arn',
      DEPLOYER,
    );
    const before = readFileSync(file, 'utf8');
    expect(await causeway(`kubeconfig --cluster prod --region eu-west-1 --kubeconfig ${file} ${chain(READER)}`)).toMatchObject({
      exit: 0,
      err: '',
    });
    const after = readFileSync(file, 'utf8');
    expect(after).toContain(`${ARN}@reader`);
    // Every line of the file is still there, in its order.
    const lines = after.split('\n');
    let at = 0;
    for (const line of before.split('\n')) {
      if (line.startsWith('current-context')) continue;
      at = lines.indexOf(line, at);
      expect(at, line).toBeGreaterThanOrEqual(0);
    }
    const same = await causeway(`kubeconfig --from cluster.json --exec aws --kubeconfig ${file} --role ${DEPLOYER}`);
    expect(same.out).not.toContain('changed');
  });
});
