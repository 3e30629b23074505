export {
  type OpenedInventory,
  type OpenedInventory,
  type OpenOptions,
  type OpenOptions,
  openInventory,
  openInventory,
  readText,
} from './inventory.ts';
export { Locked } from './lock.ts';
export { readText } from './read-text.ts';
export { type Change, type Replaced, replaceFile, replaceProblem } from './replace.ts';
