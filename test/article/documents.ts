/** The documents that the article has its reader write, in the shape it gives them. */
import { A, B } from './desks.ts';

export const ROLE = 'CrossAccountEKSAdminRole';
export const ROLE_ARN = `arn:aws:iam::${A}:role/${ROLE}`;
export const SESSION = 'MyEKSClusterSession';
export const SESSION_ARN = `arn:aws:sts::${A}:assumed-role/${ROLE}/${SESSION}`;
export const CLUSTER = `arn:aws:eks:eu-west-1:${A}:cluster/prod`;

/** A policy document of these statements. */
export const policy = (...statements: readonly unknown[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** A trust policy that lets one principal in. */
export const trust = (principal: string): string =>
  policy({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' });

/** What the console makes of "Another AWS account". */
export const TRUSTS_B = trust(`arn:aws:iam::${B}:root`);

const READS = ['DescribeCluster', 'ListClusters', 'ListNodegroups', 'DescribeNodegroup', 'ListTagsForResource'];
export const READ_ONLY = policy({ Effect: 'Allow', Action: READS.map((name) => `eks:${name}`), Resource: '*' });
export const READ_ONLY_WITH_COMMENT = READ_ONLY.replace('"Resource":"*"', '"Resource": "*" // or the ARN of the cluster\n');
export const MAY_ASSUME = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: ROLE_ARN });

/** A row of mapRoles; `more` are further lines of it. */
export function row(rolearn: string, more: readonly string[], groups: readonly string[] = []): string {
  const lines = [
    `- rolearn: ${rolearn}`,
    ...more.map((line) => `  ${line}`),
    '  groups:',
    ...groups.map((group) => `  - ${group}`),
  ];
  return lines.join('\n');
}

/** aws-auth with these rows and nothing else. */
export function awsAuth(...rows: readonly string[]): string {
  const mapRoles = rows.join('\n').replaceAll(/^/gm, '    ');
  return [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata:',
    '  name: aws-auth',
    '  namespace: kube-system',
    'data:',
    `  mapRoles: |\n${mapRoles}`,
    '',
  ].join('\n');
}

/** The row that every managed node group has (facts/eks.md §2.4). */
export const NODES = row(
  `arn:aws:iam::${A}:role/eks-prod-node-role`,
  ['username: system:node:{{EC2PrivateDNSName}}'],
  ['system:bootstrappers', 'system:nodes'],
);

/** Whoever else was mapped before anybody read the article. */
export const OPERATORS = row(`arn:aws:iam::${A}:role/operators`, ['username: operator:{{SessionName}}'], ['system:masters']);

export const RBAC = 'rbac.authorization.k8s.io';

/** The group that the article binds. */
export const DEVELOPERS = 'cross-account-developers';

/** The article's binding, or one put right. */
export function binding(kind: string, roleKind: string, { name, namespace }: { name: string; namespace?: string }): string {
  return JSON.stringify({
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    subjects: [{ kind: 'Group', name: DEVELOPERS, apiGroup: RBAC }],
    roleRef: { kind: roleKind, name: 'edit', apiGroup: RBAC },
  });
}

/** What the pipeline deploys; without a namespace, wherever kubectl is told. */
export function web(namespace?: string): string {
  const containers = [{ name: 'web', image: 'registry.example/web:1' }];
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
    },
  });
}
