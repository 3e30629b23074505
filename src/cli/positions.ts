import { locate, type Origin } from '../base/index.ts';
import type { StatementRef } from '../rules/iam/index.ts';
import type { Where } from './print/page.ts';

/** A place as data; lines and columns are 1-based. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** Finds the line and column of an origin. */
export type Locate = (origin: Origin) => Place;

/**
 * Finds lines and columns by reading the file again, which is cheaper than keeping a position for everything that was
 * loaded: an answer prints a dozen places. The last texts read are kept.
 *
 * @param readText the text of a file that an origin names; undefined costs the line number, not the answer
 */
export function placesIn(readText: (file: string) => string | undefined): Locate {
  const texts = new Map<string, string | undefined>();
  return (origin) => {
    if (!texts.has(origin.file)) {
      if (texts.size >= 8) texts.clear();
      texts.set(origin.file, readText(origin.file));
    }
    const text = texts.get(origin.file);
    const found = text === undefined ? undefined : firstFound(text, origin);
    return { file: origin.file, ...found };
  };
}

/** A place as `file:line`; the column too would only make it longer. */
export function inWords(locator: Locate): Where {
  return (origin) => {
    const { file, line } = locator(origin);
    return line === undefined ? file : `${file}:${line}`;
  };
}

/** Where a statement stands: the policy's origin, then `Statement` and the index. Undefined when the policy stands nowhere. */
export function originOf(ref: StatementRef): Origin | undefined {
  const { origin } = ref.policy;
  if (origin === undefined) return undefined;
  const step = ['Statement', ref.statement] as const;
  if (origin.nested === undefined) return { ...origin, path: [...origin.path, ...step] };
  return { ...origin, nested: { ...origin.nested, path: [...origin.nested.path, ...step] } };
}

/** A path may end in an index where the file holds a single object (`"Statement": {…}`): then the nearest thing around it is meant. */
function firstFound(text: string, origin: Origin): Omit<Place, 'file'> | undefined {
  for (let at = origin; ; ) {
    const found = locate(text, at);
    if (found !== undefined) return found;
    if (at.nested !== undefined && at.nested.path.length > 0)
      at = { ...at, nested: { ...at.nested, path: at.nested.path.slice(0, -1) } };
    else if (at.path.length > 0) at = { file: at.file, path: at.path.slice(0, -1) };
    else return undefined;
  }
}
