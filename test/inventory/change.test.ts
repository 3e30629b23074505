import { describe, expect, test } from 'vitest';
import { collected } from '../../src/base/index.ts';
import { applyChange, type Change, type Inventory } from '../../src/inventory/index.ts';
import { A, CLUSTER, CLUSTER_ARN, details, IAM, inventoryOf, policy, role, TRUST, user } from './folder.ts';

const ROLE = `arn:aws:iam::${A}:role/one`;
const STATEMENT = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
const RBAC = 'rbac.authorization.k8s.io/v1';
const MAP_ROLES = '# nodes\n- rolearn: arn:aws:iam::111111111111:role/node # keep\n  username: n\n';

const inventory = (): Inventory =>
  inventoryOf({
    [IAM]: details({
      RoleDetailList: [role('one', { AssumeRolePolicyDocument: { Statement: TRUST.Statement[0] } }), role('two')],
      UserDetailList: [user('ann')],
    }),
    [`${CLUSTER}/cluster.json`]: { cluster: { name: 'prod', arn: CLUSTER_ARN, accessConfig: { authenticationMode: 'API' } } },
    [`${CLUSTER}/access-entries.json`]: [{ accessEntries: [] }],
    [`${CLUSTER}/kubernetes.json`]: {
      kind: 'List',
      apiVersion: 'v1',
      items: [
        {
          kind: 'ConfigMap',
          metadata: { name: 'aws-auth', namespace: 'kube-system' },
          data: { mapRoles: MAP_ROLES, mapUsers: 'x' },
        },
        {
          apiVersion: RBAC,
          kind: 'ClusterRole',
          metadata: { name: 'x' },
          rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
        },
      ],
    },
  });

/** Everything that a change may touch, as plain data. */
function view(of: Inventory) {
  const account = of.accounts.get(A);
  const iam = account?.iam();
  const trusts = account?.trusts();
  const [cluster] = of.clusters;
  return {
    trust: iam?.state === 'collected' ? iam.value.role('one')?.trust.document : iam,
    trusts: trusts?.state === 'collected' ? trusts.value.map(({ trust }) => trust.document) : trusts,
    policies:
      iam?.state === 'collected'
        ? [...iam.value.roles, ...iam.value.users].map(({ policies }) => policies.map(({ document }) => document))
        : iam,
    entries: cluster?.accessEntries(),
    awsAuth: cluster?.awsAuth(),
    rbac: cluster?.rbac(),
  };
}

const entry = { principalArn: ROLE, type: 'STANDARD', groups: ['g'], policies: collected([]) };
const access = {
  policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
  scope: { type: 'cluster', namespaces: [] },
};
const rbacRole = { kind: 'ClusterRole', name: 'x', namespace: '', labels: {}, rules: [] } as const;
const put: Change = { kind: 'put-access-entry', clusterArn: CLUSTER_ARN, entry };

const CHANGES: readonly Change[] = [
  { kind: 'add-identity-statement', principalArn: ROLE, statement: STATEMENT },
  { kind: 'add-trust-statement', roleArn: ROLE, statement: STATEMENT },
  put,
  { kind: 'add-aws-auth-row', clusterArn: CLUSTER_ARN, row: { rolearn: ROLE, username: 'u', groups: ['g'] } },
  { kind: 'replace-aws-auth-arn', clusterArn: CLUSTER_ARN, from: `arn:aws:iam::${A}:role/node`, to: ROLE },
  { kind: 'add-rbac-role', clusterArn: CLUSTER_ARN, role: rbacRole },
];

test.each(CHANGES)('$kind changes the copy and never the inventory itself', (change) => {
  const before = inventory();
  const kept = structuredClone(view(before));
  const after = applyChange(before, change);
  expect(view(before)).toEqual(kept);
  expect(view(after)).not.toEqual(kept);
});

test.each(CHANGES)('$kind on what is not there changes nothing', (change) => {
  const before = inventoryOf({ [`accounts/${A}/oidc-providers.json`]: [] });
  expect(view(applyChange(before, change))).toEqual(view(before));
});

describe('what each change does', () => {
  test('an identity statement comes to one principal, as a policy of its own', () => {
    const after = view(
      applyChange(inventory(), {
        kind: 'add-identity-statement',
        principalArn: `arn:aws:iam::${A}:user/ann`,
        statement: STATEMENT,
      }),
    );
    expect(after.policies).toEqual([[], [], [{ Version: '2012-10-17', Statement: [STATEMENT] }]]);
  });

  test('a trust statement joins those that are there; the version stays; searches see it', () => {
    const after = view(applyChange(inventory(), { kind: 'add-trust-statement', roleArn: ROLE, statement: STATEMENT }));
    expect(after.trust).toEqual({ Statement: [TRUST.Statement[0], STATEMENT] });
    expect(after.trusts).toEqual([after.trust, TRUST]);
  });

  test('a trust policy that cannot be judged stays a gap', () => {
    const before = inventoryOf({ [IAM]: details({ RoleDetailList: [role('one', { AssumeRolePolicyDocument: 'broken' })] }) });
    const iam = applyChange(before, { kind: 'add-trust-statement', roleArn: ROLE, statement: policy('x') })
      .accounts.get(A)
      ?.iam();
    const trust = iam?.state === 'collected' ? iam.value.role('one')?.trust : undefined;
    expect([trust?.document, trust?.gap?.state]).toEqual([undefined, 'unjudged']);
  });

  test('an access policy joins the entry, once', () => {
    const associate: Change = { kind: 'associate-access-policy', clusterArn: CLUSTER_ARN, principalArn: ROLE, policy: access };
    const after = view([put, associate, associate].reduce(applyChange, inventory()));
    expect(after.entries).toEqual(collected([{ ...entry, policies: collected([access]) }]));
  });

  test('rows of aws-auth are edited as text: comments and other keys stay', () => {
    const changes: readonly Change[] = CHANGES.filter(({ kind }) => kind.includes('aws-auth'));
    const after = view(changes.reduce(applyChange, inventory())).awsAuth;
    const data = after?.state === 'collected' ? after.value?.data : undefined;
    expect(data?.mapUsers).toBe('x');
    expect(data?.mapRoles).toContain('# nodes\n');
    expect(data?.mapRoles).toContain('# keep');
    expect(String(data?.mapRoles).split(ROLE)).toHaveLength(3);
  });

  test('a role of the same name is replaced, as kubectl apply does', () => {
    const after = view(applyChange(inventory(), { kind: 'add-rbac-role', clusterArn: CLUSTER_ARN, role: rbacRole }));
    expect(after.rbac?.state === 'collected' && after.rbac.value.roles).toEqual([rbacRole]);
  });
});
