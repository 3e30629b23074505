import type { Identity } from './identity.ts';
import type { Kind } from './kinds.ts';
import type { WriteOptions } from './write-options.ts';

/** What one write is about: the object that its URL names, who writes, and how. */
export interface Target {
  readonly kind: Kind;
  /** Empty for what is in no namespace. */
  readonly namespace: string;
  /** Empty for a create. */
  readonly name: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  readonly identity: Identity;
  readonly options: WriteOptions;
}
