import type { Cluster, Inventory } from '../../inventory/index.ts';
import { stripPath } from '../../rules/arn/index.ts';
import { readAwsAuth } from '../../rules/eks/index.ts';
import { groupName } from '../marks.ts';
import { objectMarks } from '../present-cluster.ts';
import type { PlanNote } from '../types.ts';
import { findPrincipal } from '../wish/principals.ts';
import type { FileCluster, Wish } from '../wish/types.ts';

/** What stands on a cluster already and gives a grant more, less or nothing. */
export function clusterWarnings(wish: Wish, file: string, on: FileCluster, inventory: Inventory): readonly PlanNote[] {
  const cluster = inventory.clusters.find(({ arn }) => arn === on.arn);
  if (cluster === undefined) return [];
  const warn = (code: string, text: string): PlanNote => ({ code, grant: wish.name, text });
  return [
    ...otherBindings(cluster, groupName(file, wish.name)).map((text) =>
      warn('broad-binding', `${text}, so the grant gets that too`),
    ),
    ...missingNamespaces(wish, on, cluster).map((text) => warn('namespace-missing', text)),
    ...hiddenRows(wish, cluster, inventory).map((text) => warn('overrides-row', text)),
    ...reach(on, cluster).map((text) => warn('private-endpoint', text)),
  ];
}

/** Bindings of somebody else that name the group of the grant. */
function otherBindings(cluster: Cluster, group: string): readonly string[] {
  const rbac = cluster.rbac();
  if (rbac.state !== 'collected') return [];
  return rbac.value.bindings.flatMap((binding) => {
    const named = binding.subjects.some(({ kind, name }) => kind === 'Group' && name === group);
    if (!named || objectMarks(binding).owner !== null || binding.name === group) return [];
    const { kind, name, namespace, roleRef } = binding;
    return [`${kind} ${name}${namespace === '' ? '' : ` in ${namespace}`} binds its group to ${roleRef.kind} ${roleRef.name}`];
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
