import type { Random } from './random.ts';

/** A policy document as JSON. */
export interface Document {
  readonly Version: string;
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

const SERVICES: readonly (readonly [string, readonly string[]])[] = [
  [
    's3',
    ['GetObject', 'PutObject', 'ListBucket', 'DeleteObject', 'GetBucketLocation', 'GetObjectVersion', 'AbortMultipartUpload'],
  ],
  ['dynamodb', ['GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem', 'BatchGetItem', 'BatchWriteItem', 'DescribeTable']],
  ['logs', ['CreateLogGroup', 'CreateLogStream', 'PutLogEvents', 'DescribeLogGroups', 'DescribeLogStreams', 'FilterLogEvents']],
  ['ec2', ['DescribeInstances', 'DescribeSubnets', 'DescribeVpcs', 'CreateTags', 'RunInstances', 'DescribeSecurityGroups']],
  ['ecr', ['GetAuthorizationToken', 'BatchGetImage', 'GetDownloadUrlForLayer', 'PutImage', 'DescribeRepositories']],
  ['sqs', ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes', 'ChangeMessageVisibility']],
  ['kms', ['Decrypt', 'Encrypt', 'GenerateDataKey', 'DescribeKey']],
  ['secretsmanager', ['GetSecretValue', 'DescribeSecret', 'ListSecrets']],
  ['eks', ['DescribeCluster', 'ListClusters', 'ListNodegroups', 'DescribeNodegroup']],
  ['cloudwatch', ['PutMetricData', 'GetMetricData', 'ListMetrics', 'DescribeAlarms']],
];

/** Permissions of one workload: a handful of services, some conditions, and sometimes a role to assume. */
export function permissions(random: Random, account: string, roles: readonly string[]): Document {
  const statements = 2 + random.few(7);
  const list: Record<string, unknown>[] = [];
  for (let i = 0; i < statements; i++) {
    const [service, actions] = random.pick(SERVICES);
    const count = 1 + random.below(actions.length);
    list.push({
      Sid: `${service.toUpperCase()}${random.text(6)}`,
      Effect: random.oneIn(15) ? 'Deny' : 'Allow',
      Action: random.oneIn(8) ? `${service}:*` : actions.slice(0, count).map((action) => `${service}:${action}`),
      Resource: random.oneIn(3) ? '*' : Array.from({ length: 1 + random.few(5) }, () => resource(random, service, account)),
      ...(random.oneIn(4) ? { Condition: condition(random) } : {}),
    });
  }
  if (roles.length > 0 && random.oneIn(6)) {
    list.push({ Sid: 'Assume', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: random.oneIn(5) ? '*' : random.pick(roles) });
  }
  return { Version: '2012-10-17', Statement: list };
}

function resource(random: Random, service: string, account: string): string {
  const name = `${random.pick(['app', 'data', 'billing', 'audit', 'web', 'etl'])}-${random.text(5).toLowerCase()}`;
  if (service === 's3') return `arn:aws:s3:::${name}/*`;
  return `arn:aws:${service}:eu-west-1:${account}:${random.pick(['table/', 'log-group:', 'key/', 'cluster/', 'repository/'])}${name}*`;
}

function condition(random: Random): Readonly<Record<string, unknown>> {
  switch (random.below(4)) {
    case 0:
      return { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } };
    case 1:
      return { StringLike: { 'aws:PrincipalTag/team': ['platform', 'data-*'] } };
    case 2:
      return { Bool: { 'aws:SecureTransport': 'true' }, IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.0.2.0/24'] } };
    default:
      return { StringEquals: { 'aws:ResourceTag/owner': `\${aws:PrincipalTag/owner}` } };
  }
}

/** What a role's trust policy may be about. */
export type TrustKind = 'service' | 'sso' | 'github' | 'irsa' | 'account' | 'role' | 'external';

/** How often each kind stands in an account: most roles belong to services, few are for others. */
export const TRUST_KINDS: readonly TrustKind[] = [
  ...Array<TrustKind>(10).fill('service'),
  ...Array<TrustKind>(3).fill('irsa'),
  ...Array<TrustKind>(3).fill('role'),
  ...Array<TrustKind>(2).fill('account'),
  'sso',
  'github',
  'external',
];

/** A trust policy of a kind. `peer` is a role elsewhere, `peerAccount` its account. */
export function trust(random: Random, kind: TrustKind, account: string, peer: string, peerAccount: string): Document {
  const allow = (Principal: unknown, Action: unknown, Condition?: unknown): Document => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action, ...(Condition === undefined ? {} : { Condition }) }],
  });
  switch (kind) {
    case 'service':
      return allow(
        { Service: random.pick(['ec2.amazonaws.com', 'lambda.amazonaws.com', 'ecs-tasks.amazonaws.com', 'eks.amazonaws.com']) },
        'sts:AssumeRole',
      );
    case 'sso':
      return allow(
        { Federated: `arn:aws:iam::${account}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE` },
        ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
        {
          StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' },
        },
      );
    case 'github':
      return allow(
        { Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` },
        'sts:AssumeRoleWithWebIdentity',
        {
          StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
          StringLike: { 'token.actions.githubusercontent.com:sub': `repo:example/${random.text(8).toLowerCase()}:*` },
        },
      );
    case 'irsa': {
      const issuer = `oidc.eks.eu-west-1.amazonaws.com/id/${random.text(32)}`;
      return allow({ Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` }, 'sts:AssumeRoleWithWebIdentity', {
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: `system:serviceaccount:apps:${random.text(6).toLowerCase()}`,
        },
      });
    }
    case 'account':
      return allow({ AWS: `arn:aws:iam::${peerAccount}:root` }, 'sts:AssumeRole', {
        ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${peerAccount}:role/ci-*` },
      });
    case 'role':
      return allow({ AWS: peer }, ['sts:AssumeRole', 'sts:TagSession']);
    case 'external':
      return allow({ AWS: `arn:aws:iam::${peerAccount}:root` }, 'sts:AssumeRole', {
        StringEquals: { 'sts:ExternalId': random.text(12) },
      });
  }
}
