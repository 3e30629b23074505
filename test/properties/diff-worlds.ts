import fc from 'fast-check';
import {
  applyChanges,
  type Inventory,
  type Json,
  makeInventory,
  type RbacManifest,
  type Resource,
  type ResourceChange,
  type Source,
} from '../../src/inventory/index.ts';
import { FILLERS } from './fillers.ts';

export const HOME = '111111111111';
export const AWAY = '222222222222';
/** Of this account nobody collected anything. */
export const DARK = '333333333333';
export const CLUSTER = `arn:aws:eks:eu-west-1:${HOME}:cluster/prod`;
const PROVIDER = `arn:aws:iam::${HOME}:oidc-provider/token.actions.githubusercontent.com`;
const RBAC = 'rbac.authorization.k8s.io/v1';

const arnOf = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
export const ROLES: readonly string[] = [
  arnOf(HOME, 'deploy'),
  arnOf(HOME, 'admin'),
  arnOf(HOME, 'node'),
  arnOf(AWAY, 'ci'),
  arnOf(AWAY, 'ops'),
];
/** Everybody who may be asked about. */
export const CALLERS: readonly string[] = [...ROLES, `arn:aws:iam::${AWAY}:user/ann`, arnOf(DARK, 'x'), PROVIDER];

const allow = (more: object): Json => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...more });
const document = (statements: readonly Json[]): Json => ({ Version: '2012-10-17', Statement: statements });

