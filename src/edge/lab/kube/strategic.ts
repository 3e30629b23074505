import { isList, isObject, type Json, type JsonObject, sameJson, withField } from './json.ts';
import { type Field, messageNamed } from './schema/messages.ts';
import { badRequest } from './status.ts';

/**
 * Applies a strategic merge patch: as a JSON merge patch, but lists whose elements have keys are merged by them, and the
 * directives `$patch`, `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…` are followed.
 *
 * Source: Kubernetes community docs, strategic-merge-patch.md; apimachinery pkg/util/strategicpatch.
 *
 * @param type the kind, which is its message
 */
export function strategicMerge(type: string, live: JsonObject, patch: JsonObject): JsonObject {
  const directive = patch['$patch'];
  if (directive === 'replace') return plain(withField(patch, '$patch', undefined));
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') throw badRequest(`Unknown patch type: ${String(directive)}`);
  const message = messageNamed(type);
  const retained = patch['$retainKeys'];
  let made = isList(retained) ? Object.fromEntries(Object.entries(live).filter(([key]) => retained.includes(key))) : live;
  for (const [key, value] of Object.entries(patch)) {
    const primitive = /^\$deleteFromPrimitiveList\/(.*)$/.exec(key)?.[1];
    if (primitive !== undefined) {
      const list = made[primitive];
      if (isList(list) && isList(value))
        made = withField(
          made,
          primitive,
          list.filter((each) => !has(value, each)),
        );
    }
    if (key.startsWith('$')) continue;
    const had = Object.hasOwn(made, key) ? made[key] : undefined;
    made = withField(made, key, mergeField(message?.byName.get(key), had, value));
  }
  for (const [key, order] of Object.entries(patch)) {
    const ordered = /^\$setElementOrder\/(.*)$/.exec(key)?.[1];
    if (ordered === undefined || !isList(order)) continue;
    const list = made[ordered];
    if (isList(list)) made = withField(made, ordered, inOrder(list, order, message?.byName.get(ordered)));
  }
  return made;
}

function mergeField(of: Field | undefined, live: Json | undefined, patch: Json): Json | undefined {
  if (patch === null) return undefined;
  if (isList(patch)) return mergeList(of, isList(live) ? live : [], patch);
  if (!isObject(patch)) return patch;
  if (patch['$patch'] === 'delete') return undefined;
  return strategicMerge(of?.shape === 'map' ? '' : (of?.type ?? ''), isObject(live) ? live : {}, patch);
}

function mergeList(of: Field | undefined, live: readonly Json[], patch: readonly Json[]): Json {
  if (of === undefined || !of.merges) return patch.map(plainValue);
  if (of.set) return [...live, ...patch.filter((each) => !has(live, each))];
  const [key = ''] = of.keys;
  if (patch.some((each) => isObject(each) && each['$patch'] === 'replace')) {
    return patch
      .filter((each) => !(isObject(each) && Object.keys(each).length === 1 && each['$patch'] === 'replace'))
      .map(plainValue);
  }
  const made = [...live];
  for (const each of patch) {
    if (!isObject(each)) throw badRequest('a list that is merged by a key holds something else than objects');
    const is = each[key];
    if (is === undefined) throw badRequest(`map: ${JSON.stringify(each)} does not contain declared merge key: ${key}`);
    const at = made.findIndex((other) => isObject(other) && sameJson(other[key], is));
    const had = at < 0 ? undefined : made[at];
    if (each['$patch'] === 'delete') {
      if (at >= 0) made.splice(at, 1);
    } else if (at >= 0 && isObject(had)) made[at] = strategicMerge(of.type, had, each);
    else made.push(strategicMerge(of.type, {}, each));
  }
  return made;
}

function inOrder(list: readonly Json[], order: readonly Json[], of: Field | undefined): Json {
  const [key = ''] = of?.keys ?? [];
  const place = (each: Json): number =>
    order.findIndex((wanted) =>
      key === '' ? sameJson(each, wanted) : isObject(each) && isObject(wanted) && sameJson(each[key], wanted[key]),
    );
  // What the order does not name stays behind the element that it stood behind.
  let last = -1;
  const placed = list.map((each) => {
    const at = place(each);
    if (at >= 0) last = at;
    return { each, at: at >= 0 ? at : last + 0.5 };
  });
  return placed.sort((a, b) => a.at - b.at).map(({ each }) => each);
}

function has(list: readonly Json[], value: Json): boolean {
  return list.some((each) => sameJson(each, value));
}

/** A value of a patch that stands for nothing that was there: without nulls and directives. */
function plainValue(value: Json): Json {
  return isObject(value) ? plain(value) : isList(value) ? value.map(plainValue) : value;
}

function plain(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([key, value]) => value !== null && !key.startsWith('$'))
      .map(([key, value]): [string, Json] => [key, plainValue(value)]),
  );
}
