/**
 * The partitions AWS runs, with the DNS domain of each and the one of its dual-stack endpoints.
 * Source: aws-iam-authenticator pkg/endpoints/partitions.go; region patterns from botocore partitions.json.
 */
export const PARTITIONS = {
  aws: { domain: 'amazonaws.com', dualStack: 'api.aws', regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/ },
  'aws-cn': { domain: 'amazonaws.com.cn', dualStack: 'api.amazonwebservices.com.cn', regions: /^cn-\w+-\d+$/ },
  'aws-us-gov': { domain: 'amazonaws.com', dualStack: 'api.aws', regions: /^us-gov-\w+-\d+$/ },
  'aws-iso': { domain: 'c2s.ic.gov', dualStack: undefined, regions: /^us-iso-\w+-\d+$/ },
  'aws-iso-b': { domain: 'sc2s.sgov.gov', dualStack: undefined, regions: /^us-isob-\w+-\d+$/ },
  'aws-iso-e': { domain: 'cloud.adc-e.uk', dualStack: undefined, regions: /^eu-isoe-\w+-\d+$/ },
  'aws-iso-f': { domain: 'csp.hci.ic.gov', dualStack: undefined, regions: /^us-isof-\w+-\d+$/ },
  'aws-eusc': { domain: 'amazonaws.eu', dualStack: 'api.amazonwebservices.eu', regions: /^eusc-de-\w+-\d+$/ },
} as const;

/** A partition that AWS runs: `aws`, `aws-cn`, `aws-us-gov`, … */
export type Partition = keyof typeof PARTITIONS;

/** Whether the text is the name of a partition that AWS runs. */
export function isPartition(text: string): text is Partition {
  return Object.hasOwn(PARTITIONS, text);
}

/** The DNS domains of a partition's endpoints, the one of its dual-stack endpoints last; none for a partition AWS does not run. */
export function domainsOf(partition: string): readonly string[] {
  if (!isPartition(partition)) return [];
  const { domain, dualStack } = PARTITIONS[partition];
  return dualStack === undefined ? [domain] : [domain, dualStack];
}

/** The partition that a region belongs to; undefined for a region whose form no partition uses. */
export function partitionOfRegion(region: string): Partition | undefined {
  for (const [name, { regions }] of Object.entries(PARTITIONS)) {
    if (regions.test(region)) return name as Partition;
  }
  return undefined;
}
