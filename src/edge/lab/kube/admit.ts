import { type JsonObject, objectAt, textAt, withField, withPath } from './json.ts';
import { apiVersionOf, kindNamed } from './kinds.ts';
import { readByMessage } from './schema/check.ts';
import { badRequest, conflict, forbiddenBy, modified, notFound } from './status.ts';
import type { Store } from './store.ts';
import type { Target } from './target.ts';

/** An object that was read from a body, and what the client is warned of. */
export interface Admitted {
  readonly object: JsonObject;
  readonly warnings: readonly string[];
}

/**
 * Reads an object by its kind: another kind or version is refused, unknown fields are dropped, warned of or refused by
 * `fieldValidation`, a value of a wrong type is refused. Source: kubernetes/apiserver pkg/endpoints/handlers/create.go.
 */
export function admit(target: Target, object: JsonObject): Admitted {
  const { kind, options } = target;
  const expected = apiVersionOf(kind);
  const [version, name] = [textAt(object, 'apiVersion'), textAt(object, 'kind')];
  if (name !== '' && name !== kind.kind) {
    throw badRequest(`${name} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}`);
  }
  if (version !== '' && version !== expected) {
    throw badRequest(`the API version in the data (${version}) does not match the expected API version (${expected})`);
  }
  const read = readByMessage(kind.kind, withField(withField(object, 'apiVersion', expected), 'kind', kind.kind));
  const cannot = `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: `;
  if (read.wrong !== undefined) throw badRequest(`${cannot}${read.wrong}`);
  if (options.validation === 'Strict' && read.unknown.length > 0) {
    throw badRequest(`${cannot}strict decoding error: ${read.unknown.join(', ')}`);
  }
  return { object: read.object, warnings: options.validation === 'Warn' ? read.unknown : [] };
}

/** Puts the namespace of the URL into the object; throws `Refused` (400) where the object names another. */
export function inNamespace(target: Target, object: JsonObject): JsonObject {
  const stated = textAt(object, 'metadata', 'namespace');
  if (stated !== '' && stated !== target.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return withPath(object, ['metadata', 'namespace'], target.namespace === '' ? undefined : target.namespace);
}

/** Throws `Refused` where objects of a namespace cannot be made: it does not exist, or is going away. */
export function requireNamespace(target: Target, store: Store): void {
  const { kind, namespace, name } = target;
  if (namespace === '' || !kind.namespaced) return;
  const home = store.get(kindNamed('Namespace'), '', namespace);
  if (home === undefined) throw notFound(kindNamed('Namespace'), namespace);
  if (textAt(home, 'metadata', 'deletionTimestamp') === '') return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbiddenBy(
    kind,
    name,
    `${kind.resource}${kind.group === '' ? '' : `.${kind.group}`} ${JSON.stringify(name)} is forbidden: ${why}`,
  );
}

/** Throws `Refused` where a write does not fit the object that stands there: another name, an older version, another uid. */
export function requireSame(target: Target, existing: JsonObject, wanted: JsonObject): void {
  const { kind, name } = target;
  const stated = textAt(wanted, 'metadata', 'name');
  if (stated !== '' && stated !== name) {
    throw badRequest(`the name of the object (${stated}) does not match the name on the URL (${name})`);
  }
  const uid = textAt(wanted, 'metadata', 'uid');
  const own = textAt(existing, 'metadata', 'uid');
  if (uid !== '' && uid !== own) {
    throw conflict(kind, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${own}`);
  }
  const version = textAt(wanted, 'metadata', 'resourceVersion');
  if (version !== '' && version !== textAt(existing, 'metadata', 'resourceVersion')) throw modified(kind, name);
}

/** The object with everything that only the API server writes taken from what stands there. */
export function keepServerFields(existing: JsonObject, wanted: JsonObject): JsonObject {
  const before = objectAt(existing, 'metadata');
  let metadata = objectAt(wanted, 'metadata');
  for (const key of [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'generation',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'resourceVersion',
    'managedFields',
    'selfLink',
  ]) {
    metadata = withField(metadata, key, Object.hasOwn(before, key) ? before[key] : undefined);
  }
  return withField(wanted, 'metadata', metadata);
}

/** The metadata of a new object without what only the API server writes. */
export function withoutServerFields(object: JsonObject): JsonObject {
  const metadata = [
    'uid',
    'creationTimestamp',
    'generation',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'managedFields',
    'selfLink',
  ].reduce((made, key) => withField(made, key, undefined), objectAt(object, 'metadata'));
  return withField(object, 'metadata', metadata);
}
