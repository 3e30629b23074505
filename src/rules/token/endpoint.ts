import { PARTITIONS, type Partition, partitionOfRegion } from '../arn/index.ts';
import type { StsEndpoint } from './types.ts';

/** Which of the endpoints of a region is meant. */
export interface EndpointOptions {
  readonly fips?: boolean;
  readonly dualStack?: boolean;
  /** `sts_regional_endpoints = legacy`: the regions of 2018 use the global endpoint. */
  readonly legacy?: boolean;
}

/** Regions that `sts_regional_endpoints = legacy` sends to the global endpoint (botocore, endpoint rules of STS). */
const LEGACY = new Set([
  ...['ap-northeast-1', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'aws-global', 'ca-central-1', 'eu-central-1'],
  ...['eu-north-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'sa-east-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
]);

/**
 * The STS endpoint of a region: `sts.REGION.DOMAIN`, with FIPS and dual stack in the forms of its partition.
 *
 * A region that no partition's pattern knows gets the commercial form, as the AWS SDKs do it; the pseudo region
 * `aws-global` and the legacy setting mean the global endpoint, which is signed for us-east-1
 * (facts/eks.md §1.4, botocore's endpoint rules of STS).
 *
 * @example stsEndpoint('cn-north-1') // { url: 'https://sts.cn-north-1.amazonaws.com.cn', signingRegion: 'cn-north-1' }
 */
export function stsEndpoint(region: string, options: EndpointOptions = {}): StsEndpoint | { readonly error: string } {
  const { fips = false, dualStack = false, legacy = false } = options;
  if (!fips && !dualStack && (region === 'aws-global' || (legacy && LEGACY.has(region))))
    return { url: 'https://sts.amazonaws.com', signingRegion: 'us-east-1' };
  return queryEndpoint('sts', region, options);
}

/** Services of the query protocol whose endpoints have the same forms (botocore, endpoint rules of each). */
export type QueryService = 'sts' | 'ec2';

/**
 * The endpoint of a service in a region, never a global one: `SERVICE.REGION.DOMAIN`.
 *
 * @example queryEndpoint('ec2', 'cn-north-1') // { url: 'https://ec2.cn-north-1.amazonaws.com.cn', signingRegion: 'cn-north-1' }
 */
export function queryEndpoint(
  service: QueryService,
  region: string,
  options: EndpointOptions = {},
): StsEndpoint | { readonly error: string } {
  const { fips = false, dualStack = false } = options;
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(region))
    return { error: `"${region}" cannot be the name of a region (us-east-1, eu-west-1, …)` };
  const partition: Partition = partitionOfRegion(region) ?? 'aws';
  const { domain, dualStack: dual } = PARTITIONS[partition];
  if (dualStack && dual === undefined) return { error: `partition ${partition} has no dual-stack endpoints` };
  // GovCloud's plain endpoint is its FIPS endpoint; only the dual-stack one has a name of its own.
  const name = fips && !(partition === 'aws-us-gov' && !dualStack) ? `${service}-fips` : service;
  return { url: `https://${name}.${region}.${dualStack ? dual : domain}`, signingRegion: region };
}
