export { runCli } from './app.ts';
export type { Io, Output } from './context.ts';