const condition = fc.constantFrom<object>(
  {},
  {},
  {},
  { Condition: { StringEquals: { 'sts:ExternalId': 'c0ffee' } } },
  { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
  { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } },
  { Condition: { ArnLike: { 'aws:PrincipalArn': arnOf(AWAY, 'c*') } } },
  { Condition: { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } } },
);
const truster = fc.constantFrom<object>(
  { AWS: '*' },
  { AWS: `arn:aws:iam::${AWAY}:root` },
  { AWS: HOME },
  { AWS: arnOf(AWAY, 'ci') },
  { AWS: arnOf(HOME, 'deploy') },
  { AWS: `arn:aws:iam::${AWAY}:user/ann` },
  { AWS: `arn:aws:sts::${AWAY}:assumed-role/ops/kim` },
  { AWS: `arn:aws:iam::${DARK}:root` },
  { AWS: arnOf(DARK, 'x') },
  { Service: 'ec2.amazonaws.com' },
);
const trustStatement = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(truster, condition).map(([Principal, more]) => allow({ Principal, ...more })) },
  {
    weight: 1,
    arbitrary: fc.constant({
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: PROVIDER },
      Condition: { StringEquals: { 'token.actions.githubusercontent.com:sub': 'repo:o/r:ref:refs/heads/main' } },
    }),
  },
);
const trust = fc.array(trustStatement, { minLength: 1, maxLength: 2 }).map(document);
const permissions = fc
  .constantFrom<readonly Json[]>(
    [],
    [allow({ Resource: '*' })],
    [allow({ Resource: arnOf(HOME, 'deploy') })],
    [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  )
  .map(document);

const groups = fc.subarray(['crew', 'ops', 'nobody']);
const entryOf = fc.record({
  principalArn: fc.constantFrom(...ROLES, `arn:aws:iam::${AWAY}:user/ann`),
  groups,
  username: fc.option(fc.constantFrom('mira', 'x:{{SessionName}}'), { nil: undefined }),
});
const associated = fc.record({
  policy: fc.constantFrom(
    'AmazonEKSViewPolicy',
    'AmazonEKSSecretReaderPolicy',
    'AmazonEKSClusterAdminPolicy',
    'AmazonEKSAutoNodePolicy',
  ),
  namespaces: fc.constantFrom<readonly string[]>([], ['web'], ['w*'], ['ops', '*']),
});
const row = fc.record({
  arn: fc.constantFrom(...ROLES),
  username: fc.constantFrom('mira', 'x:{{SessionName}}', 'system:node:{{EC2PrivateDNSName}}'),
  groups: fc.oneof(
    { weight: 6, arbitrary: groups },
    { weight: 1, arbitrary: fc.constantFrom(['system:masters'], ['system:nodes', 'system:bootstrappers']) },
  ),
});

const rule = fc.record({
  apiGroups: fc.constantFrom([''], ['*'], ['', 'apps']),
  resources: fc.constantFrom(['pods'], ['pods', 'secrets'], ['*'], ['configmaps'], ['pods/log'], ['*/log']),
  verbs: fc.constantFrom(['get'], ['get', 'list'], ['create'], ['*'], ['impersonate']),
  resourceNames: fc.option(fc.constantFrom(['one'], ['aws-auth']), { nil: undefined, freq: 5 }),
});
const url = fc.record({
  nonResourceURLs: fc.constantFrom(['/metrics'], ['/logs/*'], ['*']),
  verbs: fc.constantFrom(['get'], ['*']),
});
const rules = fc.array(fc.oneof({ weight: 5, arbitrary: rule }, { weight: 1, arbitrary: url }), { maxLength: 2 });
const names = fc.constantFrom('one', 'two');
const namespaces = fc.constantFrom('web', 'ops');
const head = { labels: {}, annotations: {} };
const roleObject = fc.oneof(
  fc.record({ kind: fc.constant('ClusterRole'), metadata: names.map((name) => ({ name, ...head })), rules }),
  fc.record({
    kind: fc.constant('Role'),
    metadata: fc.record({ name: names, namespace: namespaces }).map((at) => ({ ...at, ...head })),
    rules,
  }),
);
const subjects = fc.array(
  fc.constantFrom<Json>(
    { kind: 'Group', name: 'crew' },
    { kind: 'Group', name: 'ops' },
    { kind: 'Group', name: 'system:authenticated' },
    { kind: 'User', name: 'mira' },
    { kind: 'User', name: 'x:kim' },
    { kind: 'User', name: `arn:aws:sts::${HOME}:assumed-role/deploy/kim` },
    { kind: 'ServiceAccount', name: 'bot', namespace: 'web' },
  ),
  { minLength: 1, maxLength: 2 },
);
const clusterRef = fc.constantFrom('one', 'two', 'view', 'edit').map((name) => ({
  apiGroup: 'rbac.authorization.k8s.io',
  kind: 'ClusterRole',
  name,
}));
const bindingObject = fc.oneof(
  fc.record({
    kind: fc.constant('ClusterRoleBinding'),
    metadata: names.map((name) => ({ name, ...head })),
    roleRef: clusterRef,
    subjects,
  }),
  fc.record({
    kind: fc.constant('RoleBinding'),
    metadata: fc.record({ name: names, namespace: namespaces }).map((at) => ({ ...at, ...head })),
    roleRef: fc.oneof(
      clusterRef,
      names.map((name) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name })),
    ),
    subjects,
  }),
);
const manifest: fc.Arbitrary<RbacManifest> = fc
  .oneof(roleObject, bindingObject)
  .map((object): RbacManifest => JSON.parse(JSON.stringify({ apiVersion: RBAC, ...object })));

export interface DiffWorld {
  readonly mode: string;
  /** By role ARN. */
  readonly trusts: readonly Json[];
  readonly permissions: readonly Json[];
  readonly entries: readonly {
    readonly entry: fcValue<typeof entryOf>;
    readonly policies: readonly fcValue<typeof associated>[];
  }[];
  readonly rows: readonly fcValue<typeof row>[];
  readonly objects: readonly unknown[];
  readonly hidden: readonly string[];
  readonly changes: readonly ResourceChange[];
}
type fcValue<T> = T extends fc.Arbitrary<infer V> ? V : never;

