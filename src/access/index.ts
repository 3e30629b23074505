export type { Settled } from './answer.ts';
export { canI } from './can-i.ts';
export type * from './diff/types.ts';
export { decideAccess } from './judge.ts';
export { canKubernetesUser } from './kubernetes.ts';
export { decideAssume, decideCall, type LiveAssume, type LiveCall } from './live.ts';
export { describeRequest } from './request-text.ts';
export type * from './types.ts';
export { type WhoAmI, whoami } from './whoami.ts';
