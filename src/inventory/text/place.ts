import type { Origin } from '../../base/index.ts';
import type { FileDocument } from './content.ts';
import { isFields } from './values.ts';

/** A value with where it stands in its document. */
export interface Place {
  readonly document: FileDocument;
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** The root of a document. */
export function rootOf(document: FileDocument): Place {
  return { document, path: [], value: document.value };
}

/** The value under a key or index; its value is undefined when there is none. */
export function under(place: Place, step: string | number): Place {
  const { value } = place;
  const own = (isFields(value) || Array.isArray(value)) && Object.hasOwn(value, step);
  const below: unknown = own ? Reflect.get(value, step) : undefined;
  return { document: place.document, path: [...place.path, step], value: below };
}

/** The elements of a list; nothing when the value is no list. */
export function each(place: Place): readonly Place[] {
  const { document, path, value } = place;
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown, i) => ({ document, path: [...path, i], value: item }));
}

/** The value itself, or, where it is a list (pages, `jq -s`), every element, lists in lists included. */
export function flatten(place: Place): readonly Place[] {
  return Array.isArray(place.value) ? each(place).flatMap(flatten) : [place];
}

/** Where the value stands, for people. */
export function originOf(place: Place, nested?: Origin['nested']): Origin {
  const path = [...place.document.path, ...place.path];
  return nested === undefined ? { file: place.document.file, path } : { file: place.document.file, path, nested };
}

/** Whether a key occurs twice at or below the value, so that nobody can tell what it says. */
export function isAmbiguous(place: Place): boolean {
  return place.document.ambiguous.some((path) => {
    const shared = Math.min(path.length, place.path.length);
    for (let i = 0; i < shared; i++) if (String(path[i]) !== String(place.path[i])) return false;
    return path.length >= place.path.length || path.length === 0;
  });
}
