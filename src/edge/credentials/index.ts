export { type AccountSession, type AccountWish, accountEntrance, type Entered, type Entrance, readEntrance } from './accounts.ts';
export { cleanCache } from './cache.ts';
export { type CredentialsError, isCredentialsError } from './error.ts';
export { type Asked, askQuery } from './query.ts';
export { callerIdentity, type MadeToken, makeToken, resolveCredentials } from './resolve.ts';
export { proxyFor, type Reach, type SdkService } from './settings.ts';
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
export { verifyToken } from './verify.ts';
