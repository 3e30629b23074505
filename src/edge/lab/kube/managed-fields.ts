import { changedFields, type FieldSet, fieldsOf, fromPaths, leaves, pathsOf } from './field-set.ts';
import { field, isObject, type Json, type JsonObject, listAt, objectAt, textAt, withPath } from './json.ts';
import { apiVersionOf, type Kind } from './kinds.ts';

/** Who writes, how, and when: one entry of `metadata.managedFields` without its fields. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  /** Empty for the object itself. */
  readonly subresource: string;
  /** RFC 3339. */
  readonly time: string;
}

/** The managers of an object: each entry and the paths of the leaves it owns. */
export interface Entry {
  readonly entry: JsonObject;
  readonly paths: ReadonlySet<string>;
}

/** Reads `metadata.managedFields`. */
export function entriesOf(object: JsonObject | undefined): readonly Entry[] {
  return listAt(object, 'metadata', 'managedFields').flatMap((entry) =>
    isObject(entry) ? [{ entry, paths: new Set(pathsOf(objectAt(entry, 'fieldsV1'))) }] : [],
  );
}

/** The object with its managers written into it; those that own nothing are left out. */
export function withEntries(object: JsonObject, entries: readonly Entry[]): JsonObject {
  const list: readonly Json[] = entries
    .filter(({ paths }) => paths.size > 0)
    .map(({ entry, paths }) => ({ ...entry, fieldsV1: fromPaths([...paths]) }));
  return withPath(object, ['metadata', 'managedFields'], list.length === 0 ? undefined : list);
}

/** Whether an entry is this manager's. */
export function isOf(entry: JsonObject, kind: Kind, manager: Manager): boolean {
  return (
    textAt(entry, 'manager') === manager.name &&
    textAt(entry, 'operation') === manager.operation &&
    textAt(entry, 'subresource') === manager.subresource &&
    (manager.operation === 'Apply' || textAt(entry, 'apiVersion') === apiVersionOf(kind))
  );
}

/** A new entry for a manager. */
export function entryOf(kind: Kind, manager: Manager): JsonObject {
  return {
    manager: manager.name,
    operation: manager.operation,
    apiVersion: apiVersionOf(kind),
    time: manager.time,
    fieldsType: 'FieldsV1',
    ...(manager.subresource === '' ? {} : { subresource: manager.subresource }),
  };
}

/**
 * The object with its managers after an ordinary write: the writer owns what it changed, nobody owns it any more
 * beside, and what is gone is nobody's. Source: Kubernetes docs, Server-Side Apply, "Field management".
 */
export function afterUpdate(kind: Kind, before: JsonObject | undefined, after: JsonObject, manager: Manager): JsonObject {
  const changed: FieldSet = before === undefined ? fieldsOf(kind.kind, after) : changedFields(kind.kind, before, after);
  const taken = new Set(pathsOf(changed));
  const there = new Set([...leaves(kind.kind, after).keys(), ...pathsOf(fieldsOf(kind.kind, after))]);
  let found = false;
  const entries = entriesOf(before).map(({ entry, paths }) => {
    const own = isOf(entry, kind, manager);
    const kept = [...paths].filter((path) => there.has(path) && (own || !taken.has(path)));
    if (!own) return { entry, paths: new Set(kept) };
    found = true;
    const time = taken.size === 0 ? field(entry, 'time') : manager.time;
    return { entry: { ...entry, time: time ?? manager.time }, paths: new Set([...kept, ...taken]) };
  });
  return withEntries(after, found ? entries : [...entries, { entry: entryOf(kind, manager), paths: taken }]);
}
