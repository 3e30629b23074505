import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, expect, it } from 'vitest';
import type { ExportedFile, LogEntry } from '../../src/edge/lab/index.ts';
import { askLab, enter } from '../loopback/lab.ts';
import { beside, labBeside, shellAt, type Variables } from './beside.ts';
import { terraformRing } from './terraform-ring.ts';

const LONG = 300_000;
const FILES = join(import.meta.dirname, 'terraform');

terraformRing((pluginDir) => {
  const lab = labBeside();
  let home: string;
  beforeAll(async () => {
    home = lab.home;
    cpSync(FILES, home, { recursive: true });
    const init = await terraform(join(home, 'access'), {}, 'init', pluginDir);
    expect(init.out).toContain('successfully initialized');
    // Both folders need the provider alone; hashing it once is enough.
    for (const name of ['.terraform', '.terraform.lock.hcl'])
      cpSync(join(home, 'access', name), join(home, 'across', name), { recursive: true, verbatimSymlinks: true });
  }, LONG);

  /** Terraform's exit code, and all that it said. */
  async function terraform(
    cwd: string,
    env: Variables,
    ...args: string[]
  ): Promise<{ readonly code: number; readonly out: string }> {
    const own = { ...shellAt(home), CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0' };
    const [command = '', ...rest] = args;
    const plain = command === 'state' ? [command, ...rest] : [command, '-no-color', ...rest];
    const { code, out, err } = await beside('terraform', plain, { cwd, env: { ...own, ...env } });
    return { code, out: `${out}${err}` };
  }

  const credentialsOf = async (as: string) => (await enter(lab, as)).credentials;

  /** What the lab holds, as the files of an inventory, but for when it was asked. */
  async function everything(): Promise<unknown> {
    const { files } = await askLab<{ readonly files: readonly ExportedFile[] }>(lab, 'export');
    return files.filter(({ path }) => path !== 'inventory.json');
  }

  /** Every call that the lab did not play. */
  async function refused(): Promise<readonly string[]> {
    const { calls } = await askLab<{ readonly calls: readonly LogEntry[] }>(lab, 'log');
    return calls.filter(({ status }) => status >= 500).map(({ service, operation }) => `${service}:${operation}`);
  }

  it('IAM and access entries are made, changed in place, adopted and taken away again', { timeout: LONG }, async () => {
    const [folder, admin, before] = [join(home, 'access'), await lab.shell('111111111111/admin'), await everything()];
    const run = (...args: string[]) => terraform(folder, admin, ...args);
    const CLEAN = { code: 0, out: expect.stringContaining('No changes.') };

    expect((await run('apply', '-auto-approve')).out).toContain('25 added, 0 changed, 0 destroyed');
    expect(await run('plan', '-detailed-exitcode')).toEqual(CLEAN);
    const seen = JSON.parse((await run('output', '-json', 'seen')).out) as unknown;
    expect(seen).toEqual({
      account: '111111111111',
      alias: 'causeway-lab-platform',
      clusters: ['prod'],
      endpoint: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      issuer: 'arn:aws:iam::111111111111:user/admin',
      may: { 'eks:DescribeCluster': true, 'eks:DeleteCluster': false },
      mode: 'API_AND_CONFIG_MAP',
      roles: ['ci-deploys-my-app', 'security-audits'],
      trust: 'arn:aws:iam::222222222222:role/ci-runner',
      type: 'STANDARD',
      token: 'k8s-aws-v1.',
    });

    // Nothing of IAM is replaced; a policy association is, because the provider has no update for it. And what somebody
    // made by hand is taken over as it is.
    const changed = ['-var', 'changed=true'];
    cpSync(join(FILES, 'adopt.tf'), join(folder, 'adopt.tf'));
    expect((await run('apply', '-auto-approve', ...changed)).out).toMatch(/2 imported, 1 added, \d+ changed, 1 destroyed/);
    expect(await run('plan', '-detailed-exitcode', ...changed)).toEqual(CLEAN);

    // The adopted ones stay.
    rmSync(join(folder, 'adopt.tf'));
    expect((await run('state', 'rm', 'aws_iam_role.adopted', 'aws_eks_access_entry.adopted')).code).toBe(0);
    expect((await run('apply', '-destroy', '-auto-approve', ...changed)).out).toContain('25 destroyed');
    expect(await everything()).toEqual(before);
    expect(await refused()).toEqual([]);
  });

  it('a pipeline of one account gets its access to the cluster of another', { timeout: LONG }, async () => {
    const client = new IAMClient({
      endpoint: lab.endpoint,
      region: 'us-east-1',
      credentials: await credentialsOf('111111111111/admin'),
    });
    const RoleName = 'terraform';
    const document = (statement: object) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
    const trust = document({
      Principal: { AWS: '222222222222' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'c0ffee' } },
    });
    await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    const may = document({
      Action: ['iam:*', 'eks:*'],
      Resource: ['arn:aws:iam::111111111111:role/tf-*', 'arn:aws:eks:*:111111111111:*'],
    });
    await client.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'access', PolicyDocument: may }));

    const [folder, admin, before] = [join(home, 'across'), await lab.shell('222222222222/admin'), await everything()];
    const run = (...args: string[]) => terraform(folder, admin, ...args);
    expect((await run('apply', '-auto-approve')).out).toContain('5 added, 0 changed, 0 destroyed');
    expect(JSON.parse((await run('output', '-json', 'accounts')).out)).toEqual(['222222222222', '111111111111']);

    // What was made works: the pipeline's role becomes the other, whose entry the cluster knows.
    const assume = new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111111111111:role/tf-deployer', RoleSessionName: 'build-7' });
    const become = async () => {
      const credentials = await credentialsOf('222222222222/tf-pipeline');
      return new STSClient({ endpoint: lab.endpoint, region: 'eu-west-1', credentials }).send(assume);
    };
    expect((await become()).AssumedRoleUser?.Arn).toBe('arn:aws:sts::111111111111:assumed-role/tf-deployer/build-7');

    // The pipeline's role is made anew by hand: the trust policy keeps the old one's unique id, and Terraform sees that.
    const delivery = new IAMClient({
      endpoint: lab.endpoint,
      region: 'us-east-1',
      credentials: await credentialsOf('222222222222/admin'),
    });
    const old = { RoleName: 'tf-pipeline', PolicyName: 'become-the-deployer' };
    const { PolicyDocument } = await delivery.send(new GetRolePolicyCommand(old));
    const { Role } = await delivery.send(new GetRoleCommand(old));
    await delivery.send(new DeleteRolePolicyCommand(old));
    await delivery.send(new DeleteRoleCommand(old));
    await delivery.send(
      new CreateRoleCommand({ ...old, AssumeRolePolicyDocument: decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '') }),
    );
    await delivery.send(new PutRolePolicyCommand({ ...old, PolicyDocument: decodeURIComponent(PolicyDocument ?? '') }));
    await expect(become()).rejects.toThrow('is not authorized to perform: sts:AssumeRole');
    const drifted = await run('plan', '-detailed-exitcode');
    expect(drifted).toEqual({ code: 2, out: expect.stringContaining(`"${Role?.RoleId}"`) });
    expect(drifted.out).toContain('0 to add, 1 to change, 0 to destroy');
    expect((await run('apply', '-destroy', '-auto-approve')).out).toContain('5 destroyed');
    expect(await everything()).toEqual(before);
    expect(await refused()).toEqual([]);
  });
});
