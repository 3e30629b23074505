import type { ClusterSeat, KubernetesObject } from '../cluster-seam.ts';
import { createAccess } from './access.ts';
import type { Answer, Call } from './call.ts';
import { isObject, textAt } from './json.ts';
import { apiVersionOf } from './kinds.ts';
import { createReader } from './read.ts';
import { seed } from './seed.ts';
import { createServe } from './serve.ts';
import { createAccountTokens } from './service-account-token.ts';
import { type Change, createStore, type Store } from './store.ts';
import type { WatchTimes } from './watch.ts';
import { createWriter } from './write.ts';

/** One cluster's API without a socket. */
export interface Cluster {
  readonly store: Store;
  readonly serve: (call: Call) => Answer;
}

/** Makes a cluster's store, with what it starts with, and the function that answers its requests. */
export function createCluster(seat: ClusterSeat, times?: WatchTimes): Cluster {
  let seeded = false;
  const store = createStore(
    (change) => {
      if (seeded) seat.keep(kept(change));
    },
    newest(seat.objects, seat.lastVersion),
  );
  seed(store, seat.objects, seat.gaps?.nothing === true ? undefined : seat.version(), seat.now());
  seeded = true;
  const access = createAccess(store, seat.partition, seat.gaps?.rbac);
  const accounts = createAccountTokens(store, seat);
  const reader = createReader(store, seat.now);
  const writer = createWriter(store, access, seat.now);
  const serve = createServe({ seat, store, access, accounts, reader, writer, ...(times === undefined ? {} : { times }) });
  return { store, serve };
}

/** Whether a value of the store is an object as the seat takes it. */
export function isKubernetesObject(value: unknown): value is KubernetesObject {
  return isObject(value) && textAt(value, 'metadata', 'name') !== '';
}

function kept(change: Change): Parameters<ClusterSeat['keep']>[0] {
  const { kind, object, version } = change;
  if (change.type !== 'DELETED') {
    if (!isKubernetesObject(object)) throw new TypeError('an object without a name cannot be kept');
    return { op: 'put', object };
  }
  const namespace = textAt(object, 'metadata', 'namespace');
  return {
    op: 'delete',
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    name: textAt(object, 'metadata', 'name'),
    ...(namespace === '' ? {} : { namespace }),
    resourceVersion: String(version),
  };
}

/** The newest resourceVersion among objects and deletions, so that a restarted cluster goes on counting. */
function newest(objects: readonly KubernetesObject[], deleted = 0): number {
  return objects.reduce((most, { metadata }) => Math.max(most, Number(metadata['resourceVersion']) || 0), deleted);
}
