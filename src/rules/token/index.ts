export { type CheckedToken, type CheckOptions, checkToken } from './check.ts';
export { readStsAnswer, type StsAnswer, type TokenIdentity } from './check-answer.ts';
export type { HostPolicy } from './check-host.ts';
export type { TokenRefusal } from './check-refusal.ts';
export { type EndpointOptions, type QueryService, queryEndpoint, stsEndpoint } from './endpoint.ts';
export { queryPost, type StsPost, stsPost } from './post.ts';
export { type ReadToken, readSigningDate, readToken } from './read.ts';
export { canonicalRequest, type Scope, type Signable, sha256, signatureOf } from './sign.ts';
export { CLUSTER_HEADER, eksToken, type TokenRequest } from './token.ts';
export type { Credentials, StsEndpoint } from './types.ts';
export {
  checkSignature,
  type PresentedSignature,
  readSignature,
  type SentRequest,
  type SignatureFault,
} from './verify.ts';
