import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { credentialsOf } from '../../src/edge/lab/credentials.ts';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { comparable } from '../../src/edge/lab/replay/text.ts';
import { eksToken } from '../../src/rules/token/index.ts';
import { enter } from '../loopback/lab.ts';
import { askingOf } from './kube/ask.ts';
import { as, eks, NOW, query } from './make.ts';
import { ORIGIN, replayedFiles } from './replayed.ts';

const [OWNER, OTHER] = ['111111111111', '222222222222'];
const CLUSTER = `arn:aws:eks:eu-west-1:${OWNER}:cluster/prod`;
const FOLDER = `accounts/${OWNER}/eks/eu-west-1/prod`;

const allow = (Action: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] };

function role(account: string, name: string, more: object = {}): object {
  return {
    Path: '/',
    RoleName: name,
    RoleId: `AROA${name.toUpperCase().padEnd(17, 'X')}`,
    Arn: `arn:aws:iam::${account}:role/${name}`,
    CreateDate: '2026-01-01T00:00:00+00:00',
    AssumeRolePolicyDocument: trust,
    InstanceProfileList: [],
    RolePolicyList: [{ PolicyName: 'all', PolicyDocument: allow('*') }],
    AttachedManagedPolicies: [],
    Tags: [],
    ...more,
  };
}

function iam(...roles: readonly object[]): string {
  return JSON.stringify({ UserDetailList: [], GroupDetailList: [], RoleDetailList: roles, Policies: [] });
}

const MARKS = JSON.stringify({ version: 1, complete: ['organizations/o-x.json'] });
const ORGANIZATION = JSON.stringify({
  Organization: { Id: 'o-x', Arn: 'arn:aws:organizations::999999999999:organization/o-x', MasterAccountId: '999999999999' },
  Roots: [{ Id: 'r-x' }],
  Accounts: [OWNER, OTHER].map((Id) => ({ Id, ParentId: 'r-x' })),
});

function description(mode?: string): string {
  const accessConfig = mode === undefined ? {} : { accessConfig: { authenticationMode: mode } };
  return JSON.stringify({ cluster: { name: 'prod', arn: CLUSTER, version: '1.33', ...accessConfig } });
}

const entry = (principalArn: string) =>
  JSON.stringify({
    accessEntry: {
      clusterName: 'prod',
      principalArn,
      kubernetesGroups: ['team'],
      accessEntryArn: `arn:aws:eks:eu-west-1:${OWNER}:access-entry/prod/role/${OWNER}/admin/1`,
      createdAt: '2026-02-01T00:00:00+00:00',
      tags: {},
      type: 'STANDARD',
    },
  });

const policies = (principalArn: string, ...names: readonly string[]) =>
  JSON.stringify({
    clusterName: 'prod',
    principalArn,
    associatedAccessPolicies: names.map((name) => ({
      policyArn: `arn:aws:eks::aws:cluster-access-policy/${name}`,
      accessScope: { type: 'cluster', namespaces: [] },
    })),
  });

const ADMIN = `arn:aws:iam::${OWNER}:role/admin`;

/** An owner's account that is whole, with more files. */
const around = (files: Readonly<Record<string, string>>) =>
  replayedFiles({
    'inventory.json': MARKS,
    'organizations/o-x.json': ORGANIZATION,
    [`accounts/${OWNER}/iam.json`]: iam(role(OWNER, 'admin'), role(OWNER, 'reader')),
    [`accounts/${OWNER}/oidc-providers.json`]: '{"OpenIDConnectProviderList":[]}',
    ...files,
  });

function kube(files: Readonly<Record<string, string>>, target: string, who = ADMIN, method = 'GET') {
  const run = around(files);
  const api = run.clusters.get(CLUSTER);
  if (api === undefined) throw new Error('the cluster was not replayed');
  const endpoint = { url: ORIGIN, signingRegion: 'eu-west-1' };
  const token = eksToken({ cluster: 'prod', credentials: as(run.lab, who), endpoint, at: NOW });
  return { ...askingOf(api).ask(method, target, undefined, { as: token }), log: run.lab.calls().at(-1) };
}

