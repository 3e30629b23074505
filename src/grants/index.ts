export { type HandOverFile, type HandOverOptions, handOver } from './handover/hand-over.ts';
export type * from './types.ts';
