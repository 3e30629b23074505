import { aggregateRoles } from './aggregation.ts';
import { readObject } from './body.ts';
import { type Answer, type Call, json } from './call.ts';
import { field, isObject, type JsonObject, listAt, textAt, withPath } from './json.ts';
import { apiVersionOf, KINDS, type Kind, kindNamed } from './kinds.ts';
import type { ListOptions } from './list-options.ts';
import { listObject } from './read.ts';
import { instant } from './seed.ts';
import { badRequest, conflict, forbiddenBy, notFound, qualified } from './status.ts';
import type { Store } from './store.ts';
import { isDryRun } from './write-options.ts';

/** Takes objects away. */
export interface Deleter {
  readonly one: (call: Call, kind: Kind, namespace: string, name: string) => Answer;
  readonly many: (call: Call, kind: Kind, namespace: string, options: ListOptions) => Answer;
  /** Removes an object at once, with what it owned and what was in it. */
  readonly remove: (kind: Kind, object: JsonObject, orphan?: boolean) => void;
  /** Takes a write of an object that is going away and that no finalizer holds: it goes, but a namespace only when it is empty. */
  readonly finish: (kind: Kind, object: JsonObject) => void;
}

interface DeleteOptions {
  readonly dryRun: boolean;
  readonly orphan: boolean;
  readonly uid: string;
  readonly version: string;
}

/** Namespaces that the API server lets nobody delete (apiserver admission/plugin/namespace/lifecycle). */
const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

/** Makes the deleter over a store. Dependents go at once: foreground and background differ only in order, which nobody sees. */
export function createDeleter(store: Store, now: () => Date): Deleter {
  const namespaces = kindNamed('Namespace');

  const remove = (kind: Kind, object: JsonObject, orphan = false): void => {
    const uid = textAt(object, 'metadata', 'uid');
    store.remove(kind, object);
    for (const [each, dependent] of dependents(uid)) {
      const rest = listAt(dependent, 'metadata', 'ownerReferences').filter((owner) => textAt(owner, 'uid') !== uid);
      if (orphan || rest.length > 0)
        store.put(each, withPath(dependent, ['metadata', 'ownerReferences'], rest.length === 0 ? undefined : rest));
      else begin(each, dependent, false);
    }
    if (kind.kind === 'ClusterRole') aggregateRoles(store);
    finishNamespace(textAt(object, 'metadata', 'namespace'));
  };
  /** Objects that name an owner; an owner without uid owns nothing. */
  const dependents = (uid: string): readonly (readonly [Kind, JsonObject])[] =>
    uid === ''
      ? []
      : KINDS.flatMap((kind) =>
          store
            .list(kind, '')
            .filter((object) => listAt(object, 'metadata', 'ownerReferences').some((owner) => textAt(owner, 'uid') === uid))
            .map((object): readonly [Kind, JsonObject] => [kind, object]),
        );
  /** Removes an object, or marks it where finalizers hold it; gives back what is left. */
  const begin = (kind: Kind, object: JsonObject, orphan: boolean): JsonObject | undefined => {
    const name = textAt(object, 'metadata', 'name');
    if (kind === namespaces) empty(name);
    const held = listAt(object, 'metadata', 'finalizers').length > 0 || (kind === namespaces && contents(name).length > 0);
    // It may have gone already, with its owner or its namespace.
    const current = store.get(kind, textAt(object, 'metadata', 'namespace'), name);
    if (current === undefined) return undefined;
    if (!held) {
      remove(kind, current, orphan);
      return undefined;
    }
    if (textAt(current, 'metadata', 'deletionTimestamp') !== '') return current;
    const marked = withPath(current, ['metadata', 'deletionTimestamp'], instant(now()));
    return store.put(kind, kind === namespaces ? withPath(marked, ['status', 'phase'], 'Terminating') : marked);
  };
  const contents = (namespace: string): readonly (readonly [Kind, JsonObject])[] =>
    KINDS.filter(({ namespaced }) => namespaced).flatMap((kind) =>
      store.list(kind, namespace).map((object): readonly [Kind, JsonObject] => [kind, object]),
    );
  const empty = (namespace: string): void => {
    for (const [kind, object] of contents(namespace)) begin(kind, object, false);
  };
  const finishNamespace = (name: string): void => {
    if (name === '') return;
    const namespace = store.get(namespaces, '', name);
    if (namespace === undefined || textAt(namespace, 'metadata', 'deletionTimestamp') === '') return;
    if (contents(name).length === 0) store.remove(namespaces, namespace);
  };
  return {
    remove,
    finish: (kind, object) => {
      if (kind === namespaces && contents(textAt(object, 'metadata', 'name')).length > 0) store.put(kind, object);
      else remove(kind, object);
    },
    one: (call, kind, namespace, name) => {
      const options = readDeleteOptions(call);
      const object = store.get(kind, namespace, name);
      if (object === undefined) throw notFound(kind, name);
      requireDeletable(kind, name, object, options);
      const left = options.dryRun ? undefined : begin(kind, object, options.orphan);
      return left === undefined ? json(200, removed(kind, object)) : json(200, left);
    },
    many: (call, kind, namespace, options) => {
      const how = readDeleteOptions(call);
      const objects = store.list(kind, namespace).filter(options.selects);
      for (const object of objects) {
        requireDeletable(kind, textAt(object, 'metadata', 'name'), object, how);
        if (!how.dryRun) begin(kind, object, how.orphan);
      }
      return json(200, listObject(kind, { resourceVersion: String(store.version()) }, objects));
    },
  };
}

