export { type OpenedInventory, type OpenOptions, openInventory } from './inventory.ts';
export { readText } from './read-text.ts';
