import type { Step } from '../../src/grants/index.ts';
import type { Resource } from '../../src/inventory/index.ts';
import { resourceId } from '../../src/inventory/index.ts';

export const PROD = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';
export const ROLE = 'arn:aws:iam::111111111111:role/causeway/demo/ci';
export const CALLER = 'arn:aws:iam::222222222222:role/teams/ci-runner';

const MARKS = { 'causeway:owner': 'demo/ci', 'causeway:digest': '0123456789abcdef' };

export const trusting = (principal: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'c0ffee' } },
    },
  ],
});

export const role = (arn = ROLE): Resource => ({
  kind: 'role',
  arn,
  trust: trusting(CALLER),
  description: "grant ci of demo: it's made by Causeway",
  maxSessionDuration: 3600,
  tags: MARKS,
});

export const inlinePolicy = (principalArn: string, name: string, action: string, resource: string): Resource => ({
  kind: 'inline-policy',
  principalArn,
  name,
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] },
});

export const entry = (principalArn = ROLE, groups: readonly string[] = ['causeway:demo:ci'], clusterArn = PROD): Resource => ({
  kind: 'access-entry',
  clusterArn,
  principalArn,
  groups,
  tags: MARKS,
});

export const accessPolicy = (namespaces: readonly string[], principalArn = ROLE, clusterArn = PROD): Resource => ({
  kind: 'access-policy',
  clusterArn,
  principalArn,
  policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
  namespaces,
});

export const binding = (name: string, namespace: string, group: string, clusterRole: string): Resource => ({
  kind: 'rbac-object',
  clusterArn: PROD,
  manifest: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name, namespace, labels: { 'causeway/file': 'demo' }, annotations: {} },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterRole },
    subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: group }],
  },
});

export const row = (arn: string, groups: readonly string[] = ['causeway:demo:ci']): Resource => ({
  kind: 'aws-auth-row',
  clusterArn: PROD,
  section: 'mapRoles',
  arn,
  username: 'ci:{{SessionName}}',
  groups,
  tags: MARKS,
});

/** A step that is to be made by somebody else. */
export function handed(resource: Resource, verb: Step['verb'] = 'create', present?: Resource): Step {
  const arn =
    resource.kind === 'role' ? resource.arn : resource.kind === 'inline-policy' ? resource.principalArn : resource.clusterArn;
  return {
    id: resourceId(resource),
    verb,
    resource,
    state: 'other-owner',
    account: arn.split(':')[4] ?? '',
    grant: 'ci',
    after: [],
    notes: [],
    ...(present === undefined ? {} : { present }),
  };
}
