import { randomUUID } from 'node:crypto';
import { DEFAULT_BINDINGS, defaultRoles } from '../../../rules/rbac/index.ts';
import type { KubernetesObject } from '../cluster-seam.ts';
import { aggregateRoles } from './aggregation.ts';
import { isObject, type Json, type JsonObject, objectAt, textAt, withPath } from './json.ts';
import { kindNamed, kindOfObject } from './kinds.ts';
import { defaulted } from './rules-of.ts';
import type { Store } from './store.ts';

/** The namespaces that every cluster has. */
export const OWN_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/**
 * Fills the store of a new cluster: the objects that it starts with, then what Kubernetes itself sees to at each start and
 * they lack: its namespaces, a default service account in each, its default roles and bindings (facts/eks.md §5.8).
 *
 * Objects of kinds that the lab does not hold are passed over. `version` is the cluster's; without one there are no roles
 * and bindings but those given, since of a cluster of which nobody collected any nothing is known.
 */
export function seed(store: Store, objects: readonly KubernetesObject[], version: string | undefined, now: Date): void {
  const put = (value: unknown): void => {
    const object = asJson(value);
    const kind = isObject(object) ? kindOfObject(textAt(object, 'apiVersion'), textAt(object, 'kind')) : undefined;
    if (kind === undefined || !isObject(object)) return;
    const namespace = textAt(object, 'metadata', 'namespace');
    const name = textAt(object, 'metadata', 'name');
    if (name === '' || (namespace === '') === kind.namespaced) return;
    store.put(kind, born(defaulted(kind, object, store), now));
  };
  const lacks = (kind: string, namespace: string, name: string): boolean =>
    store.get(kindNamed(kind), namespace, name) === undefined;

  for (const object of objects) put(object);
  const namespaces = new Set([
    ...OWN_NAMESPACES,
    ...store.all().flatMap((object) => textAt(object, 'metadata', 'namespace') || []),
  ]);
  for (const name of namespaces) {
    if (lacks('Namespace', '', name)) put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  for (const namespace of store.list(kindNamed('Namespace'), '')) {
    const name = textAt(namespace, 'metadata', 'name');
    for (const object of inEachNamespace(name)) if (lacks(object.kind, name, object.metadata.name)) put(object);
  }
  if (version === undefined) return;
  const filled = new Set<string>();
  for (const role of defaultRoles(version)) {
    if (!lacks('ClusterRole', '', role.name)) continue;
    const { name, labels, rules, aggregation } = role;
    const metadata = { name, labels, annotations: AUTOUPDATE };
    const aggregationRule = aggregation === undefined ? {} : { aggregationRule: { clusterRoleSelectors: aggregation } };
    put({ apiVersion: RBAC, kind: 'ClusterRole', metadata, ...aggregationRule, rules });
    filled.add(name);
  }
  for (const { name, roleRef, subjects } of DEFAULT_BINDINGS) {
    if (!lacks('ClusterRoleBinding', '', name)) continue;
    const metadata = { name, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' }, annotations: AUTOUPDATE };
    put({ apiVersion: RBAC, kind: 'ClusterRoleBinding', metadata, roleRef, ...(subjects.length === 0 ? {} : { subjects }) });
  }
  aggregateRoles(store, filled);
}

const RBAC = 'rbac.authorization.k8s.io/v1';
const AUTOUPDATE = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' };

/** What controllers put into each namespace. */
export function inEachNamespace(namespace: string): readonly KubernetesObject[] {
  return [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } }];
}

/** Gives an object what the API server gives to each new one, where it is not there. */
export function born(object: JsonObject, now: Date): JsonObject {
  const metadata = objectAt(object, 'metadata');
  const uid = textAt(metadata, 'uid') || randomUUID();
  const creationTimestamp = textAt(metadata, 'creationTimestamp') || instant(now);
  return withPath(object, ['metadata'], { ...metadata, uid, creationTimestamp });
}

/** RFC 3339 in whole seconds, as `metav1.Time` is written. */
export function instant(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A value from outside as JSON: what JSON cannot hold is left out. */
function asJson(value: unknown): Json | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value instanceof Date) return instant(value);
  if (Array.isArray(value)) return value.map((each) => asJson(each) ?? null);
  if (typeof value !== 'object') return undefined;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]): readonly [string, Json][] => {
      const made = asJson(each);
      return made === undefined ? [] : [[key, made]];
    }),
  );
}
