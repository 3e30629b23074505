export { type Arn, formatArn, parseArn } from './arn.ts';
export { canonicalArn } from './canonical.ts';
export { type Identity, type IdentityKind, readIdentity } from './identity.ts';
export { domainsOf, isPartition, PARTITIONS, type Partition, partitionOfRegion } from './partition.ts';
export { stripPath } from './strip-path.ts';
