import { type Column, columnsOf } from './columns.ts';
import type { ResourceName } from './status.ts';

/** One kind of object that the lab stores. What the columns here cannot say has code of its own in `rules-of.ts`. */
export interface Kind extends ResourceName {
  readonly version: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  /** `kubectl get all` shows those of the category `all`. */
  readonly categories: readonly string[];
  /** Fields beside metadata.name and metadata.namespace that a field selector may name. */
  readonly selectable: readonly string[];
  readonly columns: readonly Column[];
}

/**
 * The kinds by group and version: `Kind plural short scope subresources selectable`; `-` is none, a `*` after the kind
 * puts it into the category `all`. `ns` is namespaced.
 *
 * Source: `kubectl api-resources` of Kubernetes 1.32; the selectable fields are those of each kind's strategy in
 * kubernetes pkg/registry (GetAttrs) and of its conversion functions.
 */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  '/v1': [
    'ConfigMap configmaps cm ns - -',
    'Endpoints endpoints ep ns - -',
    'Event events ev ns - involvedObject.kind,involvedObject.namespace,involvedObject.name,involvedObject.uid,involvedObject.apiVersion,involvedObject.resourceVersion,involvedObject.fieldPath,reason,reportingComponent,source,type',
    'LimitRange limitranges limits ns - -',
    'Namespace namespaces ns cluster status status.phase',
    'Node nodes no cluster status spec.unschedulable',
    'PersistentVolumeClaim persistentvolumeclaims pvc ns status -',
    'PersistentVolume persistentvolumes pv cluster status -',
    'Pod* pods po ns attach,eviction,exec,log,portforward,proxy,status spec.nodeName,spec.restartPolicy,spec.schedulerName,spec.serviceAccountName,spec.hostNetwork,status.phase,status.podIP,status.nominatedNodeName',
    'ResourceQuota resourcequotas quota ns status -',
    'Secret secrets - ns - type',
    'ServiceAccount serviceaccounts sa ns token -',
    'Service* services svc ns proxy,status spec.clusterIP,spec.type',
  ],
  'apps/v1': [
    'DaemonSet* daemonsets ds ns status -',
    'Deployment* deployments deploy ns scale,status -',
    'ReplicaSet* replicasets rs ns scale,status status.replicas',
    'StatefulSet* statefulsets sts ns scale,status -',
  ],
  'batch/v1': ['CronJob* cronjobs cj ns status -', 'Job* jobs - ns status status.successful'],
  'autoscaling/v2': ['HorizontalPodAutoscaler* horizontalpodautoscalers hpa ns status -'],
  'networking.k8s.io/v1': [
    'Ingress ingresses ing ns status -',
    'IngressClass ingressclasses - cluster - -',
    'NetworkPolicy networkpolicies netpol ns - -',
  ],
  'policy/v1': ['PodDisruptionBudget poddisruptionbudgets pdb ns status -'],
  'rbac.authorization.k8s.io/v1': [
    'ClusterRole clusterroles - cluster - -',
    'ClusterRoleBinding clusterrolebindings - cluster - -',
    'Role roles - ns - -',
    'RoleBinding rolebindings - ns - -',
  ],
  'storage.k8s.io/v1': ['StorageClass storageclasses sc cluster - -'],
  'coordination.k8s.io/v1': ['Lease leases - ns - -'],
  'discovery.k8s.io/v1': ['EndpointSlice endpointslices - ns - -'],
  'scheduling.k8s.io/v1': ['PriorityClass priorityclasses pc cluster - -'],
};

/** What is asked and answered without being stored: `Kind plural scope`. */
const REVIEWS: Readonly<Record<string, readonly string[]>> = {
  'authentication.k8s.io/v1': ['SelfSubjectReview selfsubjectreviews cluster', 'TokenReview tokenreviews cluster'],
  'authorization.k8s.io/v1': [
    'LocalSubjectAccessReview localsubjectaccessreviews ns',
    'SelfSubjectAccessReview selfsubjectaccessreviews cluster',
    'SelfSubjectRulesReview selfsubjectrulesreviews cluster',
    'SubjectAccessReview subjectaccessreviews cluster',
  ],
};

function words(text: string | undefined): readonly string[] {
  return text === undefined || text === '-' ? [] : text.split(',');
}

function split(groupVersion: string): { readonly group: string; readonly version: string } {
  const [group = '', version = ''] = groupVersion.split('/');
  return { group, version };
}

/** Every kind that is stored, in the order of discovery. */
export const KINDS: readonly Kind[] = Object.entries(TABLE).flatMap(([groupVersion, rows]) =>
  rows.map((row) => {
    const [marked = '', resource = '', short, scope, subresources, selectable] = row.split(' ');
    const kind = marked.replace('*', '');
    return {
      ...split(groupVersion),
      kind,
      resource,
      singular: kind.toLowerCase(),
      shortNames: words(short),
      namespaced: scope === 'ns',
      subresources: words(subresources),
      categories: marked === kind ? [] : ['all'],
      selectable: words(selectable),
      columns: columnsOf(kind),
    };
  }),
);

/** A kind that is answered at once and never stored. */
export interface ReviewKind extends ResourceName {
  readonly version: string;
  readonly namespaced: boolean;
}

export const REVIEW_KINDS: readonly ReviewKind[] = Object.entries(REVIEWS).flatMap(([groupVersion, rows]) =>
  rows.map((row) => {
    const [kind = '', resource = '', scope] = row.split(' ');
    return { ...split(groupVersion), kind, resource, namespaced: scope === 'ns' };
  }),
);

const byResource = new Map(KINDS.map((kind) => [`${kind.group}/${kind.version}/${kind.resource}`, kind]));
const byName = new Map(KINDS.map((kind) => [`${apiVersionOf(kind)} ${kind.kind}`, kind]));

/** The stored kind that a URL means. */
export function kindOfResource(group: string, version: string, resource: string): Kind | undefined {
  return byResource.get(`${group}/${version}/${resource}`);
}

/** The stored kind of an object. */
export function kindOfObject(apiVersion: string, kind: string): Kind | undefined {
  return byName.get(`${apiVersion} ${kind}`);
}

/** A kind of the table by its name, for code that means one in particular. */
export function kindNamed(name: string): Kind {
  const found = KINDS.find(({ kind }) => kind === name);
  if (found === undefined) throw new RangeError(`no kind ${name}`);
  return found;
}

/** `v1`, `apps/v1`. */
export function apiVersionOf({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === '' ? version : `${group}/${version}`;
}
