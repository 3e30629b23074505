import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { doctorOutput } from '../../src/cli/output/kubeconfig-doctor.ts';
import { cli } from './run.ts';

const ARN = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';
const R = 'arn:aws:iam::111111111111:role/r';
const CLUSTER = {
  name: 'prod',
  arn: ARN,
  endpoint: 'https://x.example',
  certificateAuthority: { data: 'LS0t' },
  status: 'ACTIVE',
};
const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'causeway-kubeconfig-'));
  writeFileSync(join(home, 'cluster.json'), JSON.stringify({ cluster: CLUSTER }));
  writeFileSync(join(home, 'ca.pem'), PEM);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const run = (words: string, around: Parameters<typeof cli>[1] = {}) =>
  cli(['kubeconfig', ...words.split(' ').filter((word) => word !== '')], { cwd: home, home, ...around });
/** With a cluster that was handed over, and a path for causeway. */
const make = (words: string, around: Parameters<typeof cli>[1] = {}) =>
  run(`--from cluster.json --command /opt/causeway ${words}`, around);
const file = (name = '.kube/config') => readFileSync(join(home, name), 'utf8');
const args = (index = 0, name?: string): string => parse(file(name)).users[index].user.exec.args.join(' ');

describe('a context is made', () => {
  test('in a new file of the owner alone; again nothing changes', async () => {
    expect(await make('')).toMatchObject({
      exit: 0,
      err: '',
      out: expect.stringMatching(/^Added context \S+prod\n {2}file {5}\S+\/.kube\/config\n/),
    });
    expect((statSync(join(home, '.kube/config')).mode & 0o777).toString(8)).toBe('600');
    const before = statSync(join(home, '.kube/config'));
    expect(await make('')).toMatchObject({ exit: 0, out: expect.stringContaining('Nothing to change') });
    const after = statSync(join(home, '.kube/config'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect(readdirSync(join(home, '.kube'))).toEqual(['config']);
  });

  test.each<[string, string]>([
    ['', 'token --cluster prod --region eu-west-1'],
    [`--role ${R}`, `token --cluster prod --region eu-west-1 --role ${R}`],
    [
      `--profile p --role ${R} --external-id c0ffee --role-arn ${R}2 --session-name=me --duration 1h --tag a=b --source-identity id`,
      `token --cluster prod --region eu-west-1 --profile p --role ${R} --external-id c0ffee --role ${R}2 --session-name me --source-identity id --tag a=b --duration 3600`,
    ],
    [`--external-id early --role ${R}`, `token --cluster prod --region eu-west-1 --role ${R} --external-id early`],
  ])('with %s', async (flags, expected) => {
    expect(await make(flags)).toMatchObject({ exit: 0, err: '' });
    expect(args()).toBe(expected);
  });

  test('for the aws CLI', async () => {
    expect((await run(`--from cluster.json --exec aws --role ${R}`)).exit).toBe(0);
    expect(args()).toBe(`--region eu-west-1 eks get-token --cluster-name prod --output json --role ${R}`);
  });

  test('with a program of another name, twice', async () => {
    for (const outcome of ['Added', 'Nothing to change'])
      expect((await run('--from cluster.json --command /opt/wrapper')).out).toMatch(new RegExp(`^${outcome}`));
    expect(parse(file()).users).toHaveLength(1);
  });

  test('from standard input, and by hand', async () => {
    expect(
      (await run('--from - --command /opt/causeway --kubeconfig a', { stdin: JSON.stringify({ cluster: CLUSTER }) })).exit,
    ).toBe(0);
    const byHand = `--endpoint https://x.example --ca ca.pem --command /opt/causeway`;
    expect((await run(`--cluster ${ARN} ${byHand} --kubeconfig b`)).exit).toBe(0);
    expect(parse(file('b')).clusters[0].cluster['certificate-authority-data']).toBe(Buffer.from(PEM).toString('base64'));
    expect((await run(`--name prod --region eu-west-1 ${byHand} --kubeconfig c`)).exit).toBe(0);
    expect(parse(file('c')).clusters[0].name).toBe('eu-west-1/prod');
    expect(args(0, 'c')).toBe('token --cluster prod --region eu-west-1');
  });

  test('for every cluster of an inventory, and the current context stays', async () => {
    const inventory = join(import.meta.dirname, '../../examples/organisation');
    writeFileSync(join(home, 'k'), 'current-context: mine\n');
    const ran = await run(`--all --inventory ${inventory} --kubeconfig k --command /opt/causeway`);
    expect(ran).toMatchObject({ exit: 0, out: expect.stringMatching(/\d+ added, 0 updated/) });
    expect(parse(file('k'))['current-context']).toBe('mine');
    expect(parse(file('k')).clusters.length).toBeGreaterThan(2);
    expect((await run(`--all --inventory ${inventory} --kubeconfig k --command /opt/causeway`)).out).toMatch(
      / 0 added, 0 updated|^0 added, 0 updated/m,
    );
  });

  test('--dry-run prints the file and writes nothing', async () => {
    const ran = await make('--dry-run');
    expect(ran).toMatchObject({ exit: 0, err: expect.stringMatching(/nothing was written/) });
    expect(parse(ran.out)).toMatchObject({ 'current-context': ARN });
    expect(readdirSync(home).sort()).toEqual(['ca.pem', 'cluster.json']);
  });

  test('in the file of KUBECONFIG that has the cluster', async () => {
    writeFileSync(join(home, 'a'), 'users: []\n');
    writeFileSync(
      join(home, 'b'),
      `clusters:\n- {name: "${ARN}", cluster: {server: "https://x.example", certificate-authority-data: LS0t}}\n`,
    );
    expect((await make('', { env: { KUBECONFIG: `a:::b:` } })).exit).toBe(0);
    expect(file('a')).toBe('users: []\n');
    expect(parse(file('b'))['current-context']).toBe(ARN);
  });
});

describe('the program that is written down', () => {
  const program = (name: string): string => {
    const path = join(home, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 });
    return path;
  };
  test('is the one that runs', async () => {
    expect((await run('--from cluster.json', { program: program('bin/causeway') })).exit).toBe(0);
    expect(parse(file()).users[0].user.exec.command).toBe(join(home, 'bin/causeway'));
  });
  test.each(['_npx/1a2b/node_modules/.bin/causeway', 'bunx-0-causeway/causeway', 'dlx-77/causeway'])(
    'but never %s',
    async (name) =>
      expect(await run('--from cluster.json', { program: program(name) })).toMatchObject({
        exit: 2,
        err: expect.stringMatching(/package runner/),
      }),
  );
});

describe('nothing is changed', () => {
  test.each<[string, string, number, RegExp]>([
    ['an alias of somebody else', `--alias x --role ${R}2`, 1, /context x[\s\S]*role\/r\b[\s\S]*--replace/],
    ['a user entry of somebody else', `--user-alias u --role ${R}2`, 1, /user entry u[\s\S]*--replace/],
  ])('%s', async (_, words, exit, message) => {
    await make(`--alias x --user-alias u --role ${R}`);
    const before = file();
    expect(await make(words)).toMatchObject({ exit, out: '', err: expect.stringMatching(message) });
    expect(file()).toBe(before);
    expect((await make(`${words} --replace`)).exit).toBe(0);
  });

  test.each<[string, string, number, RegExp]>([
    ['broken YAML', 'users:\n- [\n', 2, /config:3:\d+: /],
    ['two documents', 'a: 1\n---\nb: 2\n', 2, /config:2:1: a second YAML document/],
    ['two of one name', 'users:\n- {name: a, user: {token: canary}}\n- {name: a}\n', 2, /config:3:/],
    ['a list', '- canary\n', 2, /config:1:/],
  ])('%s', async (_, text, exit, message) => {
    writeFileSync(join(home, 'config'), text);
    const ran = await make('--kubeconfig config');
    expect(ran).toMatchObject({ exit, out: '', err: expect.stringMatching(message) });
    expect(ran.err).not.toContain('canary');
    expect(file('config')).toBe(text);
  });

  test('a folder', async () =>
    expect(await make('--kubeconfig .')).toMatchObject({ exit: 2, err: expect.stringMatching(/is a folder/) }));
  test('bytes that are no UTF-8', async () => {
    writeFileSync(join(home, 'k'), Buffer.from([0xff, 0xfe, 0x61, 0x00]));
    expect(await make('--kubeconfig k')).toMatchObject({ exit: 4, err: expect.stringMatching(/UTF-8/) });
  });
});

describe('wrong use', () => {
  test.each<[string, RegExp]>([
    ['', /--cluster is needed/],
    ['--from cluster.json --all', /exclude each other/],
    ['--cluster x --all', /exclude each other/],
    ['--all --alias x', /makes several/],
    ['--cluster x --regions a,b', /--regions goes with --all/],
    ['--cluster x --endpoint https://x', /needs --ca/],
    ['--cluster x --ca ca.pem', /goes with --endpoint/],
    ['--cluster x --endpoint http://x --ca ca.pem --region eu-west-1', /not https/],
    ['--cluster x --endpoint https://x --ca ca.pem', /--region is needed/],
    ['--cluster x --endpoint https://x --ca cluster.json --region eu-west-1', /no certificate in PEM/],
    ['--from ca.pem', /no JSON/],
    ['--from nowhere', /there is no file nowhere/],
    ['--from cluster.json --cluster other', /describes .*prod, and --cluster says other/],
    [`--from cluster.json --cluster ${ARN}x`, /describes/],
    ['--from cluster.json --command causeway', /no absolute path/],
    ['--from cluster.json --command /usr/bin/npx', /package runner/],
    ['--from cluster.json --exec aws --command /opt/causeway', /--command goes with/],
    [`--from cluster.json --exec aws --role ${R} --role ${R}2`, /assumes one role/],
    [`--from cluster.json --exec aws --role ${R} --external-id c0ffee`, /has no --external-id/],
    ['--from cluster.json --exec kubectl', /causeway or aws/],
    ['--from cluster.json --external-id c0ffee', /there is no --role/],
    ['--from cluster.json --role alice', /it is no ARN/],
    ['--cluster prod staging', /one word too many/],
    ['--fix --from cluster.json', /no flag --fix/],
    ['doctor --role x', /does not go with doctor/],
    ['doctor --kubeconfig a b', /exclude each other/],
    ['doctor nowhere', /there is no kubeconfig nowhere/],
    ['doctor', /there is no kubeconfig/],
  ])('%s', async (words, message) => {
    const ran = await run(words, { program: process.execPath });
    expect(ran).toMatchObject({ exit: 2, out: '' });
    expect(ran.err.replace(/\s+/g, ' ')).toMatch(message);
    expect(readdirSync(home).sort()).toEqual(['ca.pem', 'cluster.json']);
  });

  test.each(['CREATING', 'DELETING', 'FAILED'])('a cluster that is %s', async (status) => {
    writeFileSync(join(home, 'cluster.json'), JSON.stringify({ cluster: { ...CLUSTER, status } }));
    expect(await make('')).toMatchObject({ exit: 2, err: expect.stringContaining(status) });
  });
});

describe('doctor', () => {
  const broken = `users:
- name: prod
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1alpha1 # old
      command: aws
      args: [eks, get-token, --cluster-name, prod]
- {name: other, user: {token: canary-1, client-key-data: canary-2}}
contexts:
- name: dead
  context: {cluster: gone, user: prod}
- name: third
  context: {cluster: "c", user: other}
clusters:
- {name: c, cluster: {server: "https://x"}}
`;
  beforeEach(() => {
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'bin/aws'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(home, 'k'), broken);
  });
  const doctor = (words: string) => run(`doctor ${words}`, { env: { PATH: join(home, 'bin') } });

  test('shows what it would do, and does it with --fix; no secret is shown', async () => {
    const seen = await doctor('k');
    expect(seen).toMatchObject({ exit: 1, err: '' });
    expect(seen.out).toMatch(/k:5\n[\s\S]*\[exec-v1alpha1\]\n {2}--fix repairs it/);
    expect(file('k')).toBe(broken);
    const fixed = await doctor('--fix k');
    expect(fixed).toMatchObject({ exit: 0, err: '', out: expect.stringMatching(/2 errors, 0 warnings; 0 left/) });
    for (const { out } of [seen, fixed]) expect(out).not.toContain('canary');
    expect(file('k')).toBe(
      broken.replace('v1alpha1', 'v1beta1').replace('- name: dead\n  context: {cluster: gone, user: prod}\n', ''),
    );
    expect(file('k.before-causeway')).toBe(broken);
    expect(await doctor('k')).toMatchObject({ exit: 0, out: 'OK: nothing found in k\n' });
  });

  test('as data', async () => {
    const ran = await doctor('-o json k');
    const data = doctorOutput.parse(JSON.parse(ran.out));
    expect(data.findings.map(({ id, line, repairable }) => [id, line, repairable])).toEqual([
      ['exec-v1alpha1', 5, true],
      ['dead-context', 10, true],
    ]);
    expect(data.exitCode).toBe(ran.exit);
    expect(ran.out).not.toContain('canary');
  });

  test('a file that cannot be read is a finding', async () => {
    writeFileSync(join(home, 'k'), 'users: [canary\n');
    const ran = await doctor('--fix k');
    expect(ran).toMatchObject({ exit: 1, out: expect.stringMatching(/unreadable-file/) });
    expect(ran.out + ran.err).not.toContain('canary');
  });
});
