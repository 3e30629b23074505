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
  const { partition = '', region = '', account = '' } = parseArn(cluster) ?? {};
  const name = cluster.slice(cluster.lastIndexOf('/') + 1);
  const identity = readIdentity(principalArn);
  if ('error' in identity) throw new Error(`${principalArn}: ${identity.error}`);
  const owner = `${identity.kind}/${identity.account}/${identity.name}`;
  const time = at.toISOString();
  return {
    accessEntry: {
      clusterName: name,
      principalArn,
      kubernetesGroups: groups,
      accessEntryArn: `arn:${partition}:eks:${region}:${account}:access-entry/${name}/${owner}/${randomUUID()}`,
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
