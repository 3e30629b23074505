import { randomBytes, randomUUID } from 'node:crypto';
import { isPartition, PARTITIONS, parseArn, readIdentity } from '../../../rules/arn/index.ts';
import { type AuthenticationMode, defaultUsername } from '../../../rules/eks/index.ts';
import type { ClusterDoc, EntryDoc } from '../state/documents.ts';

/** The Kubernetes version of clusters that the lab makes. */
const VERSION = '1.33';

/** A cluster as DescribeCluster shows it; the endpoint and the CA are filled in when it is asked for. */
export function newCluster({
  arn,
  mode,
  at,
}: {
  readonly arn: string;
  readonly mode: AuthenticationMode;
  readonly at: Date;
}): ClusterDoc['cluster'] {
  const { region = '', account = '', partition = '' } = parseArn(arn) ?? {};
  const { domain } = PARTITIONS[isPartition(partition) ? partition : 'aws'];
  const id = randomBytes(16).toString('hex').toUpperCase();
  return {
    name: arn.slice(arn.lastIndexOf('/') + 1),
    arn,
    createdAt: at.toISOString(),
    version: VERSION,
    endpoint: `https://${id}.gr7.${region}.eks.${domain}`,
    roleArn: `arn:${partition}:iam::${account}:role/eks-cluster-role`,
    resourcesVpcConfig: {
      subnetIds: [],
      securityGroupIds: [],
      endpointPublicAccess: true,
      endpointPrivateAccess: false,
      publicAccessCidrs: ['127.0.0.1/32'],
    },
    kubernetesNetworkConfig: { serviceIpv4Cidr: '172.20.0.0/16', ipFamily: 'ipv4' },
    identity: { oidc: { issuer: `https://oidc.eks.${region}.${domain}/id/${id}` } },
    status: 'ACTIVE',
    certificateAuthority: { data: '' },
    platformVersion: 'eks.1',
    tags: {},
    accessConfig: { authenticationMode: mode },
  };
}

/** The ARN of an access entry that is new; `unknown` stands in it for a principal that cannot be one. */
export function newEntryArn(cluster: string, principalArn: string): string {
  const { partition = '', region = '', account = '' } = parseArn(cluster) ?? {};
  const name = cluster.slice(cluster.lastIndexOf('/') + 1);
  const identity = readIdentity(principalArn);
  const owner = 'error' in identity ? 'unknown' : `${identity.kind}/${identity.account}/${identity.name}`;
  return `arn:${partition}:eks:${region}:${account}:access-entry/${name}/${owner}/${randomUUID()}`;
}

/** An access entry, new and bound to a principal that is there. */
export function newEntry({
  cluster,
  principalArn,
  uniqueId,
  groups = [],
  username,
  type = 'STANDARD',
  tags = {},
  policies = [],
  at,
}: {
  readonly cluster: string;
  readonly principalArn: string;
  readonly uniqueId: string;
  readonly groups?: readonly string[];
  readonly username?: string;
  readonly type?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly policies?: readonly (readonly [name: string, namespaces: readonly string[]])[];
  readonly at: Date;
}): EntryDoc {
  const { partition = '' } = parseArn(cluster) ?? {};
  const name = cluster.slice(cluster.lastIndexOf('/') + 1);
  const time = at.toISOString();
  return {
    accessEntry: {
      clusterName: name,
      principalArn,
      kubernetesGroups: groups,
      accessEntryArn: newEntryArn(cluster, principalArn),
      createdAt: time,
      modifiedAt: time,
      tags,
      username: username ?? defaultUsername({ principalArn, type }) ?? '',
      type,
    },
    boundUniqueId: uniqueId,
    policies: policies.map(([policy, namespaces]) => ({
      policyArn: `arn:${partition}:eks::aws:cluster-access-policy/${policy}`,
      accessScope: { type: namespaces.length === 0 ? 'cluster' : 'namespace', namespaces },
      associatedAt: time,
      modifiedAt: time,
    })),
  };
}
