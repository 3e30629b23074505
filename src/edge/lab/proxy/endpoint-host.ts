import { createHash } from 'node:crypto';
import { isPartition, PARTITIONS, parseArn } from '../../../rules/arn/index.ts';
import type { ClusterDoc } from '../state/documents.ts';

/**
 * The host name of a cluster's API server, as AWS made it: that of the description, or one of its form where there is none
 * (facts/eks.md §4.1). In small letters, as clients ask for it.
 */
export function endpointHost({ cluster }: Pick<ClusterDoc, 'cluster'>): string {
  const { partition = '', region = '' } = parseArn(cluster.arn) ?? {};
  const domain = isPartition(partition) ? PARTITIONS[partition].domain : PARTITIONS.aws.domain;
  const { endpoint } = cluster;
  const host = typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint).hostname : '';
  if (host.endsWith(`.eks.${domain}`)) return host;
  const id = createHash('sha256').update(cluster.arn).digest('hex').slice(0, 32);
  return `${id}.gr7.${region}.eks.${domain}`;
}
