import type { RoleTrust } from './model.ts';
import type { Source } from './text/source.ts';

/** Remembers the role trusts of a file between two runs; edge/files keeps it on disk, and forgets it when the file changed. */
export interface TrustIndex {
  readonly get: (source: Source) => readonly RoleTrust[] | undefined;
  readonly put: (source: Source, trusts: readonly RoleTrust[]) => void;
}
