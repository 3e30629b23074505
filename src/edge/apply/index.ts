export { type Admins, openAdmins } from './admins.ts';
export { makeHands } from './hands.ts';
export { type KeptBackup, listBackups, prepareRestore, purgeBackups, type Restore } from './restore.ts';
export { runSteps } from './run.ts';
export { backupFolder, keepText } from './state-folder.ts';
export type * from './types.ts';
