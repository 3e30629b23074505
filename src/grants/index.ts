export type { FileProblem } from './file/problem.ts';
export { type GrantsReading, readGrants } from './file/read.ts';
export { grantsFile as grantsSchema } from './file/schema.ts';
export { type HandOverFile, type HandOverOptions, handOver } from './handover/hand-over.ts';
export { makePlan, type PlanOptions } from './plan.ts';
export type * from './types.ts';
export type * from './wish/types.ts';
export { resourceBody, resourceName } from './words.ts';
