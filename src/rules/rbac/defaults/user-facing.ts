import type { PolicyRule } from '../types.ts';
import { on, READ, READ_WRITE, WRITE } from './rule.ts';

/** Rules of `system:aggregate-to-view`; facts/eks.md §5.8, kubernetes v1.32.10 bootstrappolicy/policy.go. */
export const AGGREGATE_TO_VIEW: readonly PolicyRule[] = Object.freeze([
  on(
    'core',
    `pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status endpoints
     persistentvolumeclaims persistentvolumeclaims/status configmaps`,
    READ,
  ),
  on(
    'core',
    `limitranges resourcequotas bindings events pods/status resourcequotas/status namespaces/status
     replicationcontrollers/status pods/log`,
    READ,
  ),
  on('core', 'namespaces', READ),
  on('discovery.k8s.io', 'endpointslices', READ),
  on(
    'apps',
    `controllerrevisions statefulsets statefulsets/status statefulsets/scale daemonsets daemonsets/status deployments
     deployments/status deployments/scale replicasets replicasets/status replicasets/scale`,
    READ,
  ),
  on('autoscaling', 'horizontalpodautoscalers horizontalpodautoscalers/status', READ),
  on('batch', 'jobs cronjobs cronjobs/status jobs/status', READ),
  on(
    'extensions',
    `daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status replicasets
     replicasets/scale replicasets/status replicationcontrollers/scale networkpolicies`,
    READ,
  ),
  on('policy', 'poddisruptionbudgets poddisruptionbudgets/status', READ),
  on('networking.k8s.io', 'networkpolicies ingresses ingresses/status', READ),
]);

/** Rules of `system:aggregate-to-edit`. */
export const AGGREGATE_TO_EDIT: readonly PolicyRule[] = Object.freeze([
  on('core', 'pods/attach pods/proxy pods/exec pods/portforward secrets services/proxy', READ),
  on('core', 'serviceaccounts', 'impersonate'),
  on('core', 'pods pods/attach pods/proxy pods/exec pods/portforward', WRITE),
  on('core', 'pods/eviction', 'create'),
  on(
    'core',
    `replicationcontrollers replicationcontrollers/scale serviceaccounts services services/proxy persistentvolumeclaims
     configmaps secrets events`,
    WRITE,
  ),
  on('core', 'serviceaccounts/token', 'create'),
  on(
    'apps',
    `statefulsets statefulsets/scale daemonsets deployments deployments/scale deployments/rollback replicasets
     replicasets/scale`,
    WRITE,
  ),
  on('autoscaling', 'horizontalpodautoscalers', WRITE),
  on('batch', 'jobs cronjobs', WRITE),
  on(
    'extensions',
    `daemonsets deployments deployments/scale deployments/rollback ingresses replicasets replicasets/scale
     replicationcontrollers/scale networkpolicies`,
    WRITE,
  ),
  on('policy', 'poddisruptionbudgets', WRITE),
  on('networking.k8s.io', 'networkpolicies ingresses', WRITE),
  on('coordination.k8s.io', 'leases', READ_WRITE),
]);

/** Rules of `system:aggregate-to-admin`. */
export const AGGREGATE_TO_ADMIN: readonly PolicyRule[] = Object.freeze([
  on('authorization.k8s.io', 'localsubjectaccessreviews', 'create'),
  on('rbac.authorization.k8s.io', 'roles rolebindings', READ_WRITE),
]);

/** What Kubernetes 1.33 adds to view and edit for dynamic resource allocation (PR #130738). */
export const VIEW_SINCE_1_33: PolicyRule = on(
  'resource.k8s.io',
  'resourceclaims resourceclaims/status resourceclaimtemplates',
  READ,
);
export const EDIT_SINCE_1_33: PolicyRule = on('resource.k8s.io', 'resourceclaims resourceclaimtemplates', WRITE);
