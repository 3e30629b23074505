import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askLab, credentialsIn, keysOf, type Printed } from '../loopback/lab.ts';
import { beside, labBeside, type Variables } from './beside.ts';
import { ring } from './client.ts';

const TARGET = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
const LONG = 300_000;

ring('aws', ['--version'], () => {
  const lab = labBeside();
  const { shell } = lab;

  async function aws(env: Variables, ...args: readonly string[]): Promise<unknown> {
    const { out, err } = await beside('aws', [...args, '--output', 'json'], { env });
    if (out.trim() === '') throw new Error(err);
    return JSON.parse(out);
  }

  /** The shell of somebody who now is who `aws sts assume-role` made of them. */
  function become(env: Variables, assumed: unknown): Variables {
    return { ...env, ...keysOf(credentialsIn((assumed as { readonly Credentials: Printed }).Credentials)) };
  }

  it('a pipeline becomes the role of another account and describes its cluster', { timeout: LONG }, async () => {
    const ci = await shell('222222222222/ci-runner');
    expect(await aws(ci, 'sts', 'get-caller-identity')).toMatchObject({
      Arn: 'arn:aws:sts::222222222222:assumed-role/ci-runner/lab',
    });
    const assumed = await aws(ci, 'sts', 'assume-role', '--role-arn', TARGET, '--role-session-name', 'build-7');
    const role = become(ci, assumed);
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
    await beside('aws', ['iam', 'attach-role-policy', ...role, '--policy-arn', Policy.Arn], { env: admin });
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
    const session = become(delivery, await assume('c0ffee'));
    expect(await aws(session, 'eks', 'list-clusters')).toEqual({ clusters: ['prod'] });
    await expect(aws(session, 'iam', 'list-roles')).rejects.toThrow(
      'because no identity-based policy allows the iam:ListRoles action',
    );
  });

  it('a session ends when the clock of the lab is moved, and the clients keep theirs', { timeout: LONG }, async () => {
    const [ci, admin] = [await shell('222222222222/ci-runner'), await shell('111111111111/admin')];
    const assumed = await aws(ci, 'sts', 'assume-role', '--role-arn', TARGET, '--role-session-name', 'build-8');
    const role = become(ci, assumed);
    await aws(role, 'sts', 'get-caller-identity');
    await askLab(lab, 'clock', { by: 3600_000 });
    await expect(aws(role, 'sts', 'get-caller-identity')).rejects.toThrow(
      '(ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired',
    );
    await expect(aws(role, 'eks', 'describe-cluster', '--name', 'prod')).rejects.toThrow('ExpiredTokenException');
    await aws(admin, 'eks', 'describe-cluster', '--name', 'prod');
    await aws(ci, 'sts', 'assume-role', '--role-arn', TARGET, '--role-session-name', 'build-9');
  });

  it('kubectl works where the entry of the role allows it, and is refused elsewhere', { timeout: LONG }, async () => {
    const { kubeconfig } = await askLab<{ readonly kubeconfig: string }>(lab, 'kubeconfig', { role: TARGET });
    writeFileSync(join(lab.home, 'kubeconfig'), kubeconfig, { mode: 0o600 });
    const ci = await shell('222222222222/ci-runner');
    const kubectl = (...args: string[]) => beside('kubectl', args, { env: ci });
    expect((await kubectl('create', 'configmap', 'settings', '-n', 'my-app-ns', '--from-literal=a=b')).out).toContain(
      'configmap/settings created',
    );
    expect((await kubectl('get', 'configmaps', '-n', 'my-app-ns', '-o', 'name')).out).toContain('configmap/settings');
    expect((await kubectl('get', 'pods', '-n', 'default')).err).toContain(
      'cannot list resource "pods" in API group "" in the namespace "default"',
    );
    const stranger = await shell('333333333333/admin');
    expect((await beside('kubectl', ['get', 'pods', '-n', 'my-app-ns'], { env: stranger })).err).toContain('AccessDenied');
  });
});
