import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLockOuts } from '../../src/access/index.ts';
import {
  applyChanges,
  type Inventory,
  makeInventory,
  type Resource,
  type ResourceChange,
  type Source,
} from '../../src/inventory/index.ts';
import { FILLERS } from './fillers.ts';
import { holds } from './runs.ts';

const NOW = new Date('2026-11-25T00:00:00Z');
const A = '111111111111';
const CLUSTER = `arn:aws:eks:eu-west-1:${A}:cluster/prod`;
const RBAC = 'rbac.authorization.k8s.io/v1';
const arn = (name: string): string => `arn:aws:iam::${A}:role/${name}`;
const ADMIN = arn('admin');
const NODE = arn('node');
const tags = {};

/** How the only administrator of the cluster comes by it. */
type Means = 'masters-row' | 'entry-policy' | 'group-binding' | 'row-writer' | 'eks-api';
/** How the nodes come in. */
type Nodes = 'row' | 'entry';

interface Sketch {
  readonly means: Means;
  readonly nodes: Nodes;
  /** Others of no power, who change nothing about who is locked out. */
  readonly viewers: number;
  readonly mode: 'API_AND_CONFIG_MAP' | 'API' | 'CONFIG_MAP';
}

const sketch: fc.Arbitrary<Sketch> = fc
  .record({
    means: fc.constantFrom<Means>('masters-row', 'entry-policy', 'group-binding', 'row-writer', 'eks-api'),
    nodes: fc.constantFrom<Nodes>('row', 'entry'),
    viewers: fc.nat({ max: 2 }),
    mode: fc.constantFrom('API_AND_CONFIG_MAP' as const, 'API' as const, 'CONFIG_MAP' as const),
  })
  .filter(({ means, nodes, mode }) => {
    if (mode === 'API') return nodes === 'entry' && means !== 'masters-row' && means !== 'row-writer';
    return mode !== 'CONFIG_MAP' || (nodes === 'row' && means !== 'entry-policy');
  });

const row = (name: string, groups: readonly string[], username = name): Resource => ({
  kind: 'aws-auth-row',
  clusterArn: CLUSTER,
  section: 'mapRoles',
  arn: arn(name),
  username,
  groups,
  tags,
});
const entry = (name: string, groups: readonly string[] = []): Resource => ({
  kind: 'access-entry',
  clusterArn: CLUSTER,
  principalArn: arn(name),
  groups,
  tags,
});
const policy = (name: string, policyName: string): Resource => ({
  kind: 'access-policy',
  clusterArn: CLUSTER,
  principalArn: arn(name),
  policyArn: `arn:aws:eks::aws:cluster-access-policy/${policyName}`,
  namespaces: [],
});
const clusterRole = (name: string, resource: string): Resource => ({
  kind: 'rbac-object',
  clusterArn: CLUSTER,
  manifest: {
    apiVersion: RBAC,
    kind: 'ClusterRole',
    metadata: { name, labels: {}, annotations: {} },
    rules: [{ apiGroups: ['*'], resources: [resource], verbs: ['*'] }],
  },
});
const bind = (name: string, group: string): Resource => ({
  kind: 'rbac-object',
  clusterArn: CLUSTER,
  manifest: {
    apiVersion: RBAC,
    kind: 'ClusterRoleBinding',
    metadata: { name, labels: {}, annotations: {} },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'Group', name: group }],
  },
});

/** Whatever maps a role to groups in this mode. */
const mapped = ({ mode }: Sketch, name: string, groups: readonly string[]): Resource =>
  mode === 'API' ? entry(name, groups) : row(name, groups);

/** What gives the administrator its power, each of which alone takes it away again. */
function power(world: Sketch): readonly Resource[] {
  switch (world.means) {
    case 'masters-row':
      return [row('admin', ['system:masters'])];
    case 'entry-policy':
      return [entry('admin'), policy('admin', 'AmazonEKSClusterAdminPolicy')];
    case 'group-binding':
      return [clusterRole('all', '*'), bind('all', 'owners'), mapped(world, 'admin', ['owners'])];
    case 'row-writer':
      return [clusterRole('writer', 'configmaps'), bind('writer', 'owners'), row('admin', ['owners'])];
    case 'eks-api':
      return [
        {
          kind: 'inline-policy',
          principalArn: ADMIN,
          name: 'eks',
          document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'eks:*', Resource: '*' }] },
        },
      ];
  }
}

