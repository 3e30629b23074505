import { field, isList, isObject, type Json, type JsonObject, sameJson } from './json.ts';
import { type Field, messageNamed } from './schema/messages.ts';

/**
 * Fields of an object as managed fields write them (`fieldsV1`): `f:NAME`, `k:{…}` for an element by its keys, `v:…` for
 * an element of a set, and `.` for the element itself. A leaf is an empty object.
 *
 * Source: Kubernetes docs, Server-Side Apply; sigs.k8s.io/structured-merge-diff fieldpath/serialize.go.
 */
export type FieldSet = JsonObject;

/** What a value is made of, below a field: its parts by path element; undefined where it is one value. */
function partsOf(of: Field | undefined, type: string, value: Json): readonly Part[] | undefined {
  if (of?.shape === 'list') {
    if (!isList(value)) return undefined;
    if (of.set) return value.map((each) => ({ element: `v:${JSON.stringify(each)}`, value: each, type: '', atom: true }));
    if (of.keys.length === 0) return undefined;
    return value.map((each) => ({ element: keyElement(of, each), value: each, type: of.type, isElement: true }));
  }
  if (!isObject(value)) return undefined;
  if (of?.shape === 'map')
    return Object.entries(value).map(([key, each]) => ({ element: `f:${key}`, value: each, type: of.type }));
  const message = messageNamed(type);
  if (message === undefined) return undefined;
  return Object.entries(value).map(([key, each]) => {
    const inner = message.byName.get(key);
    return { element: `f:${key}`, value: each, type: inner?.type ?? '', ...(inner === undefined ? {} : { of: inner }) };
  });
}

interface Part {
  readonly element: string;
  readonly value: Json;
  readonly type: string;
  readonly of?: Field;
  readonly isElement?: true;
  readonly atom?: true;
}

/** `k:{"name":"a"}`; an absent protocol is TCP, as its default says. */
export function keyElement(of: Field, element: Json): string {
  const keys = [...of.keys].sort().flatMap((key): [string, Json][] => {
    const value = field(element, key) ?? (key === 'protocol' ? 'TCP' : undefined);
    return value === undefined ? [] : [[key, value]];
  });
  return `k:${JSON.stringify(Object.fromEntries(keys))}`;
}

/** The fields of metadata that belong to nobody: the API server writes them, or they name the object. */
const UNOWNED = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'managedFields',
  'selfLink',
]);

/** Every field of an object of a kind that a manager can own. */
export function fieldsOf(kind: string, object: JsonObject): FieldSet {
  const { apiVersion: _, kind: __, ...rest } = object;
  const set = inner(undefined, kind, rest) ?? {};
  const metadata = field(set, 'f:metadata');
  if (!isObject(metadata)) return set;
  const owned = Object.entries(metadata).filter(([element]) => !UNOWNED.has(element.slice(2)));
  const others = Object.fromEntries(Object.entries(set).filter(([element]) => element !== 'f:metadata'));
  return owned.length === 0 ? others : { ...others, 'f:metadata': Object.fromEntries(owned) };
}

function inner(of: Field | undefined, type: string, value: Json): FieldSet | undefined {
  const parts = partsOf(of, type, value);
  if (parts === undefined || parts.length === 0) return undefined;
  return Object.fromEntries(
    parts.map((part): [string, Json] => {
      const below = part.atom ? undefined : inner(part.of, part.type, part.value);
      return [part.element, part.isElement ? { '.': {}, ...below } : (below ?? {})];
    }),
  );
}

/** The fields of `after` that `before` does not have, or has with another value. */
export function changedFields(kind: string, before: JsonObject, after: JsonObject): FieldSet {
  const everything = fieldsOf(kind, after);
  const old = leaves(kind, before);
  const now = leaves(kind, after);
  return fromPaths(pathsOf(everything).filter((path) => !old.has(path) || !sameJson(old.get(path), now.get(path))));
}

/** Every leaf of an object with its value, by path. */
export function leaves(kind: string, object: JsonObject): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  const walk = (of: Field | undefined, type: string, value: Json, path: readonly string[]): void => {
    const parts = partsOf(of, type, value);
    if (parts === undefined || parts.length === 0) {
      found.set(pathText(path), value);
      return;
    }
    for (const part of parts) {
      const at = [...path, part.element];
      if (part.atom) found.set(pathText(at), part.value);
      else {
        if (part.isElement) found.set(pathText([...at, '.']), true);
        walk(part.of, part.type, part.value, at);
      }
    }
  };
  const { apiVersion: _, kind: __, ...rest } = object;
  walk(undefined, kind, rest, []);
  return found;
}

/** The paths of the leaves of a field set, each as a text. */
export function pathsOf(set: FieldSet): readonly string[] {
  const paths: string[] = [];
  const walk = (at: JsonObject, path: readonly string[]): void => {
    const entries = Object.entries(at);
    if (entries.length === 0 && path.length > 0) paths.push(pathText(path));
    for (const [element, below] of entries) if (isObject(below)) walk(below, [...path, element]);
  };
  walk(set, []);
  return paths;
}

/** The field set of paths. */
export function fromPaths(paths: readonly string[]): FieldSet {
  interface Node extends Map<string, Node> {}
  const root: Node = new Map();
  for (const path of paths) {
    let at = root;
    for (const element of pathElements(path)) {
      let next = at.get(element);
      if (next === undefined) {
        next = new Map();
        at.set(element, next);
      }
      at = next;
    }
  }
  const made = (node: Node): JsonObject =>
    Object.fromEntries([...node].map(([element, below]): [string, Json] => [element, made(below)]));
  return made(root);
}

function pathText(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** The elements of a path text. */
export function pathElements(path: string): readonly string[] {
  const elements: unknown = JSON.parse(path);
  return Array.isArray(elements) ? elements.filter((each): each is string => typeof each === 'string') : [];
}

/** A path as a conflict names it: `.spec.containers[name="a"].image`. */
export function shownPath(path: string): string {
  return pathElements(path)
    .map((element) => {
      const kind = element.slice(0, 2);
      const rest = element.slice(2);
      if (kind === 'f:') return `.${rest}`;
      if (kind === 'v:') return `[=${rest}]`;
      if (kind !== 'k:') return '';
      const keys: unknown = JSON.parse(rest);
      const shown = isObject(keys) ? Object.entries(keys).map(([key, value]) => `${key}=${JSON.stringify(value)}`) : [];
      return `[${shown.join(',')}]`;
    })
    .join('');
}
