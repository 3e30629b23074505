import fc from 'fast-check';
import { type GrantsFile, readGrants } from '../../src/grants/index.ts';
import { type Inventory, makeInventory, type Source } from '../../src/inventory/index.ts';

const HOMES = ['111111111111', '111111111112'] as const;
const AWAY = ['222222222222', '222222222223'] as const;
const NAMESPACES = ['web', 'payments', 'kube-system'];

/** A grants file and what exists; `text` is for counterexamples. */
export interface GrantsWorld {
  readonly file: GrantsFile;
  readonly inventory: Inventory;
  readonly text: string;
}

const roleOf = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;

const principal = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...AWAY, ...HOMES), fc.constantFrom('ci', 'ops', 'gone'))
      .map(([account, name]) => roleOf(account, name)),
  },
  { weight: 1, arbitrary: fc.constantFrom(...AWAY).map((account) => `arn:aws:iam::${account}:user/ann`) },
  { weight: 1, arbitrary: fc.constantFrom(...AWAY).map((account) => ({ sso: { permissionSet: 'Dev', account } })) },
  { weight: 1, arbitrary: fc.constant({ github: { repo: 'o/r', environment: 'prod' } }) },
);

const access = fc.oneof(
  fc.constantFrom('view', 'audit', 'edit', 'admin', 'cluster-admin'),
  fc.constantFrom(
    { clusterRole: 'view' },
    { policy: 'AmazonEKSEditPolicy' },
    { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
  ),
);

const grant = fc.record({
  to: fc.uniqueArray(principal, { minLength: 1, maxLength: 3, selector: (one) => JSON.stringify(one) }),
  on: fc.uniqueArray(fc.constantFrom('one', 'two', 'three'), { minLength: 1, maxLength: 3 }),
  access,
  namespaces: fc.option(fc.uniqueArray(fc.constantFrom(...NAMESPACES), { minLength: 1, maxLength: 2 }), { nil: undefined }),
  via: fc.constantFrom('role', 'role', 'direct'),
  mechanism: fc.constantFrom('auto', 'auto', 'entry-group', 'aws-auth'),
  externalId: fc.option(fc.constant('c0ffee'), { nil: undefined }),
  expires: fc.option(fc.constantFrom('2020-01-01', '2030-01-01'), { nil: undefined }),
});

/** Grants by name; what a file refuses is left out, so that every file is sound. */
const fileText = fc.array(grant, { minLength: 1, maxLength: 4 }).map((grants) => {
  const kept: unknown[] = [];
  for (const [i, { externalId, ...rest }] of grants.entries()) {
    const wish = {
      name: `g${i}`,
      ...rest,
      ...(externalId !== undefined && rest.via === 'role' ? { require: { externalId } } : {}),
    };
    if (readGrants(textOf([...kept, wish]), 'f').file !== undefined) kept.push(wish);
  }
  return textOf(kept);
});

/** A file `f` with these grants. */
export function textOf(grants: readonly unknown[]): string {
  return JSON.stringify({
    name: 'f',
    accounts: { a: { id: HOMES[0] }, b: { id: HOMES[1] }, c: { id: AWAY[0] }, d: { id: AWAY[1] } },
    clusters: {
      one: { account: 'a', region: 'eu-west-1', name: 'one' },
      two: { account: 'a', region: 'eu-central-1', name: 'two' },
      three: { account: 'b', region: 'eu-west-1', name: 'three' },
    },
    grants,
  });
}

const cluster = fc.record({
  mode: fc.constantFrom('API', 'API_AND_CONFIG_MAP', 'CONFIG_MAP'),
  version: fc.constantFrom('1.32', '1.33'),
  /** Entries and rows of others, for principals that grants may name. */
  others: fc.uniqueArray(fc.constantFrom(roleOf(AWAY[0], 'ci'), roleOf(AWAY[1], 'ops'), roleOf(HOMES[0], 'platform')), {
    maxLength: 3,
  }),
  rbac: fc.boolean(),
});

const inventory = fc
  .record({
    collected: fc.subarray([...HOMES, ...AWAY]),
    clusters: fc.tuple(cluster, cluster, cluster),
  })
  .map(({ collected, clusters }): Inventory => {
    const files: Record<string, unknown> = {
      'inventory.json': { complete: PLACES.flatMap(({ folder }) => [`${folder}/access-entries`]) },
    };
    for (const id of collected) files[`accounts/${id}/iam.json`] = iamOf(id);
    for (const [i, { folder, arn, name }] of PLACES.entries()) {
      const made = clusters[i];
      if (made === undefined) continue;
      const { mode, version, others, rbac } = made;
      files[`${folder}/cluster.json`] = { cluster: { arn, name, version, accessConfig: { authenticationMode: mode } } };
      if (mode !== 'CONFIG_MAP') {
        for (const [n, principalArn] of others.entries()) {
          files[`${folder}/access-entries/${n}.json`] = {
            accessEntry: { principalArn, type: 'STANDARD', kubernetesGroups: ['theirs'], tags: {} },
          };
          files[`${folder}/access-entries/${n}.policies.json`] = { principalArn, associatedAccessPolicies: [] };
        }
      }
      if (rbac) files[`${folder}/kubernetes.yaml`] = kubernetes(mode === 'API' ? undefined : others);
    }
    return makeInventory(sources(files));
  });

const PLACES = [
  [HOMES[0], 'eu-west-1', 'one'],
  [HOMES[0], 'eu-central-1', 'two'],
  [HOMES[1], 'eu-west-1', 'three'],
].map(([account = '', region = '', name = '']) => ({
  name,
  folder: `accounts/${account}/eks/${region}/${name}`,
  arn: `arn:aws:eks:${region}:${account}:cluster/${name}`,
}));

function sources(files: Readonly<Record<string, unknown>>): readonly Source[] {
  return Object.entries(files).map(([path, value]) => {
    const text = JSON.stringify(value);
    return { path, size: text.length, text: () => text };
  });
}

function iamOf(account: string): unknown {
  const role = (name: string): unknown => ({
    Path: '/',
    RoleName: name,
    RoleId: `AROA${name.toUpperCase()}${account}`,
    Arn: roleOf(account, name),
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    RolePolicyList: [],
    AttachedManagedPolicies: [],
    Tags: [],
  });
  const user = {
    Path: '/',
    UserName: 'ann',
    UserId: `AIDA${account}`,
    Arn: `arn:aws:iam::${account}:user/ann`,
    UserPolicyList: [],
    GroupList: [],
    AttachedManagedPolicies: [],
    Tags: [],
  };
  return {
    UserDetailList: [user],
    GroupDetailList: [],
    RoleDetailList: [role('ci'), role('ops'), role('platform')],
    Policies: [],
  };
}

function kubernetes(rows: readonly string[] | undefined): unknown {
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' };
  const roleRef = (kind: string): unknown => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name: 'standing' });
  const mapRoles = (rows ?? []).map((arn) => `- rolearn: ${arn}\n  username: theirs\n  groups: [theirs]\n`).join('');
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { ...rbac, kind: 'Role', metadata: { name: 'standing', namespace: 'web' }, rules: [] },
      { ...rbac, kind: 'ClusterRole', metadata: { name: 'standing' }, rules: [] },
      { ...rbac, kind: 'RoleBinding', metadata: { name: 'standing', namespace: 'web' }, roleRef: roleRef('Role'), subjects: [] },
      { ...rbac, kind: 'ClusterRoleBinding', metadata: { name: 'standing' }, roleRef: roleRef('ClusterRole'), subjects: [] },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: 'kube-system' }, data: {} },
      ...(rows === undefined
        ? []
        : [
            { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'aws-auth', namespace: 'kube-system' }, data: { mapRoles } },
          ]),
    ],
  };
}

/** Sound files with what may exist around them. */
export const grantsWorld: fc.Arbitrary<GrantsWorld> = fc.tuple(fileText, inventory).map(([text, made]) => {
  const { file } = readGrants(text, 'f');
  if (file === undefined) throw new Error('a file that is not sound came through');
  return { file, inventory: made, text };
});