const tags = {};
const resource: fc.Arbitrary<Resource> = fc.oneof(
  fc
    .record({ arn: fc.constantFrom(...ROLES, arnOf(HOME, 'causeway/f/new')), trust })
    .map((each): Resource => ({ kind: 'role', description: '', maxSessionDuration: 3600, tags, ...each })),
  fc
    .record({ principalArn: fc.constantFrom(...ROLES, `arn:aws:iam::${AWAY}:user/ann`), document: permissions })
    .map((each): Resource => ({ kind: 'inline-policy', name: 'causeway', ...each })),
  entryOf.map(({ username, ...each }): Resource => {
    const name = username === undefined ? {} : { username };
    return { kind: 'access-entry', clusterArn: CLUSTER, tags, ...each, ...name };
  }),
  fc.tuple(fc.constantFrom(...ROLES), associated).map(
    ([principalArn, { policy, namespaces }]): Resource => ({
      kind: 'access-policy',
      clusterArn: CLUSTER,
      principalArn,
      policyArn: `arn:aws:eks::aws:cluster-access-policy/${policy}`,
      namespaces,
    }),
  ),
  row.map((each): Resource => ({ kind: 'aws-auth-row', clusterArn: CLUSTER, section: 'mapRoles', tags, ...each })),
  manifest.map((each): Resource => ({ kind: 'rbac-object', clusterArn: CLUSTER, manifest: each })),
);

/** A small organisation with one cluster, parts of it hidden, and some changes to it. */
export const diffWorld: fc.Arbitrary<DiffWorld> = fc.record({
  mode: fc.constantFrom('API_AND_CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API', 'CONFIG_MAP'),
  trusts: fc.array(trust, { minLength: ROLES.length, maxLength: ROLES.length }),
  permissions: fc.array(permissions, { minLength: ROLES.length + 1, maxLength: ROLES.length + 1 }),
  entries: fc.uniqueArray(
    fc.record({ entry: entryOf, policies: fc.uniqueArray(associated, { maxLength: 2, selector: ({ policy }) => policy }) }),
    {
      maxLength: 3,
      selector: ({ entry }) => entry.principalArn,
    },
  ),
  rows: fc.array(row, { maxLength: 3 }),
  objects: fc.uniqueArray(manifest, {
    minLength: 1,
    maxLength: 6,
    selector: ({ kind, metadata }) => `${kind} ${JSON.stringify(metadata)}`,
  }),
  hidden: fc.oneof(
    { weight: 3, arbitrary: fc.constant<readonly string[]>([]) },
    {
      weight: 2,
      arbitrary: fc.subarray(['organization', 'entries', 'kubernetes', 'description', 'creator', AWAY], { maxLength: 2 }),
    },
  ),
  changes: fc.array(fc.record({ kind: fc.constantFrom<'put' | 'remove'>('put', 'put', 'remove'), resource }), {
    minLength: 1,
    maxLength: 3,
  }),
});

/** The inventories before and after. */
export function sidesOf(world: DiffWorld): readonly [Inventory, Inventory] {
  const before = makeInventory(sourcesOf(world));
  return [before, applyChanges(before, world.changes)];
}

