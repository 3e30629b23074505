export type * from './cluster-seam.ts';
export type { LogEntry } from './context.ts';
export type { EnvAnswer } from './control.ts';
export type { ExportedFile } from './export.ts';
export { type LabOptions, type RunningLab, type StartedFrom, startLab } from './start.ts';
