/**
 * The partitions AWS runs, with the DNS domain of each.
 * Source: aws-iam-authenticator pkg/endpoints/partitions.go; region patterns from botocore partitions.json.
 */
export const PARTITIONS = {
  aws: { domain: 'amazonaws.com', regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/ },
  'aws-cn': { domain: 'amazonaws.com.cn', regions: /^cn-\w+-\d+$/ },
  'aws-us-gov': { domain: 'amazonaws.com', regions: /^us-gov-\w+-\d+$/ },
  'aws-iso': { domain: 'c2s.ic.gov', regions: /^us-iso-\w+-\d+$/ },
  'aws-iso-b': { domain: 'sc2s.sgov.gov', regions: /^us-isob-\w+-\d+$/ },
  'aws-iso-e': { domain: 'cloud.adc-e.uk', regions: /^eu-isoe-\w+-\d+$/ },
  'aws-iso-f': { domain: 'csp.hci.ic.gov', regions: /^us-isof-\w+-\d+$/ },
  'aws-eusc': { domain: 'amazonaws.eu', regions: /^eusc-de-\w+-\d+$/ },
} as const;

/** A partition that AWS runs: `aws`, `aws-cn`, `aws-us-gov`, … */
export type Partition = keyof typeof PARTITIONS;

/** Whether the text is the name of a partition that AWS runs. */
export function isPartition(text: string): text is Partition {
  return Object.hasOwn(PARTITIONS, text);
}

/** The partition that a region belongs to; undefined for a region whose form no partition uses. */
export function partitionOfRegion(region: string): Partition | undefined {
  for (const [name, { regions }] of Object.entries(PARTITIONS)) {
    if (regions.test(region)) return name as Partition;
  }
  return undefined;
}
