import type { Edit } from '../../inventory/index.ts';
import type { Attributes, Binding, Role, Subject } from '../../rules/rbac/index.ts';
import { authorizeInCluster } from '../cluster.ts';
import type { Query } from '../types.ts';
import type { AuthorizeStep } from '../walk.ts';
import type { World } from '../world.ts';

const RBAC = 'rbac.authorization.k8s.io';

/**
 * The narrowest binding that lets the user do it: a default ClusterRole where one that people know fits, else a role
 * with just the rule that was asked for.
 */
export function bindingFor(world: World, query: Query, step: AuthorizeStep): readonly Edit[] {
  const cluster = world.inventory.clusters.find(({ arn }) => arn === query.cluster.arn) ?? query.cluster;
  const subject = subjectOf(step);
  if (subject === undefined) return [];
  const namespace = 'namespace' in query.request ? (query.request.namespace ?? '') : '';
  const name = (subject.name.startsWith('causeway:') ? subject.name : `causeway:${subject.name}`).slice(0, 200);
  for (const clusterRole of ['view', 'edit', 'admin']) {
    const binding = bind(name, namespace, { kind: 'ClusterRole', name: clusterRole, apiGroup: RBAC }, subject);
    if (namespace !== '' && allowsOneOf(query, clusterRole, cluster))
      return [{ kind: 'add-rbac-binding', clusterArn: cluster.arn, binding }];
  }
  const role: Role = {
    kind: namespace === '' ? 'ClusterRole' : 'Role',
    name,
    namespace,
    labels: {},
    rules: [ruleFor(query.request)],
  };
  const binding = bind(name, namespace, { kind: role.kind, name, apiGroup: RBAC }, subject);
  return [
    { kind: 'add-rbac-role', clusterArn: cluster.arn, role },
    { kind: 'add-rbac-binding', clusterArn: cluster.arn, binding },
  ];
}

/** Whether a ClusterRole of the cluster, bound in the namespace, would allow the request. */
function allowsOneOf(query: Query, clusterRole: string, cluster: Query['cluster']): boolean {
  const probe = 'causeway:probe';
  const namespace = 'namespace' in query.request ? (query.request.namespace ?? '') : '';
  const rbac = cluster.rbac();
  if (rbac.state !== 'collected') return false;
  const binding = bind(
    probe,
    namespace,
    { kind: 'ClusterRole', name: clusterRole, apiGroup: RBAC },
    { kind: 'User', name: probe, apiGroup: RBAC },
  );
  const probed = { ...rbac, value: { ...rbac.value, bindings: [binding] } };
  const user = { username: probe, groups: [], policies: { state: 'collected', value: [] }, gaps: [] } as const;
  return authorizeInCluster({ ...cluster, rbac: () => probed }, user, query.request).rbac?.decision === 'allow';
}

function bind(name: string, namespace: string, roleRef: Binding['roleRef'], subject: Subject): Binding {
  return { kind: namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding', name, namespace, roleRef, subjects: [subject] };
}

/** A group of its own before the user name; never a group that Kubernetes or EKS hands out. */
function subjectOf(step: AuthorizeStep): Subject | undefined {
  const group = step.groups.find((name) => !/^(system|eks|aws|amazon|iam):/.test(name) && !name.includes('{{'));
  if (group !== undefined) return { kind: 'Group', name: group, apiGroup: RBAC };
  if (step.username === '' || step.username.includes('{{')) return undefined;
  return { kind: 'User', name: step.username, apiGroup: RBAC };
}

/** One rule for just this request. */
export function ruleFor(request: Attributes): Role['rules'][number] {
  if ('path' in request) return { nonResourceURLs: [request.path], verbs: [request.verb] };
  const resource = request.subresource === undefined ? request.resource : `${request.resource}/${request.subresource}`;
  return {
    apiGroups: [request.apiGroup],
    resources: [resource],
    verbs: [request.verb],
    ...(request.name === undefined || request.name === '' ? {} : { resourceNames: [request.name] }),
  };
}
