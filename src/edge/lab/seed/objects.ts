import type { KubernetesObject } from '../cluster-seam.ts';

const namespace = (name: string): KubernetesObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

const RBAC = 'rbac.authorization.k8s.io';

/** What a cluster of the article holds beside Kubernetes' own objects. */
export function ARTICLE_OBJECTS(bare: boolean): readonly KubernetesObject[] {
  const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease', ...(bare ? [] : ['my-app-ns'])].map(namespace);
  return bare ? namespaces : [...namespaces, ...AUDIT];
}

/** `view` without Secrets, and the cluster's own kinds (examples/article/put-right). */
const AUDIT: readonly KubernetesObject[] = [
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'causeway:platform-access:audit' },
    rules: [
      {
        apiGroups: [''],
        resources: ['pods', 'services', 'configmaps', 'serviceaccounts', 'events', 'namespaces', 'nodes', 'persistentvolumes'],
        verbs: ['get', 'list', 'watch'],
      },
      {
        apiGroups: ['apps'],
        resources: ['deployments', 'replicasets', 'daemonsets', 'statefulsets'],
        verbs: ['get', 'list', 'watch'],
      },
      {
        apiGroups: [RBAC],
        resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
        verbs: ['get', 'list', 'watch'],
      },
    ],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'causeway:platform-access:security-audits' },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'causeway:platform-access:audit' },
    subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'causeway:platform-access:security-audits' }],
  },
];
