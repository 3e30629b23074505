import {
  CreateAccessEntryCommand,
  DescribeClusterCommand,
  EKSClient,
  ListClustersCommand,
  paginateListAccessEntries,
  paginateListAccessPolicies,
  ResourceInUseException,
  ResourceNotFoundException,
  waitUntilClusterActive,
} from '@aws-sdk/client-eks';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  EntityAlreadyExistsException,
  GetRoleCommand,
  IAMClient,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  paginateGetAccountAuthorizationDetails,
  paginateListRoles,
  UpdateAssumeRolePolicyCommand,
  waitUntilPolicyExists,
  waitUntilRoleExists,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EnvAnswer, type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { enter } from '../loopback/lab.ts';

type Credentials = EnvAnswer['credentials'];

const RUNNER = 'arn:aws:iam::222222222222:role/ci-runner';
const TARGET = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
const TRUST = (principal: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' }],
  });

describe('with the AWS SDK for JavaScript', () => {
  let lab: RunningLab;
  let admin: Credentials;
  let ci: Credentials;
  const opened: { destroy: () => void }[] = [];
  const open = <T extends { destroy: () => void }>(client: T): T => {
    opened.push(client);
    return client;
  };
  const around = (credentials: Credentials) => ({ endpoint: lab.endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  const sts = (who: Credentials): STSClient => open(new STSClient(around(who)));
  const iam = (who: Credentials): IAMClient => open(new IAMClient(around(who)));
  const eks = (who: Credentials): EKSClient => open(new EKSClient(around(who)));
  const be = async (as: string): Promise<Credentials> => (await enter(lab, as)).credentials;

  beforeAll(async () => {
    lab = await startLab({ port: 0, now: () => new Date() });
    admin = await be('111111111111/admin');
    ci = await be('222222222222/ci-runner');
  });
  afterAll(async () => {
    for (const client of opened) client.destroy();
    await lab.close();
  });

  it('STS: sessions, and refusals as errors with a name', async () => {
    const { Credentials: given, AssumedRoleUser } = await sts(ci).send(
      new AssumeRoleCommand({ RoleArn: TARGET, RoleSessionName: 'build-7', DurationSeconds: 900 }),
    );
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::111111111111:assumed-role/ci-deploys-my-app/build-7');
    expect(given?.Expiration).toBeInstanceOf(Date);
    const session = {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
    expect(await sts(session).send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '111111111111' });
    await expect(sts(ci).send(new AssumeRoleCommand({ RoleArn: RUNNER, RoleSessionName: 'me' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403, requestId: expect.any(String) },
    });
    await expect(sts({ ...ci, secretAccessKey: 'wrong' }).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    const { Credentials: own } = await sts(admin).send(new GetSessionTokenCommand({}));
    expect(own?.SessionToken).toEqual(expect.any(String));
  });

  it('IAM: roles and policies, pages and waiters', async () => {
    const client = iam(admin);
    const made = await client.send(
      new CreateRoleCommand({
        RoleName: 'sdk',
        AssumeRolePolicyDocument: TRUST(RUNNER),
        Description: 'R&D <é>',
        Tags: [{ Key: 'team', Value: 'a+b=ü' }],
      }),
    );
    expect(made.Role?.CreateDate).toBeInstanceOf(Date);
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'eks:ListClusters', Resource: '*' }],
    });
    const { Policy } = await client.send(new CreatePolicyCommand({ PolicyName: 'sdk', PolicyDocument: document }));
    await client.send(new AttachRolePolicyCommand({ RoleName: 'sdk', PolicyArn: Policy?.Arn ?? '' }));
    const wait = { client, maxWaitTime: 5, minDelay: 1, maxDelay: 1 };
    expect(await waitUntilRoleExists(wait, { RoleName: 'sdk' })).toMatchObject({ state: 'SUCCESS' });
    expect(await waitUntilPolicyExists(wait, { PolicyArn: Policy?.Arn ?? '' })).toMatchObject({ state: 'SUCCESS' });
    const { Role } = await client.send(new GetRoleCommand({ RoleName: 'sdk' }));
    expect(Role).toMatchObject({ Description: 'R&D <é>', Tags: [{ Key: 'team', Value: 'a+b=ü' }] });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(JSON.parse(TRUST(RUNNER)));

    const names: (string | undefined)[] = [];
    for await (const page of paginateListRoles({ client, pageSize: 1 }, {}))
      names.push(...(page.Roles ?? []).map(({ RoleName }) => RoleName));
    expect(names).toEqual(expect.arrayContaining(['ci-deploys-my-app', 'sdk', 'security-audits']));
    expect(new Set(names).size).toBe(names.length);
    const details: (string | undefined)[] = [];
    for await (const page of paginateGetAccountAuthorizationDetails({ client, pageSize: 1 }, { Filter: ['Role'] }))
      details.push(...(page.RoleDetailList ?? []).map(({ RoleName }) => RoleName));
    expect(details.sort()).toEqual(names.sort());
  });

  it('IAM: what is refused is the class that a program catches', async () => {
    const client = iam(admin);
    await client.send(new CreateRoleCommand({ RoleName: 'twice', AssumeRolePolicyDocument: TRUST(RUNNER) }));
    const again = client.send(new CreateRoleCommand({ RoleName: 'twice', AssumeRolePolicyDocument: TRUST(RUNNER) }));
    await expect(again).rejects.toBeInstanceOf(EntityAlreadyExistsException);
    await expect(client.send(new GetRoleCommand({ RoleName: 'nobody' }))).rejects.toBeInstanceOf(NoSuchEntityException);
    const broken = client.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'twice', PolicyDocument: '{}' }));
    await expect(broken).rejects.toBeInstanceOf(MalformedPolicyDocumentException);
    await expect(iam(ci).send(new GetRoleCommand({ RoleName: 'ci-runner' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(/because no identity-based policy allows the iam:GetRole action$/),
    });
  });

  it('EKS: clusters, entries, pages and waiters', async () => {
    const client = eks(admin);
    expect(await waitUntilClusterActive({ client, maxWaitTime: 5, minDelay: 1, maxDelay: 1 }, { name: 'prod' })).toMatchObject({
      state: 'SUCCESS',
    });
    const { cluster } = await client.send(new DescribeClusterCommand({ name: 'prod' }));
    expect(cluster?.createdAt).toBeInstanceOf(Date);
    expect(cluster?.endpoint).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    await client.send(new CreateAccessEntryCommand({ clusterName: 'prod', principalArn: RUNNER, kubernetesGroups: ['ci'] }));
    const entries: string[] = [];
    for await (const page of paginateListAccessEntries({ client, pageSize: 1 }, { clusterName: 'prod' }))
      entries.push(...(page.accessEntries ?? []));
    expect(entries).toContain(RUNNER);
    expect(new Set(entries).size).toBe(4);
    const policies: (string | undefined)[] = [];
    for await (const page of paginateListAccessPolicies({ client, pageSize: 5 }, {}))
      policies.push(...(page.accessPolicies ?? []).map(({ name }) => name));
    expect(policies).toContain('AmazonEKSViewPolicy');
    const again = client.send(new CreateAccessEntryCommand({ clusterName: 'prod', principalArn: RUNNER }));
    await expect(again).rejects.toBeInstanceOf(ResourceInUseException);
    await expect(client.send(new DescribeClusterCommand({ name: 'pord' }))).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(eks(ci).send(new ListClustersCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
