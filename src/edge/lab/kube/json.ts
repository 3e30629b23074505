/** A JSON value; nothing in this folder ever changes one that it was given. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; keys come from outside, so read them with `field` (own keys alone) and copy with `withField`. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether a value is a JSON object (no list, no null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a list. */
export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * What stands behind a path of keys; undefined when there is nothing.
 *
 * @example field({ metadata: { name: 'a' } }, 'metadata', 'name') // 'a'
 */
export function field(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at = value;
  for (const key of path) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

/** The text behind a path of keys; empty when there is none, as an absent text reads in Kubernetes. */
export function textAt(value: Json | undefined, ...path: readonly string[]): string {
  const found = field(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The object behind a path of keys; empty when there is none. */
export function objectAt(value: Json | undefined, ...path: readonly string[]): JsonObject {
  const found = field(value, ...path);
  return isObject(found) ? found : {};
}

/** The list behind a path of keys; empty when there is none. */
export function listAt(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = field(value, ...path);
  return isList(found) ? found : [];
}

/** A copy with one key set, or taken away where the value is undefined. `__proto__` is a key like others. */
export function withField(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...object, [key]: value };
  if (!Object.hasOwn(object, key)) return object;
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== key));
}

/** A copy with the value behind a path set, or taken away where it is undefined; objects on the way are made. */
export function withPath(object: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  if (rest.length === 0) return withField(object, key, value);
  if (value === undefined && !isObject(field(object, key))) return object;
  return withField(object, key, withPath(objectAt(object, key), rest, value));
}

/** Whether two values are the same; the order of keys does not matter. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((each, i) => sameJson(each, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}
