import type { Gap } from '../../base/index.ts';
import type { Resource } from '../../inventory/index.ts';
import type { Rename } from '../canonical.ts';

/** A resource that a file wishes for, with what a step needs to know beside it. */
export interface Wanted {
  readonly resource: Resource;
  /** Name of the grant. */
  readonly grant: string;
  /** The account whose owner makes it. */
  readonly account: string;
  /** `resourceId`s of what comes first. */
  readonly after: readonly string[];
  readonly notes: readonly string[];
  /** Names that mean the same principal in a trust policy. */
  readonly rename?: Rename;
  /** Why it is never ours to write, whoever holds credentials. */
  readonly handOver?: string;
  /** What is not known, so that nobody can say what it should be. */
  readonly gap?: Gap;
}

/** Everything that a file wishes for, and what it cannot have. */
export interface WishResult {
  readonly wanted: readonly Wanted[];
  readonly refusals: readonly { readonly code: string; readonly grant: string; readonly text: string }[];
  readonly gaps: readonly Gap[];
}
