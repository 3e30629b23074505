export type * from './types.ts';
export { OPEN } from './types.ts';
