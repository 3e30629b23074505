import type { Gap } from '../../../base/index.ts';
import type { Cluster, ClusterFiles } from '../../../inventory/index.ts';
import type { KubernetesObject } from '../cluster-seam.ts';
import { type Fields, isFields, listAt, textAt } from '../fields.ts';
import type { KubernetesGaps } from '../state/gaps.ts';
import { objectName } from '../state/object-name.ts';
import { objectScope } from '../state/scope.ts';
import type { Change } from '../state/store.ts';
import { pagesOf } from './text.ts';

/** The Kubernetes objects of a cluster out of its dump, with what the dump lacks. */
export function objectChanges(cluster: Cluster, files: ClusterFiles): readonly Change[] {
  const scope = objectScope(cluster.arn);
  const gaps: Change = {
    scope,
    kind: 'value',
    name: 'gaps',
    document: { value: JSON.stringify(kubernetesGaps(cluster)) },
  };
  const objects = pagesOf(files.kubernetes).flatMap((page) => objectsIn(page));
  return [gaps, ...objects.map((object): Change => ({ scope, kind: 'object', name: objectName(object), document: { object } }))];
}

function kubernetesGaps(cluster: Cluster): KubernetesGaps {
  const [rbac, awsAuth] = [cluster.rbac(), cluster.awsAuth()];
  return {
    rbac: rbac.state === 'collected' ? rbac.value.gaps : [rbac.gap],
    nothing: rbac.state !== 'collected',
    ...(awsAuth.state === 'collected' ? {} : { awsAuth: awsAuth.gap satisfies Gap }),
  };
}

/** An object, or those of a list, lists in lists included; the API's own lists leave `kind` out of their items. */
function objectsIn(value: unknown): readonly KubernetesObject[] {
  if (!isFields(value)) return [];
  const kind = textAt(value, 'kind') ?? '';
  if (!kind.endsWith('List') || !Array.isArray(value['items'])) return isObject(value) ? [value] : [];
  const own = kind === 'List' ? {} : { kind: kind.slice(0, -'List'.length), apiVersion: textAt(value, 'apiVersion') };
  return listAt(value, 'items').flatMap((item) => objectsIn(isFields(item) ? { ...own, ...item } : item));
}

function isObject(value: Fields): value is KubernetesObject & Fields {
  const named = textAt(value['metadata'], 'name') !== undefined;
  return named && textAt(value, 'kind') !== undefined && textAt(value, 'apiVersion') !== undefined;
}
