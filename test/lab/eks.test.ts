import { CreateAccessEntryCommand, DescribeAccessEntryCommand, EKSClient, ListAccessEntriesCommand } from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import { startLab } from '../../src/edge/lab/index.ts';
import { enter } from '../loopback/lab.ts';
import { as, eks, labOf, query } from './make.ts';

const ADMIN = '111111111111/admin';
const ENTRIES = '/clusters/prod/access-entries';
const RUNNER = 'arn:aws:iam::222222222222:role/ci-runner';
const path = (arn: string): string => `${ENTRIES}/${encodeURIComponent(arn)}`;
const policy = (name: string): string => `arn:aws:eks::aws:cluster-access-policy/${name}`;
const everywhere = { type: 'cluster', namespaces: [] };

describe('clusters', () => {
  it('are listed and described in their own account and region alone', () => {
    const lab = labOf();
    expect(eks(lab, as(lab, ADMIN), 'GET', '/clusters').json).toEqual({ clusters: ['prod'] });
    expect(eks(lab, as(lab, ADMIN), 'GET', '/clusters/prod').json).toMatchObject({
      cluster: { arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/prod', createdAt: expect.any(Number), status: 'ACTIVE' },
    });
    expect(eks(lab, as(lab, '222222222222/admin'), 'GET', '/clusters').json).toEqual({ clusters: [] });
    expect(eks(lab, as(lab, '222222222222/admin'), 'GET', '/clusters/prod')).toMatchObject({
      status: 404,
      json: { __type: 'ResourceNotFoundException', message: 'No cluster found for name: prod.' },
    });
    expect(eks(lab, as(lab, '222222222222/ci-runner'), 'GET', '/clusters/prod').body).toContain(
      'because no identity-based policy allows the eks:DescribeCluster action',
    );
  });

  it('of another account are named in the log alone, also where the caller may not ask in its own', () => {
    const lab = labOf();
    const note = (who: string, at: string) => {
      const { body } = eks(lab, as(lab, who), 'GET', at);
      expect(body).not.toContain('111111111111');
      return lab.calls().at(-1)?.note;
    };
    const runner = '222222222222/ci-runner';
    const there = 'asked in account 222222222222, eu-west-1; the lab has arn:aws:eks:eu-west-1:111111111111:cluster/prod';
    expect(note('222222222222/admin', '/clusters/prod')).toBe(there);
    expect(note(runner, '/clusters/prod')).toBe(there);
    expect(note(runner, ENTRIES)).toBe(there);
    expect(note(runner, '/clusters/none')).toBe('no account of the lab has a cluster of that name');
    expect(note(runner, '/clusters')).toBeUndefined();
  });

  it('a repeated call with its token gets the answer of the first, and another one with that token does not', () => {
    const lab = labOf({ bare: true });
    const admin = as(lab, ADMIN);
    const to = { clientRequestToken: 'one', accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' } };
    const first = eks(lab, admin, 'POST', '/clusters/prod/update-config', to);
    expect(first.status).toBe(200);
    expect(eks(lab, admin, 'POST', '/clusters/prod/update-config', to)).toEqual(first);
    const entry = { principalArn: 'arn:aws:iam::222222222222:user/admin', clientRequestToken: 'two' };
    const made = eks(lab, admin, 'POST', ENTRIES, entry);
    expect([made.status, eks(lab, admin, 'POST', ENTRIES, entry)]).toEqual([200, made]);
    const { accessEntryArn } = (made.json as { accessEntry: { accessEntryArn: string } }).accessEntry;
    expect(lab.store.list(`cluster:arn:aws:eks:eu-west-1:111111111111:cluster/prod`, 'entry')).toContainEqual(
      expect.objectContaining({ accessEntry: expect.objectContaining({ accessEntryArn }) }),
    );
    expect(eks(lab, admin, 'POST', ENTRIES, { ...entry, clientRequestToken: 'three' }).status).toBe(409);
    expect(eks(lab, admin, 'POST', ENTRIES, { ...entry, kubernetesGroups: ['x'] }).status).toBe(409);
    const rights = { UserName: 'admin', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' };
    query(lab, admin, 'iam', { Action: 'DetachUserPolicy', ...rights });
    expect(eks(lab, admin, 'POST', ENTRIES, entry).status).toBe(403);
  });

  it('change their authentication mode one step at a time and never back', () => {
    const lab = labOf({ bare: true });
    const to = (authenticationMode: string) =>
      eks(lab, as(lab, ADMIN), 'POST', '/clusters/prod/update-config', { accessConfig: { authenticationMode } });
    expect(eks(lab, as(lab, ADMIN), 'GET', ENTRIES)).toMatchObject({
      status: 400,
      json: {
        __type: 'InvalidRequestException',
        message: expect.stringContaining('must be set to one of [API, API_AND_CONFIG_MAP]'),
      },
    });
    expect(to('API').body).toContain('Unsupported authentication mode update from CONFIG_MAP to API');
    const update = to('API_AND_CONFIG_MAP').json as { update: { id: string } };
    expect(update).toMatchObject({ update: { status: 'InProgress', type: 'AccessConfigUpdate' } });
    expect(eks(lab, as(lab, ADMIN), 'GET', `/clusters/prod/updates/${update.update.id}`).json).toMatchObject({
      update: { status: 'Successful' },
    });
    // The creator gets an entry (facts/eks.md §2.7).
    expect(eks(lab, as(lab, ADMIN), 'GET', ENTRIES).json).toEqual({ accessEntries: ['arn:aws:iam::111111111111:user/admin'] });
    expect(to('CONFIG_MAP').status).toBe(400);
    expect(to('API').status).toBe(200);
    expect(to('API_AND_CONFIG_MAP').body).toContain('Unsupported authentication mode update from API to API_AND_CONFIG_MAP');
  });
});

describe('access entries', () => {
  it('are made once, shown, changed and deleted', () => {
    const lab = labOf();
    const admin = as(lab, ADMIN);
    const made = eks(lab, admin, 'POST', ENTRIES, { principalArn: RUNNER, kubernetesGroups: ['deployers'], tags: { team: 'a' } });
    expect(made.json).toMatchObject({
      accessEntry: {
        principalArn: RUNNER,
        username: 'arn:aws:sts::222222222222:assumed-role/ci-runner/{{SessionName}}',
        type: 'STANDARD',
        kubernetesGroups: ['deployers'],
        tags: { team: 'a' },
      },
    });
    expect(eks(lab, admin, 'POST', ENTRIES, { principalArn: RUNNER })).toMatchObject({
      status: 409,
      json: {
        __type: 'ResourceInUseException',
        message: 'The specified access entry resource is already in use on this cluster.',
      },
    });
    expect(eks(lab, admin, 'POST', path(RUNNER), { kubernetesGroups: [] }).json).toMatchObject({
      accessEntry: { kubernetesGroups: [] },
    });
    expect(eks(lab, admin, 'DELETE', path(RUNNER)).json).toEqual({});
    expect(eks(lab, admin, 'GET', path(RUNNER)).status).toBe(404);
  });

  it.each([
    [
      'a reserved group',
      { principalArn: RUNNER, kubernetesGroups: ['system:masters'] },
      'The kubernetes group name system:masters is invalid, it cannot start with system:',
    ],
    ['a reserved name', { principalArn: RUNNER, username: 'system:x' }, 'The username must not begin with system:'],
    ['nobody', { principalArn: `${RUNNER}-2` }, 'The specified principalArn is invalid: invalid principal.'],
    [
      'a session',
      { principalArn: 'arn:aws:sts::222222222222:assumed-role/ci-runner/x' },
      'The specified principalArn is invalid: invalid principal.',
    ],
    [
      'a node of another account',
      { principalArn: RUNNER, type: 'EC2_LINUX' },
      'AccessEntry principalArn must be from the same account as the cluster',
    ],
    [
      'a type that is none',
      { principalArn: 'arn:aws:iam::111111111111:role/causeway/platform-access/security-audits', type: 'MINE' },
      'is none of the types',
    ],
  ])('%s is refused', (_, body, text) => {
    const lab = labOf();
    expect(eks(lab, as(lab, ADMIN), 'POST', ENTRIES, body)).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining(text) },
    });
  });

  it('take policies, whose scope a second association replaces', () => {
    const lab = labOf();
    const admin = as(lab, ADMIN);
    eks(lab, admin, 'POST', ENTRIES, { principalArn: RUNNER });
    const to = (policyArn: string, accessScope: unknown) =>
      eks(lab, admin, 'POST', `${path(RUNNER)}/access-policies`, { policyArn, accessScope });
    const listed = () => eks(lab, admin, 'GET', `${path(RUNNER)}/access-policies`).json;
    expect(to(policy('AmazonEKSViewPolicy'), everywhere).status).toBe(200);
    expect(to(policy('AmazonEKSViewPolicy'), { type: 'namespace', namespaces: ['a'] }).status).toBe(200);
    expect(listed()).toMatchObject({
      associatedAccessPolicies: [{ policyArn: policy('AmazonEKSViewPolicy'), accessScope: { namespaces: ['a'] } }],
    });
    expect(to(policy('AmazonEKSViewPolicy'), { type: 'namespace', namespaces: [] }).body).toContain(
      'At least 1 namespace must be provided',
    );
    expect(to(policy('AmazonEKSViewPolicy'), { type: 'cluster', namespaces: ['a'] }).body).toContain(
      'accessScope should not include namespaces',
    );
    expect(to('arn:aws:iam::aws:policy/AdministratorAccess', everywhere).body).toContain(
      'The policyArn parameter format is not valid',
    );
    expect(to(policy('NoSuchPolicy'), everywhere).body).toContain('The specified policyArn could not be found.');
    expect(
      eks(lab, admin, 'DELETE', `${path(RUNNER)}/access-policies/${encodeURIComponent(policy('AmazonEKSViewPolicy'))}`).status,
    ).toBe(200);
    expect(listed()).toMatchObject({ associatedAccessPolicies: [] });
  });

  it('come in pages that neither repeat nor lose one', () => {
    const lab = labOf();
    const admin = as(lab, ADMIN);
    const all = (eks(lab, admin, 'GET', ENTRIES).json as { accessEntries: string[] }).accessEntries;
    const paged: string[] = [];
    let token: string | undefined = '';
    while (token !== undefined) {
      const query = token === '' ? '' : `&nextToken=${token}`;
      const page = eks(lab, admin, 'GET', `${ENTRIES}?maxResults=1${query}`).json as {
        accessEntries: string[];
        nextToken?: string;
      };
      paged.push(...page.accessEntries);
      token = page.nextToken;
    }
    expect(paged).toEqual(all);
    expect(eks(lab, admin, 'GET', `${ENTRIES}?maxResults=1&nextToken=x`).status).toBe(400);
    expect(eks(lab, admin, 'GET', `${ENTRIES}?maxResults=0`).status).toBe(400);
  });

  it('are guarded by the condition keys of EKS', () => {
    const lab = labOf();
    const role = lab.store.get('account:222222222222', 'role', 'ci-runner');
    const user = lab.store.get('account:111111111111', 'user', 'admin');
    if (role === undefined || user === undefined) throw new Error('the seed has both');
    const document = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'eks:*',
          Resource: '*',
          Condition: { ArnEquals: { 'eks:policyArn': policy('AmazonEKSViewPolicy') } },
        },
      ],
    };
    const limited = {
      ...user,
      UserName: 'limited',
      UserId: 'AIDALIMITED',
      Arn: user.Arn.replace('admin', 'limited'),
      AttachedManagedPolicies: [],
      UserPolicyList: [{ PolicyName: 'view', PolicyDocument: document }],
    };
    lab.store.commit({ scope: 'account:111111111111', kind: 'user', name: 'limited', document: limited });
    eks(lab, as(lab, ADMIN), 'POST', ENTRIES, { principalArn: RUNNER });
    const give = (name: string) =>
      eks(lab, as(lab, '111111111111/limited'), 'POST', `${path(RUNNER)}/access-policies`, {
        policyArn: policy(name),
        accessScope: everywhere,
      });
    expect(give('AmazonEKSClusterAdminPolicy').status).toBe(403);
    expect(give('AmazonEKSViewPolicy').status).toBe(200);
  });
});

