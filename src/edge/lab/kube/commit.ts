import type { Access, RoleWrite } from './access.ts';
import { inNamespace, keepServerFields, requireNamespace, requireSame, withoutServerFields } from './admit.ts';
import { aggregateRoles } from './aggregation.ts';
import { field, type JsonObject, listAt, objectAt, sameJson, textAt, withField, withPath } from './json.ts';
import { apiVersionOf, kindNamed } from './kinds.ts';
import { afterUpdate } from './managed-fields.ts';
import { generatedName, metadataErrors } from './names.ts';
import { defaulted, fieldErrors } from './rules-of.ts';
import { born, inEachNamespace } from './seed.ts';
import { alreadyExists, badRequest, forbiddenBy, invalid, Refused } from './status.ts';
import type { Store } from './store.ts';
import type { Target } from './target.ts';

/** Takes objects into the store, after everything that may refuse them. */
export interface Commit {
  /** @param managed the object states its managers itself (server-side apply) */
  readonly create: (target: Target, object: JsonObject, managed?: boolean) => JsonObject;
  readonly update: (target: Target, existing: JsonObject, wanted: JsonObject, managed?: boolean) => JsonObject;
}

/** The largest object, in characters: etcd takes requests of 1.5 MiB. */
const MOST_OBJECT = 1.5 * 1024 * 1024;

/** Makes the last step of every write. `finish` is told of objects whose last finalizer is gone. */
export function createCommit(
  store: Store,
  access: Access,
  now: () => Date,
  finish: (target: Target, object: JsonObject) => void,
): Commit {
  const check = (target: Target, write: RoleWrite): void => {
    const { kind, identity } = target;
    const { object, existing } = write;
    const name = textAt(object, 'metadata', 'name');
    const errors = [...metadataErrors(kind, object), ...fieldErrors(kind, object, existing)];
    if (kind.group === 'rbac.authorization.k8s.io') {
      const granted = access.mayGrant(identity, write);
      if (granted.decision === 'deny') throw grantRefused(target, name, granted.reason, errors);
    }
    if (errors.length > 0) throw invalid(kind, name, errors);
    if (JSON.stringify(object).length > MOST_OBJECT)
      throw new Refused({ code: 500, message: 'etcdserver: request is too large' });
  };
  const settle = (target: Target, object: JsonObject): JsonObject => {
    if (target.options.dryRun) return object;
    const stored = store.put(target.kind, object);
    if (target.kind.kind === 'ClusterRole') aggregateRoles(store);
    return store.get(target.kind, target.namespace, textAt(stored, 'metadata', 'name')) ?? stored;
  };
  return {
    create: (target, object, managed = false) => {
      const { kind, namespace, options } = target;
      if (textAt(object, 'metadata', 'resourceVersion') !== '') {
        throw new Refused({ code: 500, message: 'resourceVersion should not be set on objects to be created' });
      }
      requireNamespace({ ...target, name: target.name || textAt(object, 'metadata', 'name') }, store);
      const managers = managed ? listAt(object, 'metadata', 'managedFields') : [];
      let made = named(inNamespace(target, withoutServerFields(object)));
      if (kind.subresources.includes('status') && target.subresource === '' && kind.kind !== 'Node')
        made = withField(made, 'status', undefined);
      if (counts(target)) made = withPath(made, ['metadata', 'generation'], 1);
      made = born(defaulted(kind, made, store), now());
      check(target, { operation: 'create', object: made });
      const name = textAt(made, 'metadata', 'name');
      if (store.get(kind, namespace, name) !== undefined) throw alreadyExists(kind, name);
      const owned = managed
        ? withPath(made, ['metadata', 'managedFields'], managers)
        : afterUpdate(kind, undefined, made, options.manager);
      const stored = settle(target, owned);
      if (kind.kind === 'Namespace' && !options.dryRun) fillNamespace(store, name, now());
      return stored;
    },
    update: (target, existing, wanted, managed = false) => {
      const { kind, options, subresource } = target;
      requireSame(target, existing, wanted);
      let made = keepServerFields(existing, inNamespace(target, wanted));
      if (subresource === 'status') {
        made = withField(withField(existing, 'status', field(made, 'status')), 'metadata', objectAt(existing, 'metadata'));
      } else if (kind.subresources.includes('status') && kind.kind !== 'Node') {
        made = withField(made, 'status', field(existing, 'status'));
      }
      made = defaulted(kind, made, store);
      const bumped = counts(target) && !sameJson(specOf(made), specOf(existing));
      if (bumped) made = withPath(made, ['metadata', 'generation'], Number(field(existing, 'metadata', 'generation') ?? 0) + 1);
      check(target, { operation: 'update', object: made, existing });
      const owned = managed
        ? withPath(made, ['metadata', 'managedFields'], field(wanted, 'metadata', 'managedFields'))
        : afterUpdate(kind, restated(existing, wanted), made, options.manager);
      // A write that changes nothing makes no new version.
      if (sameJson(unmanaged(owned), unmanaged(existing)) && (!managed || sameJson(owned, existing))) return existing;
      const ends = textAt(owned, 'metadata', 'deletionTimestamp') !== '' && listAt(owned, 'metadata', 'finalizers').length === 0;
      if (!ends) return settle(target, owned);
      if (!options.dryRun) finish(target, owned);
      return owned;
    },
  };
}

