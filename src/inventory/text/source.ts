/** One file of an inventory, before anybody has read it. */
export interface Source {
  /** Relative to the inventory folder, with `/`; it decides what the file is. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The text, decoded, or why there is none. Called at most a few times; may do I/O. */
  readonly text: () => string | Unreadable;
  /** For files too large for one string: the JSON value in pieces (see `ElementText`). */
  readonly elements?: () => Iterable<ElementText | Unreadable>;
}

/** Why a file has no text. */
export interface Unreadable {
  /** `refused`, `gone`, `encoding`, `too-large`, `truncated`, `not-json`. */
  readonly unreadable: string;
  readonly message: string;
}

/** A piece of a large JSON file: a value below the root, complete in itself, with the way to it. */
export interface ElementText {
  /** Index of the JSON document in the file. */
  readonly document: number;
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** Tells a text from the reason why there is none. */
export function isUnreadable(value: unknown): value is Unreadable {
  return typeof value === 'object' && value !== null && 'unreadable' in value;
}
