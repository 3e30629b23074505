export { type AwsAuthRow, applyChange, type Change, type Statement } from './change.ts';
export { type InventoryOptions, makeInventory } from './make.ts';
export type * from './model.ts';
export type * from './resource.ts';
export { resourceId } from './resource.ts';
export type { ElementText, Source, Unreadable } from './text/source.ts';
export type { TrustIndex } from './trust-index.ts';