function inventory(world: Sketch): Inventory {
  const sources: Source[] = [];
  const add = (path: string, value: unknown): void => {
    const text = JSON.stringify(value);
    sources.push({ path, size: text.length, text: () => text });
  };
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: A }, Action: 'sts:AssumeRole' }] };
  add(`accounts/${A}/iam.json`, {
    UserDetailList: [],
    GroupDetailList: [],
    Policies: [],
    RoleDetailList: ['admin', 'node', 'viewer-0', 'viewer-1'].map((RoleName) => ({
      RoleName,
      RoleId: `AROA${RoleName}`,
      Arn: arn(RoleName),
      CreateDate: '2026-01-01T00:00:00Z',
      AssumeRolePolicyDocument: trust,
      RolePolicyList: [],
      AttachedManagedPolicies: [],
    })),
  });
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  add('organizations/o-1.json', {
    Organization: { Id: 'o-1', MasterAccountId: '999999999999' },
    Roots: [{ Id: 'r-1', PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] }],
    OrganizationalUnits: [],
    Accounts: [{ Id: A, ParentId: 'r-1' }],
    Policies: [
      {
        PolicySummary: { Id: 'p-1', Name: 'all', Type: 'SERVICE_CONTROL_POLICY' },
        Content: everything,
        Targets: [{ TargetId: 'r-1' }, { TargetId: A }],
      },
    ],
  });
  const folder = `accounts/${A}/eks/eu-west-1/prod`;
  add(`${folder}/cluster.json`, {
    cluster: { name: 'prod', arn: CLUSTER, version: '1.32', accessConfig: { authenticationMode: world.mode } },
  });
  add(`${folder}/creator.json`, { principalArn: arn('gone') });
  const nodes = { clusterName: 'prod', principalArn: NODE, type: 'EC2_LINUX', kubernetesGroups: ['system:nodes'] };
  const username = 'system:node:{{EC2PrivateDNSName}}';
  add(`${folder}/access-entries.json`, [
    { accessEntries: world.nodes === 'entry' ? [NODE] : [] },
    ...(world.nodes === 'entry'
      ? [{ accessEntry: { ...nodes, username } }, { clusterName: 'prod', principalArn: NODE, associatedAccessPolicies: [] }]
      : []),
  ]);
  const mapRoles =
    world.nodes === 'row' ? JSON.stringify([{ rolearn: NODE, username, groups: ['system:bootstrappers', 'system:nodes'] }]) : '';
  add(`${folder}/kubernetes.json`, {
    kind: 'List',
    apiVersion: 'v1',
    items: [{ kind: 'ConfigMap', metadata: { name: 'aws-auth', namespace: 'kube-system' }, data: { mapRoles } }, ...FILLERS],
  });
  const viewers = Array.from({ length: world.viewers }, (_, i) => mapped(world, `viewer-${i}`, ['viewers']));
  const all = [...power(world), ...viewers, bind('view', 'viewers')];
  return applyChanges(
    makeInventory(sources),
    all.map((resource) => ({ kind: 'put', resource })),
  );
}

function find(before: Inventory, changes: readonly ResourceChange[], caller?: string) {
  const touched = changes.map(({ resource }) => resource);
  const options = { now: NOW, touched, ...(caller === undefined ? {} : { caller }) };
  return findLockOuts(before, applyChanges(before, changes), options);
}

describe('the guard against lock-outs', () => {
  it('finds that the last administrator goes, whatever its power came from', () => {
    holds(
      60,
      fc.property(sketch, fc.nat(), (world, at) => {
        const before = inventory(world);
        const parts = power(world);
        const resource = parts[at % parts.length] as Resource;
        const found = find(before, [{ kind: 'remove', resource }], ADMIN);
        expect(found.map(({ who }) => who)).toEqual(expect.arrayContaining(['administrators', 'caller']));
        expect(found.every(({ steps }) => steps.length === 1)).toBe(true);
      }),
    );
  });

  it('finds that a role goes which the nodes or the administrator are', () => {
    holds(
      30,
      fc.property(sketch, fc.constantFrom(ADMIN, NODE), (world, gone) => {
        const resource: Resource = { kind: 'role', arn: gone, trust: {}, description: '', maxSessionDuration: 3600, tags };
        const who = find(inventory(world), [{ kind: 'remove', resource }]).map((each) => each.who);
        expect(who).toContain(gone === NODE ? 'node-role' : 'administrators');
      }),
    );
  });

  it('finds that the nodes go: their row or entry, or an entry of another kind that takes its place', () => {
    holds(
      40,
      fc.property(sketch, fc.boolean(), (world, replaced) => {
        fc.pre(!replaced || world.mode !== 'CONFIG_MAP');
        fc.pre(!replaced || world.nodes === 'row');
        const change: ResourceChange = replaced
          ? { kind: 'put', resource: entry('node') }
          : { kind: 'remove', resource: world.nodes === 'row' ? row('node', []) : entry('node') };
        expect(find(inventory(world), [change])).toMatchObject([
          { who: 'node-role', principal: NODE, steps: [expect.any(String)] },
        ]);
      }),
    );
  });

  it('lets harmless plans through: grants to others, and whatever leaves another way in', () => {
    const harmless = fc.array(
      fc.oneof(
        fc.constantFrom<ResourceChange>(
          { kind: 'put', resource: row('viewer-0', ['viewers']) },
          { kind: 'put', resource: row('viewer-1', ['others']) },
          { kind: 'remove', resource: row('viewer-1', []) },
          { kind: 'put', resource: entry('viewer-0', ['viewers']) },
          { kind: 'put', resource: clusterRole('more', 'pods') },
          { kind: 'put', resource: bind('more', 'viewers') },
          { kind: 'remove', resource: bind('view', 'viewers') },
          {
            kind: 'put',
            resource: { kind: 'role', arn: arn('causeway/f/new'), trust: {}, description: '', maxSessionDuration: 3600, tags },
          },
        ),
      ),
      { minLength: 1, maxLength: 4 },
    );
    holds(
      80,
      fc.property(sketch, harmless, (world, changes) => {
        expect(find(inventory(world), changes, ADMIN)).toEqual([]);
      }),
    );
    holds(
      30,
      fc.property(sketch, (world) => {
        const second = [mapped(world, 'viewer-0', ['second']), clusterRole('second', '*'), bind('second', 'second')];
        const before = applyChanges(
          inventory(world),
          second.map((resource) => ({ kind: 'put', resource })),
        );
        const found = find(before, [{ kind: 'remove', resource: power(world)[0] as Resource }], arn('viewer-0'));
        expect(found).toEqual([]);
      }),
    );
  });
});
