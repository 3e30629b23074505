import { request } from 'node:https';
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClusterCommand,
  EKSClient,
  ListAccessEntriesCommand,
  ListClustersCommand,
} from '@aws-sdk/client-eks';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seatOf } from '../../src/edge/lab/clusters.ts';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { clusterScope, objectScope } from '../../src/edge/lab/state/scope.ts';
import { eksToken } from '../../src/rules/token/index.ts';
import { enter } from '../loopback/lab.ts';
import { as, credentialsIn, eks, labOf, NOW, query } from './make.ts';

const ADMIN = '111111111111/admin';
const ROLE = 'arn:aws:iam::111111111111:role/eks/cluster';
const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const TRUST = policy({ Principal: { Service: 'eks.amazonaws.com' }, Action: 'sts:AssumeRole' });
const resourcesVpcConfig = { subnetIds: ['subnet-a', 'subnet-b'] };

/** A lab whose account has a role for clusters. */
function withRole() {
  const lab = labOf();
  const iam = (Action: string, parameters: Record<string, string>) =>
    query(lab, as(lab, ADMIN), 'iam', { Action, ...parameters });
  iam('CreateRole', { RoleName: 'cluster', Path: '/eks/', AssumeRolePolicyDocument: TRUST });
  iam('CreateRole', {
    RoleName: 'other',
    AssumeRolePolicyDocument: policy({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
  });
  return { lab, iam };
}

const create = (lab: ReturnType<typeof labOf>, body: object, who = as(lab, ADMIN)) =>
  eks(lab, who, 'POST', '/clusters', { name: 'new', roleArn: ROLE, resourcesVpcConfig, ...body });

describe('CreateCluster', () => {
  it.each([
    ['a name that is taken', { name: 'prod' }, 409, 'Cluster already exists with name: prod'],
    ['a name with a dot', { name: 'a.b' }, 400, 'InvalidParameterException'],
    ['one subnet', { resourcesVpcConfig: { subnetIds: ['subnet-a'] } }, 400, 'at least two different AZs'],
    ['no endpoint', { resourcesVpcConfig: { ...resourcesVpcConfig, endpointPublicAccess: false } }, 400, 'cannot be false'],
    ['a role that is not there', { roleArn: `${ROLE}x` }, 400, 'could not be assumed'],
    [
      'a role that EKS may not become',
      { roleArn: 'arn:aws:iam::111111111111:role/other' },
      400,
      'the trusted entity is not correct',
    ],
    ['an unknown mode', { accessConfig: { authenticationMode: 'BOTH' } }, 400, 'InvalidParameterException'],
    [
      'CONFIG_MAP without an administrator',
      { accessConfig: { authenticationMode: 'CONFIG_MAP', bootstrapClusterCreatorAdminPermissions: false } },
      400,
      'must be true if cluster authentication mode is set to CONFIG_MAP',
    ],
    ['a version that EKS has not', { version: '2.0' }, 400, 'unsupported Kubernetes version'],
    ['encryption, which the lab does not play', { encryptionConfig: [{ resources: ['secrets'] }] }, 501, 'encryptionConfig'],
    ['automatic mode, which the lab does not play', { computeConfig: { enabled: true } }, 501, 'computeConfig'],
  ])('%s is refused', (_, body, status, text) => {
    const { lab } = withRole();
    const reply = create(lab, body);
    expect(reply.body).toContain(text);
    expect(reply.status).toBe(status);
    expect(eks(lab, as(lab, ADMIN), 'GET', '/clusters').json).toEqual({ clusters: ['prod'] });
  });

  it.each([
    ['CONFIG_MAP', undefined, undefined],
    ['API_AND_CONFIG_MAP', true, ['arn:aws:iam::111111111111:user/admin']],
    ['API', undefined, ['arn:aws:iam::111111111111:user/admin']],
    ['API', false, []],
  ])('in mode %s with administrator %s the entries are %j', (authenticationMode, bootstrap, entries) => {
    const { lab } = withRole();
    const accessConfig = {
      authenticationMode,
      ...(bootstrap === undefined ? {} : { bootstrapClusterCreatorAdminPermissions: bootstrap }),
    };
    // Nothing serves the cluster here, so it stays as it is while it is made.
    expect(create(lab, { accessConfig, tags: { team: 'x' } }).json).toMatchObject({
      cluster: { name: 'new', status: 'CREATING', roleArn: ROLE, accessConfig: { authenticationMode }, tags: { team: 'x' } },
    });
    const listed = eks(lab, as(lab, ADMIN), 'GET', '/clusters/new/access-entries');
    if (entries === undefined) expect(listed.body).toContain("The cluster's authentication mode must be set to one of");
    else expect(listed.json).toEqual({ accessEntries: entries });
  });

  it('the role of a session is the creator; who may not pass the role, or make such a cluster, makes none', () => {
    const { lab, iam } = withRole();
    iam('CreateRole', {
      RoleName: 'maker',
      AssumeRolePolicyDocument: policy({ Principal: { AWS: '111111111111' }, Action: 'sts:AssumeRole' }),
    });
    const may = (Action: string, more = {}) =>
      iam('PutRolePolicy', {
        RoleName: 'maker',
        PolicyName: Action.replace(':', '-'),
        PolicyDocument: policy({ Action, Resource: '*', ...more }),
      });
    const assumed = query(lab, as(lab, ADMIN), 'sts', {
      Action: 'AssumeRole',
      RoleArn: 'arn:aws:iam::111111111111:role/maker',
      RoleSessionName: 'me',
    });
    const maker = credentialsIn(assumed.json);
    const accessConfig = { authenticationMode: 'API' };
    may('eks:CreateCluster', { Condition: { StringEquals: { 'eks:authenticationMode': 'API' } } });
    expect(create(lab, { accessConfig }, maker).body).toContain(`iam:PassRole on resource: ${ROLE}`);
    may('iam:PassRole', { Condition: { StringEquals: { 'iam:PassedToService': 'eks.amazonaws.com' } } });
    expect(create(lab, {}, maker).body).toContain('is not authorized to perform: eks:CreateCluster');
    expect(create(lab, { accessConfig }, maker).status).toBe(200);
    expect(eks(lab, as(lab, ADMIN), 'GET', '/clusters/new/access-entries').json).toEqual({
      accessEntries: ['arn:aws:iam::111111111111:role/maker'],
    });
  });

  it('the same token is the same call', () => {
    const { lab } = withRole();
    const first = create(lab, { clientRequestToken: 'once' });
    expect(create(lab, { clientRequestToken: 'once' }).json).toEqual(first.json);
    expect(create(lab, { clientRequestToken: 'twice' }).status).toBe(409);
  });

  it('a deleted cluster leaves nothing behind, and another of its name knows nothing of it', () => {
    const { lab } = withRole();
    const before = lab.store.all().length;
    const accessConfig = { authenticationMode: 'API' };
    create(lab, { accessConfig });
    expect(eks(lab, as(lab, ADMIN), 'DELETE', '/clusters/new').json).toMatchObject({ cluster: { status: 'DELETING' } });
    expect(eks(lab, as(lab, ADMIN), 'GET', '/clusters/new').body).toContain('No cluster found for name: new.');
    expect(eks(lab, as(lab, ADMIN), 'DELETE', '/clusters/new').status).toBe(404);
    expect(lab.store.all()).toHaveLength(before);
    expect(lab.view.inventory().clusters.map(({ name }) => name)).toEqual(['prod']);
    create(lab, { accessConfig: { ...accessConfig, bootstrapClusterCreatorAdminPermissions: false } });
    expect(eks(lab, as(lab, ADMIN), 'GET', '/clusters/new/access-entries').json).toEqual({ accessEntries: [] });
  });
});

it('a write that comes after its cluster was deleted is kept nowhere', () => {
  const { lab } = withRole();
  create(lab, {});
  const arn = 'arn:aws:eks:eu-west-1:111111111111:cluster/new';
  const document = lab.store.get(clusterScope(arn), 'cluster', arn);
  if (document === undefined) throw new Error('the cluster was not made');
  const options = {
    authority: { certificate: '', key: '' },
    labOrigins: () => [],
    keepsObjects: true,
    now: () => NOW,
    running: new Map(),
  };
  const { keep } = seatOf(lab, document, options);
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late', namespace: 'default' } };
  keep({ op: 'put', object });
  expect(lab.store.list(objectScope(arn), 'object')).toContainEqual({ object });
  eks(lab, as(lab, ADMIN), 'DELETE', '/clusters/new');
  expect(() => keep({ op: 'put', object })).toThrow('the cluster new was deleted');
  create(lab, {});
  expect(() => keep({ op: 'put', object })).toThrow('the cluster new was deleted');
  expect(lab.store.list(objectScope(arn), 'object')).not.toContainEqual({ object });
});

describe('a lab that runs', () => {
  let running: RunningLab;
  beforeAll(async () => {
    running = await startLab({ port: 0, now: () => new Date() });
  });
  afterAll(() => running.close());

  it('serves a new cluster, and no longer when it is deleted', async () => {
    const { credentials } = await enter(running, ADMIN);
    const iam = new IAMClient({ endpoint: running.endpoint, region: 'us-east-1', credentials });
    const client = new EKSClient({ endpoint: running.endpoint, region: 'eu-west-1', credentials });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'cluster', AssumeRolePolicyDocument: TRUST }));
    const wanted = {
      name: 'new',
      roleArn: Role?.Arn,
      resourcesVpcConfig,
      accessConfig: { authenticationMode: 'API' as const },
    };
    for (const _ of ['once', 'again']) {
      expect((await client.send(new CreateClusterCommand(wanted))).cluster?.status).toBe('CREATING');
      const made = await active(client);
      expect((await client.send(new ListAccessEntriesCommand({ clusterName: 'new' }))).accessEntries).toHaveLength(1);
      const token = eksToken({
        cluster: 'new',
        credentials,
        endpoint: { url: running.endpoint, signingRegion: 'eu-west-1' },
        at: new Date(),
      });
      const ca = Buffer.from(made?.certificateAuthority?.data ?? '', 'base64').toString();
      const url = `${made?.endpoint}/api/v1/namespaces`;
      expect(await get(url, ca, token)).toMatchObject({ items: [{ metadata: { name: 'default' } }, {}, {}, {}] });
      await client.send(new DeleteClusterCommand({ name: 'new' }));
      expect((await client.send(new ListClustersCommand({}))).clusters).toEqual(['prod']);
      await expect(closed(url, ca, token)).resolves.toBe('ECONNREFUSED');
    }
  });

  /** Asks until the cluster is there; each question lets the lab go on with what it does. */
  async function active(client: EKSClient) {
    for (let i = 0; i < 1_000; i++) {
      const { cluster } = await client.send(new DescribeClusterCommand({ name: 'new' }));
      if (cluster?.status === 'ACTIVE') return cluster;
    }
    throw new Error('the cluster never became ACTIVE');
  }

  /** The error of a connection once nobody listens any more. */
  async function closed(url: string, ca: string, token: string): Promise<unknown> {
    for (let i = 0; i < 1_000; i++) {
      const code = await get(url, ca, token).then(
        () => undefined,
        (error: NodeJS.ErrnoException) => error.code,
      );
      if (code === 'ECONNREFUSED') return code;
    }
    return undefined;
  }

  function get(url: string, ca: string, token: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { ca, agent: false, headers: { authorization: `Bearer ${token}` } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
        answer.on('error', reject);
      });
      sent.on('error', reject);
      sent.end();
    });
  }
});
