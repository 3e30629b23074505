import type { KubernetesObject } from '../cluster-seam.ts';

/** The name of an object of a cluster in the state. */
export function objectName({ apiVersion, kind, metadata }: KubernetesObject): string {
  return JSON.stringify([apiVersion, kind, metadata.namespace ?? '', metadata.name]);
}
