import { isObject, type Json, type JsonObject, withField } from './json.ts';

/** Applies a JSON merge patch (RFC 7386): objects are merged, null takes away, everything else replaces. */
export function mergePatch(live: JsonObject, patch: JsonObject): JsonObject {
  return Object.entries(patch).reduce((made, [key, value]) => {
    const had = Object.hasOwn(made, key) ? made[key] : undefined;
    return withField(made, key, merged(had, value));
  }, live);
}

function merged(live: Json | undefined, patch: Json): Json | undefined {
  if (patch === null) return undefined;
  return isObject(patch) ? mergePatch(isObject(live) ? live : {}, patch) : patch;
}
