import type { Cluster, Inventory } from '../../inventory/index.ts';
import { stripPath } from '../../rules/arn/index.ts';
import { defaultUsername, readAwsAuth } from '../../rules/eks/index.ts';
import { groupName } from '../marks.ts';
import { objectMarks } from '../present-cluster.ts';
import type { PlanNote } from '../types.ts';
import { clusterResources } from '../wish/cluster.ts';
import { findPrincipal } from '../wish/principals.ts';
import type { FileCluster, Wish } from '../wish/types.ts';

/** What stands on a cluster already and gives a grant more, less or nothing. */
export function clusterWarnings(wish: Wish, file: string, on: FileCluster, inventory: Inventory): readonly PlanNote[] {
  const cluster = inventory.clusters.find(({ arn }) => arn === on.arn);
  if (cluster === undefined) return [];
  const warn = (code: string, text: string): PlanNote => ({ code, grant: wish.name, text });
  return [
    ...otherBindings(cluster, groupName(file, wish.name), usernames(wish, file, on, inventory)).map((text) =>
      warn('broad-binding', `${text}, so the grant gets that too`),
    ),
    ...missingNamespaces(wish, on, cluster).map((text) => warn('namespace-missing', text)),
    ...hiddenRows(wish, cluster, inventory).map((text) => warn('overrides-row', text)),
    ...reach(on, cluster).map((text) => warn('private-endpoint', text)),
  ];
}

/** The usernames that the mapping of a grant gives, templates as they are written. */
function usernames(wish: Wish, file: string, on: FileCluster, inventory: Inventory): readonly string[] {
  const names = clusterResources(wish, file, on, inventory).wanted.flatMap(({ resource }) => {
    if (resource.kind === 'aws-auth-row') return [resource.username];
    if (resource.kind !== 'access-entry') return [];
    return [resource.username ?? defaultUsername({ principalArn: resource.principalArn, type: 'STANDARD' }) ?? ''];
  });
  return [...new Set(names)];
}

/** Whether a mapped name is this one, or would be with the right session name: whoever makes a session chooses it. */
function mayBe(template: string, name: string): boolean {
  const open = template.indexOf('{{');
  return open < 0 ? name === template : open > 0 && name.length > open && name.startsWith(template.slice(0, open));
}

/** Bindings of somebody else that name the group of the grant, or a user that it makes. */
function otherBindings(cluster: Cluster, group: string, users: readonly string[]): readonly string[] {
  const rbac = cluster.rbac();
  if (rbac.state !== 'collected') return [];
  return rbac.value.bindings.flatMap((binding) => {
    const isNamed = binding.subjects.some(({ kind, name }) => kind === 'Group' && name === group);
    const user = binding.subjects.find(({ kind, name }) => kind === 'User' && users.some((each) => mayBe(each, name)));
    if ((!isNamed && user === undefined) || objectMarks(binding).owner !== null || binding.name === group) return [];
    const { kind, name, namespace, roleRef } = binding;
    return [
      `${kind} ${name}${namespace === '' ? '' : ` in ${namespace}`} binds ${isNamed || user === undefined ? 'its group' : `its user ${user.name}`} to ${roleRef.kind} ${roleRef.name}`,
    ];
  });
}

function missingNamespaces({ namespaces }: Wish, on: FileCluster, cluster: Cluster): readonly string[] {
  const known = cluster.namespaces();
  if (known.state !== 'collected') return [];
  const missing = namespaces.filter((name) => !name.includes('*') && !known.value.includes(name));
  return missing.map((name) => `cluster ${on.alias} has no namespace ${name}: a binding cannot be made in it before it is there`);
}

/** An entry takes the place of the principal's row as a whole (facts eks.md §2.6). */
function hiddenRows(wish: Wish, cluster: Cluster, inventory: Inventory): readonly string[] {
  if (wish.via !== 'direct' || wish.mechanism === 'aws-auth') return [];
  const mode = cluster.description.state === 'collected' ? cluster.description.value.mode : undefined;
  const awsAuth = cluster.awsAuth();
  if (mode !== 'API_AND_CONFIG_MAP' || awsAuth.state !== 'collected' || awsAuth.value === null) return [];
  const { roles, users } = readAwsAuth(awsAuth.value.data);
  return wish.to.flatMap((principal) => {
    const { arn } = findPrincipal(principal, inventory, cluster.account);
    const row =
      arn === undefined
        ? undefined
        : [...roles, ...users].findLast((each) => each.arn.toLowerCase() === stripPath(arn).toLowerCase());
    if (row === undefined) return [];
    return [
      `${row.arn} has a row in aws-auth (groups ${row.groups.join(', ') || 'none'}): the access entry takes its place as a whole, and the row counts no more`,
    ];
  });
}

function reach({ alias }: FileCluster, { description }: Cluster): readonly string[] {
  if (description.state !== 'collected' || description.value.publicAccess !== false) return [];
  return [`the endpoint of ${alias} is private: no grant opens the network to it`];
}
