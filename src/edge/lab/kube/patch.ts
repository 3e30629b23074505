import { type Admitted, admit } from './admit.ts';
import { serverSideApply } from './apply.ts';
import { mediaType, parseJson, parseYaml, textOf } from './body.ts';
import type { Call } from './call.ts';
import { isObject, type Json, type JsonObject, textAt, withPath } from './json.ts';
import { jsonPatch } from './json-patch.ts';
import type { Manager } from './managed-fields.ts';
import { mergePatch } from './merge-patch.ts';
import { scaled, scaleOf } from './scale.ts';
import { badRequest, unsupportedMediaType } from './status.ts';
import { strategicMerge } from './strategic.ts';
import type { Target } from './target.ts';

const TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

/** Whether a patch is a server-side apply; throws `Refused` (415) for a type that is no patch. */
export function patchOperation(call: Call): Manager['operation'] {
  const type = mediaType(call);
  if (!TYPES.includes(type)) throw unsupportedMediaType(TYPES);
  return type === 'application/apply-patch+yaml' ? 'Apply' : 'Update';
}

/** The object after the patch of a request; there is none before only for a server-side apply. */
export function patched(call: Call, target: Target, existing: JsonObject | undefined): Admitted {
  const { kind, name, options } = target;
  if (mediaType(call) === 'application/apply-patch+yaml') {
    const body = objectOf(parseYaml(textOf(call.body)));
    if (isObject(body['metadata']) && Object.hasOwn(body['metadata'], 'managedFields')) {
      throw badRequest('metadata.managedFields must be nil');
    }
    const stated = textAt(body, 'metadata', 'name');
    if (stated !== '' && stated !== name) {
      throw badRequest(`the name of the object (${stated}) does not match the name on the URL (${name})`);
    }
    const { object, warnings } = admit(target, body);
    const merged = serverSideApply(kind, existing, object, options.manager, options.force);
    // A stated version is a lock, and must be compared with what stands there.
    const version = textAt(object, 'metadata', 'resourceVersion');
    return { object: withPath(merged, ['metadata', 'resourceVersion'], version === '' ? undefined : version), warnings };
  }
  const base = existing ?? {};
  const before = target.subresource === 'scale' ? scaleOf(kind, base) : base;
  const after = changed(call, target, before);
  if (target.subresource === 'scale') return { object: scaled(base, after), warnings: [] };
  return admit(target, after);
}

function changed(call: Call, target: Target, before: JsonObject): JsonObject {
  const patch = parseJson(textOf(call.body));
  switch (mediaType(call)) {
    case 'application/json-patch+json':
      // Copies may nest deeper than any body could.
      return objectOf(again(jsonPatch(before, patch)));
    case 'application/merge-patch+json':
      return mergePatch(before, objectOf(patch));
    default:
      return strategicMerge(target.subresource === 'scale' ? 'Scale' : target.kind.kind, before, objectOf(patch));
  }
}

function again(value: JsonObject): Json {
  try {
    return parseJson(JSON.stringify(value));
  } catch (error) {
    throw error instanceof RangeError ? badRequest('the patched object nests too deep') : error;
  }
}

function objectOf(value: Json): JsonObject {
  if (!isObject(value)) throw badRequest('error decoding patch: the body is no object');
  return value;
}
