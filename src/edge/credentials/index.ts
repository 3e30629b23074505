export { type CredentialsError, isCredentialsError } from './error.ts';
export { callerIdentity, resolveCredentials } from './resolve.ts';
export type {
  CallerIdentity,
  CredentialsRequest,
  Hop,
  Resolved,
  RoleHop,
  SdkCredentials,
  SdkNeed,
  Surroundings,
} from './types.ts';