function sourcesOf(world: DiffWorld): readonly Source[] {
  const sources: Source[] = [];
  const add = (part: string, path: string, value: unknown): void => {
    const text = JSON.stringify(value);
    if (!world.hidden.includes(part)) sources.push({ path, size: text.length, text: () => text });
  };
  for (const account of [HOME, AWAY]) {
    const own = ROLES.map((arn, i) => ({ arn, i })).filter(({ arn }) => arn.includes(account));
    const inline = (i: number): unknown => [{ PolicyName: 'inline', PolicyDocument: world.permissions[i] }];
    add(account, `accounts/${account}/iam.json`, {
      UserDetailList:
        account === AWAY
          ? [
              {
                UserName: 'ann',
                UserId: 'AIDAANN',
                Arn: `arn:aws:iam::${AWAY}:user/ann`,
                UserPolicyList: inline(ROLES.length),
                GroupList: [],
                AttachedManagedPolicies: [],
              },
            ]
          : [],
      GroupDetailList: [],
      Policies: [],
      RoleDetailList: own.map(({ arn, i }) => ({
        RoleName: arn.slice(arn.lastIndexOf('/') + 1),
        RoleId: `AROA${i}${account}`,
        Arn: arn,
        Path: '/',
        CreateDate: '2026-01-01T00:00:00Z',
        AssumeRolePolicyDocument: world.trusts[i],
        RolePolicyList: inline(i),
        AttachedManagedPolicies: [],
        Tags: i % 2 === 0 ? [{ Key: 'team', Value: 'a' }] : [],
      })),
    });
    add(account, `accounts/${account}/oidc-providers.json`, account === HOME ? [{ Arn: PROVIDER }] : []);
  }
  add('organization', 'organizations/o-world.json', organization());
  const folder = `accounts/${HOME}/eks/eu-west-1/prod`;
  add('description', `${folder}/cluster.json`, {
    cluster: { name: 'prod', arn: CLUSTER, version: '1.32', accessConfig: { authenticationMode: world.mode } },
  });
  add('creator', `${folder}/creator.json`, { principalArn: arnOf(HOME, 'founder') });
  add('entries', `${folder}/access-entries/list.json`, { accessEntries: world.entries.map(({ entry }) => entry.principalArn) });
  world.entries.forEach(({ entry: { principalArn, groups: kubernetesGroups, username }, policies }, i) => {
    const accessEntry = { clusterName: 'prod', principalArn, kubernetesGroups, username, type: 'STANDARD' };
    add('entries', `${folder}/access-entries/${i}.json`, { accessEntry: { ...accessEntry, createdAt: '2026-06-01T00:00:00Z' } });
    const associatedAccessPolicies = policies.map(({ policy, namespaces }) => ({
      policyArn: `arn:aws:eks::aws:cluster-access-policy/${policy}`,
      accessScope: { type: namespaces.length === 0 ? 'cluster' : 'namespace', namespaces },
    }));
    add('entries', `${folder}/access-entries/${i}.policies.json`, {
      clusterName: 'prod',
      principalArn,
      associatedAccessPolicies,
    });
  });
  const rows = world.rows.map((each) => ({ rolearn: each.arn, username: each.username, groups: each.groups }));
  const map = (name: string, data: unknown): unknown => ({
    kind: 'ConfigMap',
    metadata: { name, namespace: 'kube-system' },
    data,
  });
  add('kubernetes', `${folder}/kubernetes.json`, {
    apiVersion: 'v1',
    kind: 'List',
    items: [map('coredns', {}), map('aws-auth', { mapRoles: JSON.stringify(rows) }), ...FILLERS, ...world.objects],
  });
  // Without a description the folder still says which cluster it is.
  sources.push({
    path: 'inventory.json',
    size: 0,
    text: () => JSON.stringify({ complete: world.hidden.length === 0 ? true : [] }),
  });
  return sources;
}

function organization(): unknown {
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const types = ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'];
  return {
    Organization: { Id: 'o-world', MasterAccountId: '999999999999' },
    Roots: [{ Id: 'r-world', PolicyTypes: types.map((Type) => ({ Type, Status: 'ENABLED' })) }],
    OrganizationalUnits: [],
    Accounts: [HOME, AWAY, DARK, '999999999999'].map((Id) => ({ Id, ParentId: 'r-world' })),
    Policies: types.map((Type) => ({
      PolicySummary: { Id: Type, Name: Type, Type },
      Content:
        Type === 'SERVICE_CONTROL_POLICY'
          ? everything
          : { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] },
      Targets: ['r-world', HOME, AWAY, DARK].map((TargetId) => ({ TargetId })),
    })),
  };
}
