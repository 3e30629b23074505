export { type SdkAnswer, sdkCredentials } from './credentials.ts';
export { type AwsAccess, type AwsFailure, describeCluster, listClusters } from './eks.ts';
