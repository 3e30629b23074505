export { type OpenedInventory, type OpenOptions, openInventory, readText } from './inventory.ts';
