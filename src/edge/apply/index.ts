export { openAdmins } from './admins.ts';
export { makeHands } from './hands.ts';
export { runSteps } from './run.ts';
export type * from './types.ts';