/** What the words of a field error begin with (apimachinery pkg/util/validation/field/errors.go), and its reason. */
const REASONS = [
  ['Required value', 'FieldValueRequired'],
  ['Unsupported value', 'FieldValueNotSupported'],
] as const;

function grantRefused(target: Target, name: string, reason: string, errors: Parameters<typeof invalid>[2]): Refused {
  const { kind } = target;
  const whyInvalid = `${kind.kind}.${kind.group} ${JSON.stringify(name)} is invalid: `;
  if (reason.startsWith(whyInvalid)) {
    const [at = '', ...rest] = reason.slice(whyInvalid.length).split(': ');
    const message = rest.join(': ');
    const why = REASONS.find(([words]) => message.startsWith(words))?.[1] ?? 'FieldValueInvalid';
    return invalid(kind, name, [...errors, { field: at, reason: why, message }]);
  }
  if (reason.endsWith(' not found')) return new Refused({ code: 404, reason: 'NotFound', message: reason, details: {} });
  if (reason.includes('no readable')) return badRequest(reason);
  return forbiddenBy(kind, name, reason);
}

/** An object without a name gets one that begins as it asks. */
function named(object: JsonObject): JsonObject {
  const base = textAt(object, 'metadata', 'generateName');
  if (textAt(object, 'metadata', 'name') !== '' || base === '') return object;
  return withPath(object, ['metadata', 'name'], generatedName(base));
}

/** A client may write the managers themselves, as kubectl does when it goes over to server-side apply. */
function restated(existing: JsonObject, wanted: JsonObject): JsonObject {
  const stated = field(wanted, 'metadata', 'managedFields');
  return stated === undefined ? existing : withPath(existing, ['metadata', 'managedFields'], stated);
}

/** Kinds whose `generation` counts the changes of what is wanted of them. */
function counts({ kind, subresource }: Target): boolean {
  return subresource !== 'status' && kind.group !== '' && (kind.subresources.includes('status') || kind.kind === 'NetworkPolicy');
}

function specOf(object: JsonObject): JsonObject {
  return withField(withField(object, 'metadata', undefined), 'status', undefined);
}

function unmanaged(object: JsonObject): JsonObject {
  return withPath(object, ['metadata', 'managedFields'], undefined);
}

function fillNamespace(store: Store, namespace: string, now: Date): void {
  for (const object of inEachNamespace(namespace)) {
    const kind = kindNamed(object.kind);
    const metadata = { ...object.metadata, namespace };
    store.put(kind, born({ apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name: metadata.name, namespace } }, now));
  }
}
