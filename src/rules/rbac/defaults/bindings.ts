import type { Binding, Subject } from '../types.ts';

const API_GROUP = 'rbac.authorization.k8s.io';

/**
 * The default ClusterRoleBindings; `view`, `edit` and `admin` are bound to nobody, and `system:node` has no subjects
 * (the Node authorizer does that work). Left out: bindings of `system:controller:*` and the RoleBindings of kube-system.
 * Source: facts/eks.md §5.8; kubernetes v1.32.10 bootstrappolicy/policy.go ClusterRoleBindings.
 */
export const DEFAULT_BINDINGS: readonly Binding[] = Object.freeze([
  bind('cluster-admin', group('system:masters')),
  bind('system:monitoring', group('system:monitoring')),
  bind('system:discovery', group('system:authenticated')),
  bind('system:basic-user', group('system:authenticated')),
  bind('system:public-info-viewer', group('system:authenticated'), group('system:unauthenticated')),
  bind('system:node-proxier', user('system:kube-proxy')),
  bind('system:kube-controller-manager', user('system:kube-controller-manager')),
  bind('system:kube-dns', { kind: 'ServiceAccount', name: 'kube-dns', namespace: 'kube-system' }),
  bind('system:kube-scheduler', user('system:kube-scheduler')),
  bind('system:volume-scheduler', user('system:kube-scheduler')),
  bind('system:node'),
  bind('system:service-account-issuer-discovery', group('system:serviceaccounts')),
]);

function bind(name: string, ...subjects: readonly Subject[]): Binding {
  const roleRef = { apiGroup: API_GROUP, kind: 'ClusterRole', name };
  return Object.freeze({ kind: 'ClusterRoleBinding', name, namespace: '', roleRef, subjects, isDefault: true });
}

function group(name: string): Subject {
  return { kind: 'Group', apiGroup: API_GROUP, name };
}

function user(name: string): Subject {
  return { kind: 'User', apiGroup: API_GROUP, name };
}
