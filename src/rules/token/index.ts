export { type EndpointOptions, stsEndpoint } from './endpoint.ts';
export { type StsPost, stsPost } from './post.ts';
export { type ReadToken, readSigningDate, readToken } from './read.ts';
export { canonicalRequest, type Scope, type Signable, sha256, signatureOf } from './sign.ts';
export { eksToken, type TokenRequest } from './token.ts';
export type { Credentials, StsEndpoint } from './types.ts';
