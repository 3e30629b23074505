export { disk } from './disk.ts';
export { type OpenedInventory, type OpenOptions, openInventory } from './inventory.ts';
export { isLocked } from './lock.ts';
export { makeFolder } from './make-folder.ts';
export { isWrittenInto, putFile } from './put-file.ts';
export { readText } from './read-text.ts';
export { type Change, type Replaced, replaceFile, replaceProblem } from './replace.ts';
export { type FolderFile, type FolderWritten, folderProblem, type InTheWay, writeFolder } from './write-folder.ts';
