import type { Origin } from '../../base/index.ts';
import type { DocumentRef, FileDocument } from './content.ts';
import { isFields } from './values.ts';

/** A value with where it stands in its document. */
export interface Place {
  /** Without its value: a place that is kept must not keep the whole file. */
  readonly document: DocumentRef;
  /** The way to it, backwards; null is the root. There are millions of places, and few are ever written out. */
  readonly at: Step | null;
  readonly value: unknown;
}

/** The last step of a way. */
export interface Step {
  readonly key: string | number;
  readonly above: Step | null;
}

/** The root of a document. */
export function rootOf({ file, path, ambiguous, value }: FileDocument): Place {
  return { document: { file, path, ambiguous }, at: null, value };
}

/** The value under a key or index; its value is undefined when there is none. */
export function under(place: Place, key: string | number): Place {
  const { document, at, value } = place;
  const own = (isFields(value) || Array.isArray(value)) && Object.hasOwn(value, key);
  const below: unknown = own ? Reflect.get(value, key) : undefined;
  return { document, at: { key, above: at }, value: below };
}

/** The elements of a list; nothing when the value is no list. */
export function each(place: Place): readonly Place[] {
  const { document, at, value } = place;
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown, i) => ({ document, at: { key: i, above: at }, value: item }));
}

/** The value itself, or, where it is a list (pages, `jq -s`), every element, lists in lists included. */
export function flatten(place: Place): readonly Place[] {
  return Array.isArray(place.value) ? each(place).flatMap(flatten) : [place];
}

/** The keys and indexes that lead from the root of the file to the value. */
function pathOf({ document, at }: Place): readonly (string | number)[] {
  let length = document.path.length;
  for (let step = at; step !== null; step = step.above) length++;
  // A list that grows step by step would keep room for more.
  const path = new Array<string | number>(length);
  for (let step = at; step !== null; step = step.above) path[--length] = step.key;
  for (const [i, key] of document.path.entries()) path[i] = key;
  return path;
}

/** Where the value stands, for people. */
export function originOf(place: Place, nested?: Origin['nested']): Origin {
  const { file } = place.document;
  return nested === undefined ? { file, path: pathOf(place) } : { file, path: pathOf(place), nested };
}

/** Whether a key occurs twice at or below the value, so that nobody can tell what it says. */
export function isAmbiguous(place: Place): boolean {
  const { ambiguous, path: before } = place.document;
  if (ambiguous.length === 0) return false;
  const own = pathOf(place).slice(before.length);
  return ambiguous.some((path) => {
    const shared = Math.min(path.length, own.length);
    for (let i = 0; i < shared; i++) if (String(path[i]) !== String(own[i])) return false;
    return path.length >= own.length || path.length === 0;
  });
}
