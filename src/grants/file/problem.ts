import { didYouMean } from '../../base/index.ts';

/** Something in a grants file that keeps it from being used, or (`warning`) that is worth a look. */
export interface FileProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** The way to a value: keys and indexes from the root. */
export type Path = readonly (string | number)[];

/** A problem before its place is looked up. `key`: the key itself is meant, not its value. */
export interface Finding {
  readonly path: Path;
  readonly at?: 'key';
  readonly severity?: 'warning';
  readonly message: string;
  /** The way to a second place, which the message ends with. */
  readonly other?: Path;
  readonly hint?: string;
}

/** The hint that names what was meant, if anything is near. */
export function suggestion(typed: string, words: Iterable<string>): Pick<Finding, 'hint'> {
  const [hint] = didYouMean(typed, words);
  return hint === undefined ? {} : { hint };
}
