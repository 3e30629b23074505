export { type Answer, type AwsCaller, allPages, type Pages } from './ask.ts';
export type { AwsAccess } from './client.ts';
export { type SdkAnswer, sdkCredentials } from './credentials.ts';
export { describeCluster, listClusters } from './eks.ts';
export {
  type AccessEntryView,
  type AssociationView,
  type EksAdmin,
  eksAdmin,
  eksClient,
  type WantedAccessEntry,
} from './eks-admin.ts';
export { type EksReader, eksReader } from './eks-read.ts';
export type { AwsFailure } from './failure.ts';
export { type Gate, type GateWorld, makeGate, type TryEnd } from './gate.ts';
export { type Fields, type HolderKind, type IamReader, iamReader } from './iam.ts';
export { type Ask, type IamAdmin, type IamRoleView, iamAdmin, iamClient, type PolicyHolder } from './iam-admin.ts';
export { type ControlPolicyKind, type OrganizationsReader, organizationsReader } from './organizations.ts';
