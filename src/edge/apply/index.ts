export { makeHands } from './hands.ts';
export { runSteps } from './run.ts';
export type * from './types.ts';
