import { fieldsOf, keyElement, leaves, pathElements, pathsOf, shownPath } from './field-set.ts';
import { isList, isObject, type Json, type JsonObject, sameJson, textAt, withField } from './json.ts';
import { apiVersionOf, type Kind } from './kinds.ts';
import { entriesOf, entryOf, isOf, type Manager, withEntries } from './managed-fields.ts';
import { type Field, messageNamed } from './schema/messages.ts';
import { Refused } from './status.ts';

/**
 * Server-side apply: what the manager states is merged into the object, what it stated before and states no more goes
 * away unless somebody else owns it, and a field that somebody else owns with another value is a conflict unless forced.
 *
 * Throws `Refused` (409) with every conflict. Source: Kubernetes docs, Server-Side Apply; structured-merge-diff merge/update.go.
 */
export function serverSideApply(
  kind: Kind,
  live: JsonObject | undefined,
  applied: JsonObject,
  manager: Manager,
  force: boolean,
): JsonObject {
  const stated = new Set(pathsOf(fieldsOf(kind.kind, applied)));
  const wants = leaves(kind.kind, applied);
  const has = live === undefined ? new Map<string, Json>() : leaves(kind.kind, live);
  const entries = entriesOf(live);
  const own = entries.find(({ entry }) => isOf(entry, kind, manager));
  const others = entries.filter((each) => each !== own);
  const disputed = (path: string): boolean => stated.has(path) && !sameJson(wants.get(path), has.get(path));
  const conflicts = others.flatMap(({ entry, paths }) => [...paths].filter(disputed).map((path) => ({ entry, path })));
  if (conflicts.length > 0 && !force) throw conflictOf(conflicts);

  const ownedElsewhere = new Set(others.flatMap(({ paths }) => [...paths]));
  const dropped = [...(own?.paths ?? [])].filter((path) => !stated.has(path) && !ownedElsewhere.has(path));
  const kept = dropped.reduce((object, path) => without(kind, object, pathElements(path)), live ?? {});
  const merged = mergeObject(kind.kind, kept, applied);
  const left = others.map(({ entry, paths }) => ({ entry, paths: new Set([...paths].filter((path) => !disputed(path))) }));
  const unchanged = own !== undefined && own.paths.size === stated.size && [...own.paths].every((path) => stated.has(path));
  const entry = unchanged && live !== undefined && sameJson(merged, live) ? own.entry : entryOf(kind, manager);
  return withEntries(merged, [...left, { entry, paths: stated }]);
}

function conflictOf(conflicts: readonly { readonly entry: JsonObject; readonly path: string }[]): Refused {
  const named = conflicts.map(({ entry, path }) => {
    const manager = JSON.stringify(textAt(entry, 'manager'));
    const by = textAt(entry, 'operation') === 'Update' ? `${manager} using ${textAt(entry, 'apiVersion')}` : manager;
    return { by, field: shownPath(path) };
  });
  const causes = named.map(({ by, field }) => ({ reason: 'FieldManagerConflict', message: `conflict with ${by}`, field }));
  const lines = [...Map.groupBy(named, ({ by }) => by)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([by, fields]) => [`conflicts with ${by}:`, ...fields.map(({ field }) => `- ${field}`)].join('\n'));
  const [first] = named;
  const what =
    named.length === 1 && first !== undefined
      ? `1 conflict: conflict with ${first.by}: ${first.field}`
      : `${named.length} conflicts: ${lines.join('\n')}`;
  return new Refused({ code: 409, reason: 'Conflict', message: `Apply failed with ${what}`, details: { causes } });
}

function mergeObject(type: string, live: JsonObject, applied: JsonObject): JsonObject {
  const message = messageNamed(type);
  return Object.entries(applied).reduce((made, [key, value]) => {
    const of = message?.byName.get(key);
    return withField(made, key, mergeField(of, Object.hasOwn(made, key) ? made[key] : undefined, value));
  }, live);
}

function mergeField(of: Field | undefined, live: Json | undefined, applied: Json): Json {
  if (of === undefined) return applied;
  if (of.shape === 'list' && isList(live) && isList(applied)) {
    if (of.set) return [...live, ...applied.filter((each) => !live.some((other) => sameJson(each, other)))];
    if (of.keys.length === 0) return applied;
    const wanted = new Map(applied.map((each) => [keyElement(of, each), each]));
    const updated = live.map((each) => {
      const key = keyElement(of, each);
      const over = wanted.get(key);
      wanted.delete(key);
      return isObject(each) && isObject(over) ? mergeObject(of.type, each, over) : each;
    });
    return [...updated, ...wanted.values()];
  }
  if (of.shape === 'map' && isObject(live) && isObject(applied)) return { ...live, ...applied };
  if (of.shape === 'one' && isObject(live) && isObject(applied) && messageNamed(of.type) !== undefined) {
    return mergeObject(of.type, live, applied);
  }
  return applied;
}

/** The object without the field at a path; objects that this leaves empty go with it. */
function without(kind: Kind, object: JsonObject, path: readonly string[]): JsonObject {
  const made = take(undefined, kind.kind, object, path);
  return isObject(made) ? made : { apiVersion: apiVersionOf(kind), kind: kind.kind };
}

function take(of: Field | undefined, type: string, value: Json, path: readonly string[]): Json | undefined {
  const [element, ...rest] = path;
  if (element === undefined || element === '.') return undefined;
  if (isList(value)) {
    if (of === undefined) return value;
    const left = value.flatMap((each): readonly Json[] => {
      const is = of.set ? `v:${JSON.stringify(each)}` : keyElement(of, each);
      if (is !== element) return [each];
      const kept = take(undefined, of.type, each, rest);
      return kept === undefined ? [] : [kept];
    });
    return left.length === 0 && value.length > 0 ? undefined : left;
  }
  const key = element.slice(2);
  if (!isObject(value) || !Object.hasOwn(value, key)) return value;
  const inner = of?.shape === 'map' ? undefined : messageNamed(type)?.byName.get(key);
  const kept = take(inner, inner?.type ?? '', value[key] ?? null, rest);
  const made = withField(value, key, kept);
  return Object.keys(made).length === 0 ? undefined : made;
}
