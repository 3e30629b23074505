import { defaultRoles, type PolicyRule } from '../../rules/rbac/index.ts';

const READ = ['get', 'list', 'watch'];

/**
 * What `access: audit` reads beside `view`: what an auditor needs to see who may do what, and where things run. Enumerated, so
 * that nothing comes in by a wildcard: no Secrets, no `nodes/proxy` (which runs commands in every pod, facts eks.md §6.1), no
 * exec, attach or port-forward, no custom resources themselves.
 */
const BESIDE_VIEW: readonly PolicyRule[] = [
  { apiGroups: [''], resources: ['nodes', 'persistentvolumes'], verbs: READ },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: READ },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'],
    verbs: READ,
  },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: READ },
];

/** The rules of `view` in Kubernetes 1.32, a rule a group: the table does not change when a cluster is upgraded. */
function viewRules(): readonly PolicyRule[] {
  const byGroup = new Map<string, Set<string>>();
  for (const rule of defaultRoles('1.32').find(({ name }) => name === 'view')?.rules ?? []) {
    for (const group of rule.apiGroups ?? []) {
      const resources = byGroup.get(group) ?? new Set();
      byGroup.set(group, resources);
      for (const resource of rule.resources ?? []) resources.add(resource);
    }
  }
  return [...byGroup]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, resources]) => ({ apiGroups: [group], resources: [...resources].sort(), verbs: READ }));
}

/** The table of `access: audit` (docs/grants.md prints it). */
export const AUDIT_RULES: readonly PolicyRule[] = [...viewRules(), ...BESIDE_VIEW];