describe('what nobody collected is refused, and named', () => {
  it('a role of an account that nobody collected', () => {
    const { lab } = around({});
    const arn = `arn:aws:iam::${OTHER}:role/x`;
    const { status, body } = query(lab, as(lab, ADMIN), 'sts', { Action: 'AssumeRole', RoleArn: arn, RoleSessionName: 'me' });
    expect([status, body]).toEqual([403, expect.stringContaining('the lab cannot judge this call')]);
    expect(body).toContain(`account ${OTHER}`);
  });

  it('whoever is in an account that the collector was refused', () => {
    const refused = { path: `accounts/${OTHER}/iam.json`, error: 'AccessDenied: no' };
    const { lab } = around({ 'inventory.json': JSON.stringify({ version: 1, complete: [], refused: [refused] }) });
    expect(credentialsOf(lab, `${OTHER}/somebody`)).toEqual({
      error: expect.stringMatching(/cannot judge this call: .*account 222222222222.*refused/),
    });
  });

  it.each([
    ['ListRoles', {}],
    ['CreateRole', { RoleName: 'new', AssumeRolePolicyDocument: JSON.stringify(trust) }],
    ['GetAccountAuthorizationDetails', {}],
    ['ListOpenIDConnectProviders', {}],
  ])('iam:%s of the root user of such an account', (Action, parameters) => {
    const { lab } = around({});
    const { status, body } = query(lab, as(lab, `${OTHER}/root`), 'iam', { Action, ...parameters });
    expect([status, body]).toEqual([403, expect.stringContaining('the lab cannot judge this call')]);
  });

  it('a policy of which only the name was collected', () => {
    const attached = [{ PolicyName: 'P', PolicyArn: `arn:aws:iam::${OWNER}:policy/P` }];
    const { lab } = around({
      [`accounts/${OWNER}/iam.json`]: iam(role(OWNER, 'admin', { RolePolicyList: [], AttachedManagedPolicies: attached })),
    });
    const { body } = query(lab, as(lab, ADMIN), 'iam', { Action: 'ListRoles' });
    expect(body).toContain(`the lab cannot judge this call: `);
    expect(body).toContain(`policy/P`);
  });

  it('an account whose files are of two moments: they stand as they are, and IAM is not changed there', () => {
    const other = role(OWNER, 'admin', { RolePolicyList: [] });
    const { lab } = around({
      [`accounts/${OWNER}/iam.json`]: '',
      [`accounts/${OWNER}/iam/1.json`]: iam(role(OWNER, 'admin')),
      [`accounts/${OWNER}/iam/2.json`]: iam(other),
    });
    expect(query(lab, as(lab, ADMIN), 'iam', { Action: 'ListRoles' }).body).toContain('the lab cannot judge this call');
    expect(query(lab, as(lab, ADMIN), 'sts', { Action: 'GetCallerIdentity' }).status).toBe(200);
  });

  it('a cluster without its description', () => {
    const { lab } = around({ [`${FOLDER}/access-entries/a.json`]: entry(ADMIN) });
    expect(eks(lab, as(lab, ADMIN), 'GET', '/clusters/prod').body).toContain(
      'the lab cannot judge this call: the description of cluster prod',
    );
  });

  it('access entries that nobody collected', () => {
    const { lab } = around({ [`${FOLDER}/cluster.json`]: description('API') });
    const admin = as(lab, ADMIN);
    expect(eks(lab, admin, 'GET', '/clusters/prod').status).toBe(200);
    for (const [method, path, body] of [
      ['GET', '/clusters/prod/access-entries', undefined],
      ['POST', '/clusters/prod/access-entries', { principalArn: ADMIN }],
    ] as const) {
      expect(eks(lab, admin, method, path, body).body).toContain(
        'the lab cannot judge this call: the access entries of cluster prod',
      );
    }
  });

  it('an entry whose policies nobody collected', () => {
    const { lab } = around({
      [`${FOLDER}/cluster.json`]: description('API'),
      [`${FOLDER}/access-entries/a.json`]: entry(ADMIN),
    });
    const path = `/clusters/prod/access-entries/${encodeURIComponent(ADMIN)}/access-policies`;
    expect(eks(lab, as(lab, ADMIN), 'GET', path).body).toContain(
      'the lab cannot judge this call: the access policies of this entry, which nobody collected',
    );
    const { status, body } = kube(
      {
        [`${FOLDER}/cluster.json`]: description('API'),
        [`${FOLDER}/access-entries/a.json`]: entry(ADMIN),
        [`${FOLDER}/kubernetes.yaml`]: WHOLE,
      },
      '/api/v1/pods',
    );
    expect([status, body.message]).toEqual([403, expect.stringContaining('the lab cannot judge this call')]);
  });

  it('roles and bindings that nobody collected, but what an access policy allows goes through', () => {
    const files = {
      [`${FOLDER}/cluster.json`]: description('API'),
      [`${FOLDER}/access-entries/a.json`]: entry(ADMIN),
      [`${FOLDER}/access-entries/a.policies.json`]: policies(ADMIN, 'AmazonEKSViewPolicy'),
    };
    expect(kube(files, '/api/v1/pods').status).toBe(200);
    const { status, body } = kube(files, '/api/v1/secrets');
    expect([status, body.message]).toEqual([
      403,
      expect.stringContaining('the lab cannot judge this call: the roles and role bindings of cluster prod'),
    ]);
  });

  it('aws-auth that nobody collected', () => {
    const { status, log } = kube({ [`${FOLDER}/cluster.json`]: description('CONFIG_MAP') }, '/api/v1/pods');
    expect([status, log?.decisions[0]?.reason]).toEqual([
      401,
      expect.stringContaining('the lab cannot judge this call: the ConfigMap kube-system/aws-auth'),
    ]);
  });

  it('an authentication mode that nobody collected', () => {
    const files = { [`${FOLDER}/cluster.json`]: description(), [`${FOLDER}/access-entries/a.json`]: entry(ADMIN) };
    expect(kube(files, '/api/v1/pods').status).toBe(401);
  });

  it('client IDs of a provider, which no list shows, until somebody adds one', () => {
    const arn = `arn:aws:iam::${OWNER}:oidc-provider/oidc.example.com`;
    const { lab } = around({
      [`accounts/${OWNER}/oidc-providers.json`]: JSON.stringify({ OpenIDConnectProviderList: [{ Arn: arn }] }),
    });
    const call = { Action: 'GetOpenIDConnectProvider', OpenIDConnectProviderArn: arn };
    expect(query(lab, as(lab, ADMIN), 'iam', { Action: 'ListOpenIDConnectProviders' }).body).toContain(arn);
    expect(query(lab, as(lab, ADMIN), 'iam', call).body).toContain('the lab cannot judge this call: the client IDs');
  });
});

