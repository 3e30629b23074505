import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { ring } from './client.ts';

/** The lab runs in this process, so a client has to run beside it. */
function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly out: string; readonly error: string }> {
  return new Promise((resolve) => {
    execFile(program, [...args], { env: { ...env }, encoding: 'utf8' }, (_error, out, error) => resolve({ out, error }));
  });
}

const TARGET = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
const LONG = 300_000;

ring('aws', ['--version'], () => {
  let lab: RunningLab;
  let home: string;
  beforeAll(async () => {
    lab = await startLab({ port: 0, now: () => new Date() });
    home = mkdtempSync(join(tmpdir(), 'causeway-lab-'));
  });
  afterAll(async () => {
    await lab.close();
    rmSync(home, { recursive: true, force: true });
  });

  /** The environment of a shell that is somebody. */
  async function shell(as: string): Promise<Readonly<Record<string, string>>> {
    const body = JSON.stringify({ as });
    const answer = await fetch(`${lab.endpoint}/_causeway/env`, { method: 'POST', headers: { 'x-causeway-lab': '1' }, body });
    const { credentials } = (await answer.json()) as { credentials: Record<string, string> };
    return environment(credentials['accessKeyId'], credentials['secretAccessKey'], credentials['sessionToken']);
  }

  function environment(key = '', secret = '', token?: string): Readonly<Record<string, string>> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      AWS_ENDPOINT_URL: lab.endpoint,
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: key,
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_MAX_ATTEMPTS: '1',
      ...(token === undefined ? {} : { AWS_SESSION_TOKEN: token }),
    };
  }

  async function aws(env: Readonly<Record<string, string>>, ...args: string[]): Promise<unknown> {
    const { out, error } = await run('aws', [...args, '--output', 'json'], env);
    if (out.trim() === '') throw new Error(error);
    return JSON.parse(out);
  }

  it('a pipeline becomes the role of another account and describes its cluster', { timeout: LONG }, async () => {
    const ci = await shell('222222222222/ci-runner');
    expect(await aws(ci, 'sts', 'get-caller-identity')).toMatchObject({
      Arn: 'arn:aws:sts::222222222222:assumed-role/ci-runner/lab',
    });
    const assumed = await aws(ci, 'sts', 'assume-role', '--role-arn', TARGET, '--role-session-name', 'build-7');
    const { Credentials: c } = assumed as { Credentials: Record<string, string> };
    const role = environment(c['AccessKeyId'], c['SecretAccessKey'], c['SessionToken']);
    expect(await aws(role, 'sts', 'get-caller-identity')).toMatchObject({
      Arn: 'arn:aws:sts::111111111111:assumed-role/ci-deploys-my-app/build-7',
    });
    expect(await aws(role, 'eks', 'describe-cluster', '--name', 'prod')).toMatchObject({ cluster: { name: 'prod' } });
    await expect(aws(role, 'eks', 'list-clusters')).rejects.toThrow('AccessDeniedException');
    await expect(aws({ ...ci, AWS_SECRET_ACCESS_KEY: 'wrong' }, 'sts', 'get-caller-identity')).rejects.toThrow(
      'SignatureDoesNotMatch',
    );
  });

  it('an administrator gives access by an entry', { timeout: LONG }, async () => {
    const admin = await shell('111111111111/admin');
    const at = ['--cluster-name', 'prod', '--principal-arn', 'arn:aws:iam::222222222222:role/ci-runner'];
    await aws(admin, 'eks', 'create-access-entry', ...at);
    const policy = [
      '--policy-arn',
      'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
      '--access-scope',
      'type=namespace,namespaces=my-app-ns',
    ];
    await aws(admin, 'eks', 'associate-access-policy', ...at, ...policy);
    expect(await aws(admin, 'eks', 'list-associated-access-policies', ...at)).toMatchObject({
      associatedAccessPolicies: [{ accessScope: { type: 'namespace', namespaces: ['my-app-ns'] } }],
    });
    await expect(aws(admin, 'eks', 'create-access-entry', ...at)).rejects.toThrow('ResourceInUseException');
  });

  it('a role is made, given a policy, and assumed with its external ID', { timeout: LONG }, async () => {
    const admin = await shell('111111111111/admin');
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::222222222222:root' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': 'c0ffee' } },
        },
      ],
    };
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'eks:ListClusters', Resource: '*' }] };
    const role = ['--role-name', 'CrossAccountEKSAdminRole'];
    const made = await aws(admin, 'iam', 'create-role', ...role, '--assume-role-policy-document', JSON.stringify(trust));
    expect(made).toMatchObject({
      Role: { AssumeRolePolicyDocument: trust, Arn: 'arn:aws:iam::111111111111:role/CrossAccountEKSAdminRole' },
    });
    const kept = await aws(admin, 'iam', 'create-policy', '--policy-name', 'list', '--policy-document', JSON.stringify(policy));
    const { Policy } = kept as { Policy: { Arn: string } };
    await run('aws', ['iam', 'attach-role-policy', ...role, '--policy-arn', Policy.Arn], admin);
    const delivery = await shell('222222222222/admin');
    const assume = (id: string) =>
      aws(
        delivery,
        'sts',
        'assume-role',
        '--role-arn',
        'arn:aws:iam::111111111111:role/CrossAccountEKSAdminRole',
        '--role-session-name',
        'me',
        '--external-id',
        id,
      );
    await expect(assume('decaf')).rejects.toThrow('AccessDenied');
    const { Credentials: c } = (await assume('c0ffee')) as { Credentials: Record<string, string> };
    const session = environment(c['AccessKeyId'], c['SecretAccessKey'], c['SessionToken']);
    expect(await aws(session, 'eks', 'list-clusters')).toEqual({ clusters: ['prod'] });
    await expect(aws(session, 'iam', 'list-roles')).rejects.toThrow(
      'because no identity-based policy allows the iam:ListRoles action',
    );
  });

  it('a session ends when the clock of the lab is moved, and the clients keep theirs', { timeout: LONG }, async () => {
    const [ci, admin] = [await shell('222222222222/ci-runner'), await shell('111111111111/admin')];
    const assumed = await aws(ci, 'sts', 'assume-role', '--role-arn', TARGET, '--role-session-name', 'build-8');
    const { Credentials: c } = assumed as { Credentials: Record<string, string> };
    const role = environment(c['AccessKeyId'], c['SecretAccessKey'], c['SessionToken']);
    await aws(role, 'sts', 'get-caller-identity');
    const body = JSON.stringify({ by: 3600_000 });
    await fetch(`${lab.endpoint}/_causeway/clock`, { method: 'POST', headers: { 'x-causeway-lab': '1' }, body });
    await expect(aws(role, 'sts', 'get-caller-identity')).rejects.toThrow(
      '(ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired',
    );
    await expect(aws(role, 'eks', 'describe-cluster', '--name', 'prod')).rejects.toThrow('ExpiredTokenException');
    await aws(admin, 'eks', 'describe-cluster', '--name', 'prod');
    await aws(ci, 'sts', 'assume-role', '--role-arn', TARGET, '--role-session-name', 'build-9');
  });

  it('kubectl works where the entry of the role allows it, and is refused elsewhere', { timeout: LONG }, async () => {
    const role = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
    const answer = await fetch(`${lab.endpoint}/_causeway/kubeconfig`, {
      method: 'POST',
      headers: { 'x-causeway-lab': '1' },
      body: JSON.stringify({ role }),
    });
    const file = join(home, 'kubeconfig');
    writeFileSync(file, ((await answer.json()) as { kubeconfig: string }).kubeconfig, { mode: 0o600 });
    const ci = { ...(await shell('222222222222/ci-runner')), KUBECONFIG: file };
    const kubectl = (...args: string[]) => run('kubectl', args, ci);
    expect((await kubectl('create', 'configmap', 'settings', '-n', 'my-app-ns', '--from-literal=a=b')).out).toContain(
      'configmap/settings created',
    );
    expect((await kubectl('get', 'configmaps', '-n', 'my-app-ns', '-o', 'name')).out).toContain('configmap/settings');
    expect((await kubectl('get', 'pods', '-n', 'default')).error).toContain(
      'cannot list resource "pods" in API group "" in the namespace "default"',
    );
    const stranger = { ...(await shell('333333333333/admin')), KUBECONFIG: file };
    expect((await run('kubectl', ['get', 'pods', '-n', 'my-app-ns'], stranger)).error).toContain('AccessDenied');
  });
});
