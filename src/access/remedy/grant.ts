import { type Attributes, authorize, compileRbac, defaultRoles } from '../../rules/rbac/index.ts';
import type { Query } from '../types.ts';
import type { JudgedPath } from '../walk.ts';
import { ruleFor } from './binding.ts';

/**
 * The same wish as an entry of `grants:` in a grants file, as YAML text.
 *
 * The access is the narrowest of Kubernetes' own roles that allows the request, else the one rule that was asked for.
 */
export function grantFragment(query: Query, path: JudgedPath): string {
  const { request, cluster } = query;
  const namespace = 'namespace' in request ? (request.namespace ?? '') : '';
  const to = path.start.principal.roleArn ?? path.start.principal.arn;
  const name = `${to.slice(to.lastIndexOf('/') + 1)}-${cluster.name}`.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  const lines = [`- name: ${name}`, `  to: ${to}`, `  on: ${cluster.name}`, `  access: ${accessFor(request, namespace)}`];
  if (namespace !== '') lines.push(`  namespaces: [${JSON.stringify(namespace)}]`);
  lines.push(`  via: ${path.roles.length === 0 ? 'direct' : 'role'}`);
  return `${lines.join('\n')}\n`;
}

function accessFor(request: Attributes, namespace: string): string {
  if (namespace !== '') {
    for (const role of ['view', 'edit', 'admin']) if (allowedBy(role, request)) return role;
  }
  return JSON.stringify({ rules: [ruleFor(request)] });
}

/** Asked of Kubernetes' default roles alone, whatever the cluster made of them. */
function allowedBy(name: string, request: Attributes): boolean {
  const user = { name: 'somebody', groups: [] };
  const binding = {
    kind: 'ClusterRoleBinding',
    name: 'probe',
    namespace: '',
    roleRef: { kind: 'ClusterRole', name, apiGroup: 'rbac.authorization.k8s.io' },
    subjects: [{ kind: 'User', name: user.name, apiGroup: 'rbac.authorization.k8s.io' }],
  } as const;
  return authorize(compileRbac(defaultRoles(), [binding]), user, request).decision === 'allow';
}
