const object = (kind: string, more: object): unknown => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name: 'filler', ...(kind.startsWith('Cluster') ? {} : { namespace: 'kube-system' }) },
  ...more,
});
const roleRef = { kind: 'ClusterRole', name: 'filler' };

/** An object of each kind of RBAC that gives nobody anything: without any of a kind nobody knows whether it was collected. */
export const FILLERS: readonly unknown[] = [
  object('ClusterRole', { rules: [] }),
  object('Role', { rules: [] }),
  object('ClusterRoleBinding', { roleRef, subjects: [] }),
  object('RoleBinding', { roleRef, subjects: [] }),
];
