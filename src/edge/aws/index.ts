export { type AwsAccess, type AwsFailure, describeCluster, listClusters } from './eks.ts';