it.each([
  ['GET', '/clusters/prod/node-groups'],
  ['POST', '/clusters/prod/node-groups'],
])('%s %s is not played, and says so', (method, at) => {
  const lab = labOf();
  expect(eks(lab, as(lab, ADMIN), method, at, {})).toMatchObject({
    status: 501,
    json: { message: expect.stringContaining(`${method} ${at}`) },
  });
});

it('the AWS SDK for JavaScript signs, encodes and reads as the lab does', async () => {
  const running = await startLab({ port: 0, now: () => new Date() });
  try {
    const { credentials } = await enter(running, ADMIN);
    const client = new EKSClient({ endpoint: running.endpoint, region: 'eu-west-1', credentials });
    const at = { clusterName: 'prod', principalArn: RUNNER };
    await client.send(new CreateAccessEntryCommand(at));
    const { accessEntry } = await client.send(new DescribeAccessEntryCommand(at));
    expect(accessEntry?.createdAt).toBeInstanceOf(Date);
    const { accessEntries } = await client.send(new ListAccessEntriesCommand({ clusterName: 'prod' }));
    expect(accessEntries).toContain(RUNNER);
    await expect(client.send(new CreateAccessEntryCommand(at))).rejects.toMatchObject({ name: 'ResourceInUseException' });
    client.destroy();
  } finally {
    await running.close();
  }
});
