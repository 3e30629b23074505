import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
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
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { ring } from './client.ts';

const LONG = 300_000;
const FILES = join(import.meta.dirname, 'terraform');

/** Where `terraform init -plugin-dir=…` may find the AWS provider: what was said, else the customary places. */
const plugins = [
  process.env['CAUSEWAY_TERRAFORM_PLUGINS'] ?? '',
  process.env['TF_PLUGIN_CACHE_DIR'] ?? '',
  join(homedir(), '.terraform.d/plugins'),
  '/usr/local/share/terraform/plugins',
  '/opt/terraform/plugins',
  '/opt/tf-plugins',
].find((folder) => folder !== '' && existsSync(join(folder, 'registry.terraform.io/hashicorp/aws')));

interface Ended {
  readonly code: number;
  readonly out: string;
}

if (plugins === undefined && process.env['CI'] !== 'true') {
  describe.skip('with terraform (skipped: no folder with its AWS provider; CAUSEWAY_TERRAFORM_PLUGINS names one)', () => {
    it('is not there', () => undefined);
  });
} else {
  ring('terraform', ['version'], tests);
}

function tests(): void {
  let lab: RunningLab;
  let home: string;
  beforeAll(async () => {
    lab = await startLab({ port: 0, now: () => new Date() });
    home = mkdtempSync(join(tmpdir(), 'causeway-terraform-'));
    cpSync(FILES, home, { recursive: true });
    const init = await terraform(join(home, 'access'), {}, 'init', `-plugin-dir=${plugins ?? 'absent'}`);
    expect(init.out).toContain('successfully initialized');
    // Both folders need the provider alone; hashing it once is enough.
    for (const name of ['.terraform', '.terraform.lock.hcl'])
      cpSync(join(home, 'access', name), join(home, 'across', name), { recursive: true, verbatimSymlinks: true });
  }, LONG);
  afterAll(async () => {
    await lab.close();
    rmSync(home, { recursive: true, force: true });
  });

  /** The lab runs in this process, so terraform has to run beside it. */
  function terraform(cwd: string, env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
    const around = { PATH: process.env['PATH'] ?? '', HOME: home, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0' };
    const options = { cwd, env: { ...around, ...env }, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 } as const;
    const [command = '', ...rest] = args;
    const plain = command === 'state' ? [command, ...rest] : [command, '-no-color', ...rest];
    return new Promise((resolve) => {
      const child = execFile('terraform', plain, options, (_error, out, error) =>
        resolve({ code: child.exitCode ?? -1, out: `${out}${error}` }),
      );
    });
  }

  async function control(name: string, body: object): Promise<unknown> {
    const answer = await fetch(`${lab.endpoint}/_causeway/${name}`, {
      method: 'POST',
      headers: { 'x-causeway-lab': '1' },
      body: JSON.stringify(body),
    });
    return answer.json();
  }

  async function credentialsOf(as: string): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }> {
    const { credentials } = (await control('env', { as })) as { credentials: Awaited<ReturnType<typeof credentialsOf>> };
    return credentials;
  }

  /** The environment of a shell that is somebody. */
  async function shell(as: string): Promise<Readonly<Record<string, string>>> {
    const { accessKeyId, secretAccessKey, sessionToken } = await credentialsOf(as);
    return {
      AWS_ENDPOINT_URL: lab.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
      ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    };
  }

  /** What the lab holds, as the files of an inventory, but for when it was asked. */
  async function everything(): Promise<unknown> {
    const { files } = (await control('export', {})) as { files: readonly { readonly path: string }[] };
    return files.filter(({ path }) => path !== 'inventory.json');
  }

  /** Every call that the lab did not play. */
  async function refused(): Promise<readonly string[]> {
    const { calls } = (await control('log', {})) as {
      calls: readonly { readonly service: string; readonly operation: string; readonly status: number }[];
    };
    return calls.filter(({ status }) => status >= 500).map(({ service, operation }) => `${service}:${operation}`);
  }

  it('IAM and access entries are made, changed in place, adopted and taken away again', { timeout: LONG }, async () => {
    const [folder, admin, before] = [join(home, 'access'), await shell('111111111111/admin'), await everything()];
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

    const [folder, admin, before] = [join(home, 'across'), await shell('222222222222/admin'), await everything()];
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
}
