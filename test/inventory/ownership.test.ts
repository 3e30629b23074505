import { expect, test } from 'vitest';
import { readRowTags, writeRowTags } from '../../src/inventory/index.ts';
import { A, CLUSTER, CLUSTER_ARN, details, IAM, inventoryOf, role } from './folder.ts';

const ARN = `arn:aws:iam::${A}:role/ci`;

const files = {
  [IAM]: details({
    RoleDetailList: [
      role('ci', {
        Description: 'for the pipeline',
        RolePolicyList: [{ PolicyName: 'describe-cluster', PolicyDocument: { Version: '2012-10-17', Statement: [] } }],
      }),
    ],
  }),
  [`${CLUSTER}/cluster.json`]: {
    cluster: { arn: CLUSTER_ARN, name: 'prod', accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' } },
  },
  [`${CLUSTER}/access-entries/ci.json`]: {
    accessEntry: { principalArn: ARN, kubernetesGroups: [], type: 'STANDARD', tags: { 'causeway:owner': 'f/g' } },
  },
  [`${CLUSTER}/access-entries/other.json`]: {
    accessEntry: { principalArn: `${ARN}2`, kubernetesGroups: [], type: 'STANDARD' },
  },
  [`${CLUSTER}/kubernetes.yaml`]: {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'aws-auth', namespace: 'kube-system', annotations: { 'causeway/rows': '{}' } },
        data: { mapRoles: '' },
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'b', labels: { 'causeway/file': 'f' }, annotations: { 'causeway/digest': 'd' } },
        roleRef: { kind: 'ClusterRole', name: 'view', apiGroup: 'rbac.authorization.k8s.io' },
        subjects: [],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'r', annotations: { 'causeway/digest': 'd' } },
        rules: [],
      },
    ],
  },
};

test('marks of ownership are read: tags, labels, annotations, the bare name of an inline policy', () => {
  const inventory = inventoryOf(files);
  const [cluster] = inventory.clusters;
  const entries = cluster?.accessEntries();
  expect(entries?.state === 'collected' && entries.value.map(({ tags }) => tags)).toEqual([
    { 'causeway:owner': 'f/g' },
    undefined,
  ]);
  const rbac = cluster?.rbac();
  expect(rbac?.state === 'collected' && rbac.value.bindings).toMatchObject([
    { labels: { 'causeway/file': 'f' }, annotations: { 'causeway/digest': 'd' } },
  ]);
  expect(rbac?.state === 'collected' && rbac.value.roles).toMatchObject([
    { labels: {}, annotations: { 'causeway/digest': 'd' } },
  ]);
  const awsAuth = cluster?.awsAuth();
  expect(awsAuth?.state === 'collected' && awsAuth.value?.annotations).toEqual({ 'causeway/rows': '{}' });
  const iam = inventory.accounts.get(A)?.iam();
  const found = iam?.state === 'collected' ? iam.value.role('ci') : undefined;
  expect(found?.description).toBe('for the pipeline');
  expect(found?.policies.map(({ inline }) => inline)).toContain('describe-cluster');
});

test('the rows that are marked in aws-auth come back as they were written', () => {
  const rows = { [ARN]: { 'causeway:owner': 'f/g', 'causeway:digest': 'd' } };
  expect(readRowTags({ 'causeway/rows': writeRowTags(rows) ?? '' })).toEqual(rows);
  expect(writeRowTags({})).toBeUndefined();
  expect(readRowTags(undefined)).toEqual({});
});

test.each(['', '[]', '{"a":1}', '{"a":{"b":1}}', 'nonsense'])(
  'an annotation of rows that cannot be read is said to be so: %s',
  (text) => {
    expect(readRowTags({ 'causeway/rows': text })).toBeUndefined();
  },
);
