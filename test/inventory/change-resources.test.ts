import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyChange,
  applyChanges,
  type Inventory,
  type Json,
  type Resource,
  type ResourceChange,
} from '../../src/inventory/index.ts';
import { putAwsAuthRow, type RowEdit, readAwsAuth, removeAwsAuthRow } from '../../src/rules/eks/index.ts';
import { A, CLUSTER, CLUSTER_ARN, details, IAM, inventoryOf, policy, role, TRUST, user } from './folder.ts';

function textOf(edit: RowEdit): string {
  if ('refused' in edit) throw new Error(edit.refused);
  return edit.text;
}

const RBAC = 'rbac.authorization.k8s.io/v1';
const ONE = `arn:aws:iam::${A}:role/one`;
const NEW = `arn:aws:iam::${A}:role/causeway/f/new`;
const NODE = `arn:aws:iam::${A}:role/node`;
const MAP_ROLES = `# nodes\n- rolearn: ${NODE} # keep\n  username: system:node:{{EC2PrivateDNSName}}\n  groups: [system:nodes]\n`;

function inventory(mapRoles: string | null = MAP_ROLES): Inventory {
  const namespace = 'kube-system';
  const object = (kind: string, name: string, more: object = {}): object => ({
    apiVersion: RBAC,
    kind,
    metadata: { name, ...(kind.startsWith('Cluster') ? {} : { namespace: 'web' }) },
    ...more,
  });
  const map = (name: string, data: object): object => ({ kind: 'ConfigMap', metadata: { name, namespace }, data });
  return inventoryOf({
    [IAM]: details({
      RoleDetailList: [role('one', { RolePolicyList: [{ PolicyName: 'own', PolicyDocument: policy('s3:*') }] }), role('two')],
      UserDetailList: [user('ann')],
    }),
    [`${CLUSTER}/cluster.json`]: {
      cluster: { name: 'prod', arn: CLUSTER_ARN, version: '1.32', accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' } },
    },
    [`${CLUSTER}/access-entries.json`]: [
      { accessEntry: { clusterName: 'prod', principalArn: ONE, kubernetesGroups: ['g'], type: 'STANDARD' } },
      { clusterName: 'prod', principalArn: ONE, associatedAccessPolicies: [] },
      { accessEntries: [ONE] },
    ],
    [`${CLUSTER}/kubernetes.json`]: {
      kind: 'List',
      apiVersion: 'v1',
      items: [
        map('coredns', {}),
        ...(mapRoles === null ? [] : [map('aws-auth', { mapRoles, mapUsers: '[]' })]),
        object('ClusterRole', 'x', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
        object('ClusterRole', 'gather', {
          rules: [],
          aggregationRule: { clusterRoleSelectors: [{ matchLabels: { gather: 'yes' } }] },
        }),
        object('ClusterRoleBinding', 'x', { roleRef: { kind: 'ClusterRole', name: 'x' }, subjects: [] }),
        object('Role', 'x', { rules: [] }),
        object('RoleBinding', 'x', { roleRef: { kind: 'Role', name: 'x' }, subjects: [] }),
      ],
    },
  });
}

/** Everything that a change may touch, as plain data; of aws-auth what the cluster reads. */
function view(of: Inventory) {
  const account = of.accounts.get(A);
  const iam = account?.iam();
  const [cluster] = of.clusters;
  const awsAuth = cluster?.awsAuth();
  const trusts = account?.trusts();
  return structuredClone({
    roles: iam?.state === 'collected' ? iam.value.roles : iam,
    users: iam?.state === 'collected' ? iam.value.users : iam,
    trusts: trusts?.state === 'collected' ? trusts.value : trusts,
    entries: cluster?.accessEntries(),
    rows: awsAuth?.state === 'collected' ? readAwsAuth(awsAuth.value?.data ?? {}) : awsAuth,
    marks: awsAuth?.state === 'collected' ? awsAuth.value?.annotations : undefined,
    rbac: cluster?.rbac(),
  });
}

const document = policy('sts:AssumeRole') as Json;
const names = fc.constantFrom('a', 'b');
const groups = fc.uniqueArray(fc.constantFrom('g', 'h: i', '#j'));
/** Resources that the inventory does not hold. */
const absent: fc.Arbitrary<Resource> = fc.oneof(
  fc.record({
    kind: fc.constant('role' as const),
    arn: names.map((name) => `arn:aws:iam::${A}:role/causeway/f/${name}`),
    trust: fc.constant(TRUST),
    description: fc.constant(''),
    maxSessionDuration: fc.constantFrom(3600, 7200),
    tags: fc.constantFrom({}, { 'causeway:owner': 'f/a' }),
  }),
  fc.record({
    kind: fc.constant('inline-policy' as const),
    principalArn: fc.constantFrom(ONE, `arn:aws:iam::${A}:user/ann`),
    name: names,
    document: fc.constant(document),
  }),
  fc.record({
    kind: fc.constant('access-entry' as const),
    clusterArn: fc.constant(CLUSTER_ARN),
    principalArn: fc.constantFrom(NEW, `arn:aws:iam::222222222222:role/ci`),
    groups,
    tags: fc.constant({}),
  }),
  fc.record({
    kind: fc.constant('access-policy' as const),
    clusterArn: fc.constant(CLUSTER_ARN),
    principalArn: fc.constant(ONE),
    policyArn: names.map((name) => `arn:aws:eks::aws:cluster-access-policy/${name}`),
    namespaces: fc.constantFrom<readonly string[]>([], ['web', 'dev-*']),
  }),
  fc.record({
    kind: fc.constant('aws-auth-row' as const),
    clusterArn: fc.constant(CLUSTER_ARN),
    section: fc.constantFrom('mapRoles' as const, 'mapUsers' as const),
    arn: names.map((name) => `arn:aws:iam::${A}:role/${name}`),
    username: fc.constantFrom('u', 'x:{{SessionName}}'),
    groups,
    tags: fc.constantFrom<Record<string, string>>({}, { 'causeway:owner': 'f/a' }),
  }),
  fc.record({
    kind: fc.constant('rbac-object' as const),
    clusterArn: fc.constant(CLUSTER_ARN),
    manifest: fc.oneof(
      fc.record({
        apiVersion: fc.constant(RBAC),
        kind: fc.constantFrom('ClusterRole' as const),
        metadata: fc.record({
          name: names,
          labels: fc.constantFrom<Record<string, string>>({}, { gather: 'yes' }),
          annotations: fc.constant({}),
        }),
        rules: fc.constant([{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }]),
      }),
      fc.record({
        apiVersion: fc.constant(RBAC),
        kind: fc.constant('RoleBinding' as const),
        metadata: fc.record({
          name: names,
          namespace: fc.constant('web'),
          labels: fc.constant({}),
          annotations: fc.constant({}),
        }),
        roleRef: fc.constant({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'x' }),
        subjects: fc.constant([{ kind: 'Group', name: 'g' }]),
      }),
    ),
  }),
);

const put = (resource: Resource): ResourceChange => ({ kind: 'put', resource });
const remove = (resource: Resource): ResourceChange => ({ kind: 'remove', resource });

describe('laws of put and remove', () => {
  test('put is seen, put then remove is before, and the inventory given never changes', () => {
    fc.assert(
      fc.property(absent, fc.constantFrom(MAP_ROLES, '', '[]', null), (resource, mapRoles) => {
        const before = inventory(mapRoles);
        const kept = view(before);
        const after = applyChange(before, put(resource));
        expect(view(after)).not.toEqual(kept);
        expect(view(applyChange(after, remove(resource)))).toEqual(kept);
        expect(view(applyChange(before, remove(resource)))).toEqual(kept);
        expect(view(before)).toEqual(kept);
      }),
      { numRuns: 150 },
    );
  });

  test('put twice is put once, and many at once are many in turn', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ resource: absent, kind: fc.constantFrom('put', 'put', 'remove') }), { maxLength: 8 }),
        (changes) => {
          const before = inventory();
          const inTurn = changes.reduce<Inventory>((all, change) => applyChange(all, change as ResourceChange), before);
          const atOnce = applyChanges(before, changes as readonly ResourceChange[]);
          expect(view(atOnce)).toEqual(view(inTurn));
          const last = changes.at(-1);
          if (last?.kind === 'put') expect(view(applyChange(atOnce, put(last.resource)))).toEqual(view(atOnce));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('what was not collected stays a gap', () => {
    fc.assert(
      fc.property(absent, (resource) => {
        const before = inventoryOf({
          [`accounts/${A}/oidc-providers.json`]: [],
          [`${CLUSTER}/cluster.json`]: { cluster: { name: 'prod', arn: CLUSTER_ARN } },
        });
        for (const kind of ['put', 'remove'] as const) {
          expect(view(applyChange(before, { kind, resource }))).toEqual(view(before));
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('what each does to what is there', () => {
  const changed = (...changes: readonly ResourceChange[]) => view(applyChanges(inventory(), changes));

  test('a role keeps its policies; one of another path is in the way', () => {
    const wanted = {
      kind: 'role',
      arn: ONE,
      trust: document,
      description: '',
      maxSessionDuration: 7200,
      tags: { a: 'b' },
    } as const;
    const roles = changed(put(wanted)).roles;
    expect(roles).toMatchObject([{ arn: ONE, policies: [{ name: 'inline policy own' }], trust: { document } }, { name: 'two' }]);
    expect(changed(put({ ...wanted, arn: `arn:aws:iam::${A}:role/team/ONE` }))).toEqual(changed());
  });

  test('a role goes with its policies, an entry with its access policies', () => {
    const role = { kind: 'role', arn: ONE, trust: {}, description: '', maxSessionDuration: 3600, tags: {} } as const;
    expect(changed(remove(role))).toMatchObject({ roles: [{ name: 'two' }], trusts: [{ arn: `arn:aws:iam::${A}:role/two` }] });
    const entry = { kind: 'access-entry', clusterArn: CLUSTER_ARN, principalArn: ONE, groups: [], tags: {} } as const;
    const access = { kind: 'access-policy', clusterArn: CLUSTER_ARN, principalArn: ONE, policyArn: 'p', namespaces: [] } as const;
    const back = changed(put(access), remove(entry), put(entry)).entries;
    expect(back).toMatchObject({ value: [{ principalArn: ONE, policies: { value: [] } }] });
  });

  test('an entry that is there takes the groups and keeps its access policies; a policy takes the new scope', () => {
    const access = { kind: 'access-policy', clusterArn: CLUSTER_ARN, principalArn: ONE, policyArn: 'p' } as const;
    const entry = { kind: 'access-entry', clusterArn: CLUSTER_ARN, principalArn: ONE, groups: ['n'], tags: {} } as const;
    const { entries } = changed(put({ ...access, namespaces: [] }), put({ ...access, namespaces: ['web'] }), put(entry));
    const policies = { value: [{ policyArn: 'p', scope: { type: 'namespace', namespaces: ['web'] } }] };
    expect(entries).toMatchObject({ value: [{ groups: ['n'], policies }] });
  });

  test('an aggregated ClusterRole gathers what comes and lets go what leaves', () => {
    const rules = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }];
    const metadata = { name: 'more', labels: { gather: 'yes' }, annotations: {} };
    const more = {
      kind: 'rbac-object',
      clusterArn: CLUSTER_ARN,
      manifest: { apiVersion: RBAC, kind: 'ClusterRole', metadata, rules },
    } as const;
    const gathers = ({ rbac }: ReturnType<typeof view>) =>
      rbac?.state === 'collected' ? rbac.value.roles.find(({ name }) => name === 'gather')?.rules : rbac;
    expect(gathers(changed(put(more)))).toEqual(rules);
    expect(gathers(changed(put(more), remove(more)))).toEqual([]);
  });
});

describe('rows of aws-auth as text', () => {
  const FORMS = {
    block: '# head\n- rolearn: a # one\n  username: x\n# between\n- rolearn: B\n  groups:\n  - y\n# tail\n- {rolearn: c}\n',
    indented: '  - rolearn: a\n    username: x\n\n  -\n    rolearn: b\n  - "rolearn": c',
    flow: '[{rolearn: a}, {rolearn: b}, {rolearn: c}]',
    json: '[{"rolearn":"a"},{"rolearn":"b"},\n {"rolearn":"c"}]\n',
  };
  const arns = (text: string) => readAwsAuth({ mapRoles: text }).roles.map(({ arn }) => arn.toLowerCase());

  test.each(Object.entries(FORMS).flatMap(([form, text]) => ['a', 'b', 'c'].map((arn) => ({ form, text, arn }))))(
    '$form: row $arn goes and nothing else does',
    ({ text, arn }) => {
      const after = textOf(removeAwsAuthRow(text, { section: 'mapRoles', arn }));
      expect(arns(after)).toEqual(arns(text).filter((each) => each !== arn));
      for (const comment of ['# head', '# between', '# tail']) expect(after.includes(comment)).toBe(text.includes(comment));
      const row = { section: 'mapRoles', arn, username: 'n', groups: [] } as const;
      const again = textOf(putAwsAuthRow(after, row));
      expect([...arns(again)].sort()).toEqual(['a', 'b', 'c']);
      expect(textOf(putAwsAuthRow(again, row))).toBe(again);
    },
  );

  test.each([
    ['that stands there twice', '[{rolearn: x}, {rolearn: a}, {rolearn: A}]'],
    ['whose anchor another leans on', '- rolearn: a\n  groups: &g [x]\n- rolearn: b\n  groups: *g\n'],
  ])('a row %s stays, as it would in the cluster', (_, mapRoles) => {
    expect(removeAwsAuthRow(mapRoles, { section: 'mapRoles', arn: 'a' })).toHaveProperty('refused');
  });
});