describe('moments that nobody collected', () => {
  const path = `/clusters/prod/access-entries/${encodeURIComponent(ADMIN)}`;
  const { createdAt: _, ...undated } = (JSON.parse(entry(ADMIN)) as { readonly accessEntry: Record<string, unknown> })
    .accessEntry;
  const files = {
    [`${FOLDER}/cluster.json`]: description('API'),
    [`${FOLDER}/access-entries/a.json`]: JSON.stringify({ accessEntry: undated }),
    [`${FOLDER}/access-entries/a.policies.json`]: policies(ADMIN, 'AmazonEKSViewPolicy'),
  };

  it('are not told, and the entry is whole without them', () => {
    const { lab, inventory } = around(files);
    const entries = lab.view.cluster(CLUSTER)?.accessEntries();
    expect(comparable(entries)).toBe(comparable(inventory.clusters[0]?.accessEntries()));
    const shown = eks(lab, as(lab, ADMIN), 'GET', path);
    expect([shown.status, JSON.parse(shown.body)]).toEqual([200, { accessEntry: { ...undated, username: '' } }]);
    const associated = eks(lab, as(lab, ADMIN), 'GET', `${path}/access-policies`);
    expect(JSON.parse(associated.body)).toEqual(JSON.parse(policies(ADMIN, 'AmazonEKSViewPolicy')));
  });

  it('are told from the first change on', () => {
    const { lab } = around(files);
    expect(eks(lab, as(lab, ADMIN), 'POST', path, { kubernetesGroups: ['other'] }).status).toBe(200);
    const policyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';
    const again = eks(lab, as(lab, ADMIN), 'POST', `${path}/access-policies`, { policyArn, accessScope: { type: 'cluster' } });
    const now = NOW.getTime() / 1000;
    expect(JSON.parse(again.body)).toMatchObject({ associatedAccessPolicy: { modifiedAt: now } });
    const { accessEntry } = JSON.parse(eks(lab, as(lab, ADMIN), 'GET', path).body) as { readonly accessEntry: object };
    expect(accessEntry).toMatchObject({ kubernetesGroups: ['other'], modifiedAt: now });
    expect(accessEntry).not.toHaveProperty('createdAt');
  });
});

const WHOLE = `apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Namespace, metadata: { name: kube-system } }
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: coredns, namespace: kube-system } }
  - { apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: { name: a, namespace: default }, rules: [] }
  - { apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: { name: a }, rules: [] }
  - { apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: { name: a, namespace: default }, roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: a }, subjects: [] }
  - { apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: { name: a }, roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a }, subjects: [] }
`;

describe('a replay with a state', () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-replay-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('takes the inventory at the first start, and goes on from the state at the next', async () => {
    const inventory = fileURLToPath(new URL('../../examples/article/put-right/', import.meta.url));
    const state = join(folder, 'state');
    const start = () => startLab({ port: 0, now: () => new Date(), inventory, state });
    const first = await start();
    expect(first.from).toEqual({ kind: 'inventory', accounts: 4, clusters: 1 });
    const key = await keyOf(first);
    await first.close();
    expect(existsSync(join(state, 'lab.jsonl'))).toBe(true);
    const second = await start();
    expect(second.from).toEqual({ kind: 'state' });
    expect(await keyOf(second)).toBe(key);
    await second.close();
  });

  async function keyOf(lab: RunningLab): Promise<string> {
    return (await enter(lab, '111111111111/paula')).credentials.accessKeyId;
  }
});

describe('an inventory that is not there', () => {
  it('is an error, leaves the state free, and is not missed once the state is filled', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'causeway-replay-'));
    try {
      const state = join(folder, 'state');
      const start = (inventory: string) => startLab({ port: 0, now: () => new Date(), inventory, state });
      await expect(start(join(folder, 'nowhere'))).rejects.toThrow();
      const there = fileURLToPath(new URL('../../examples/article/put-right/', import.meta.url));
      await (await start(there)).close();
      const again = await start(join(folder, 'nowhere'));
      expect(again.from).toEqual({ kind: 'state' });
      await again.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
