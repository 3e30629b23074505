import { domainsOf, PARTITIONS, type Partition, partitionOfRegion } from '../../../rules/arn/index.ts';
import type { SentRequest } from '../../../rules/token/index.ts';

/** What the name of a host of AWS says. */
export interface AwsHost {
  readonly partition: Partition;
  /** The service that it is an endpoint of: `sts`; absent where no table of the lab's knows the host. */
  readonly service?: Service;
  /** The region that a signature for it must be scoped to. */
  readonly region?: string;
}

type Service = 'sts' | 'iam' | 'eks' | 'organizations';

/** Hosts of services that have one endpoint for a partition, and the region they are signed for (botocore's endpoint rules). */
const GLOBAL: Readonly<Record<string, readonly [service: Service, partition: Partition, region: string]>> = {
  'sts.amazonaws.com': ['sts', 'aws', 'us-east-1'],
  'iam.amazonaws.com': ['iam', 'aws', 'us-east-1'],
  'iam-fips.amazonaws.com': ['iam', 'aws', 'us-east-1'],
  'iam.global.api.aws': ['iam', 'aws', 'us-east-1'],
  'iam-fips.global.api.aws': ['iam', 'aws', 'us-east-1'],
  'iam.cn-north-1.amazonaws.com.cn': ['iam', 'aws-cn', 'cn-north-1'],
  'iam.global.api.amazonwebservices.com.cn': ['iam', 'aws-cn', 'cn-north-1'],
  'iam.us-gov.amazonaws.com': ['iam', 'aws-us-gov', 'us-gov-west-1'],
  'iam.us-gov.api.aws': ['iam', 'aws-us-gov', 'us-gov-west-1'],
};

/** Where Organizations is, in the partitions where it is in one region only (the same). */
const HOME: Readonly<Partial<Record<Partition, string>>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-northwest-1',
  'aws-us-gov': 'us-gov-west-1',
};

/**
 * Reads the name of a host of AWS: plain, FIPS, dual-stack and both (facts/eks.md §1.4 and §3.1; botocore's endpoint rules of
 * STS, IAM, EKS and Organizations). Undefined: it is no name below a domain of AWS.
 *
 * @param host in small letters, without a port
 * @example readAwsHost('sts.eu-west-1.amazonaws.com') // { partition: 'aws', service: 'sts', region: 'eu-west-1' }
 */
export function readAwsHost(host: string): AwsHost | undefined {
  const [service, partition, region] = (Object.hasOwn(GLOBAL, host) ? GLOBAL[host] : undefined) ?? [];
  if (service !== undefined && partition !== undefined && region !== undefined) return { partition, service, region };
  if (!/^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/.test(host)) return undefined;
  const labels = host.split('.');
  const at = labels.findIndex((label) => partitionOfRegion(label) !== undefined);
  const found = labels[at] ?? '';
  const own = partitionOfRegion(found) ?? plainPartition(host);
  if (own === undefined || !isBelow(host, own)) return undefined;
  const name = regional(labels.slice(0, at).join('.'), own, found, labels.slice(at + 1).join('.'));
  return name === undefined ? { partition: own } : { partition: own, service: name, region: found };
}

/**
 * The host of AWS that a request came to by its Host header, which every signature covers; undefined for one that came to the
 * lab's own address.
 */
export function awsHostOf({ headers }: Pick<SentRequest, 'headers'>): AwsHost | undefined {
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
  return readAwsHost(host.trim().toLowerCase().replace(/:443$/, ''));
}

/** The service of `LEAD.REGION.DOMAIN`, if it is an endpoint of one that the lab knows. */
function regional(lead: string, partition: Partition, region: string, domain: string): Service | undefined {
  const { domain: plain, dualStack } = PARTITIONS[partition];
  const dual = dualStack !== undefined && domain === dualStack;
  if (!dual && domain !== plain) return undefined;
  switch (lead) {
    case 'sts':
    case 'sts-fips':
      return 'sts';
    case 'eks':
    case 'eks-fips':
    case 'fips.eks':
      return 'eks';
    case 'organizations':
    case 'organizations-fips':
      return dual || (HOME[partition] ?? region) === region ? 'organizations' : undefined;
    case 'iam':
      // Partitions with an entry above have no others.
      return HOME[partition] === undefined ? 'iam' : undefined;
    default:
      return undefined;
  }
}

/** The partition of a host in which no region stands: the one whose domain it ends in, `aws` before `aws-us-gov`. */
function plainPartition(host: string): Partition | undefined {
  const names = Object.keys(PARTITIONS) as Partition[];
  return names.find((name) => isBelow(host, name));
}

function isBelow(host: string, partition: Partition): boolean {
  return domainsOf(partition).some((domain) => host.endsWith(`.${domain}`));
}