function requireDeletable(kind: Kind, name: string, object: JsonObject, { uid, version }: DeleteOptions): void {
  if (kind.kind === 'Namespace' && IMMORTAL.has(name)) {
    throw forbiddenBy(kind, name, `${qualified(kind, name)} is forbidden: this namespace may not be deleted`);
  }
  const own = textAt(object, 'metadata', 'uid');
  if (uid !== '' && uid !== own) {
    throw conflict(kind, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${own}`);
  }
  const current = textAt(object, 'metadata', 'resourceVersion');
  if (version !== '' && version !== current) {
    throw conflict(
      kind,
      name,
      `Precondition failed: ResourceVersion in precondition: ${version}, ResourceVersion in object meta: ${current}`,
    );
  }
}

/** `Status` of a deletion that is done. */
function removed(kind: Kind, object: JsonObject): JsonObject {
  const details = {
    name: textAt(object, 'metadata', 'name'),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.resource,
    uid: textAt(object, 'metadata', 'uid'),
  };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** Reads DeleteOptions from the body or, where there is none, from the query. */
function readDeleteOptions(call: Call): DeleteOptions {
  const body = call.body.length === 0 ? {} : readObject(call);
  const kind = textAt(body, 'kind');
  if (kind !== '' && kind !== 'DeleteOptions')
    throw badRequest(
      `${kind} in version ${JSON.stringify(apiVersionOf({ group: '', version: textAt(body, 'apiVersion') }))} cannot be handled as a DeleteOptions`,
    );
  const dryRun = listAt(body, 'dryRun')[0] ?? call.query.get('dryRun');
  const policy = textAt(body, 'propagationPolicy') || (call.query.get('propagationPolicy') ?? '');
  if (!['', 'Orphan', 'Background', 'Foreground'].includes(policy))
    throw badRequest(`invalid propagationPolicy ${JSON.stringify(policy)}`);
  const preconditions = field(body, 'preconditions');
  return {
    dryRun: isDryRun(typeof dryRun === 'string' ? dryRun : undefined),
    orphan: policy === 'Orphan' || field(body, 'orphanDependents') === true,
    uid: isObject(preconditions) ? textAt(preconditions, 'uid') : '',
    version: isObject(preconditions) ? textAt(preconditions, 'resourceVersion') : '',
  };
}
