import type { Cluster, Edit, Inventory } from '../../inventory/index.ts';
import { readAwsAuth } from '../../rules/eks/index.ts';
import { bareArn } from '../principals.ts';
import type { Query } from '../types.ts';

/**
 * Who gains what else by the changes: the other bearers of a group, and the rest of a role or policy. A role that the
 * changes make holds nothing but what was asked for, and the principal that comes to the cluster is whom they are for.
 *
 * @param principalArn the role or user that comes to the cluster
 */
export function gainsOf(inventory: Inventory, query: Query, changes: readonly Edit[], principalArn: string): readonly string[] {
  const cluster = inventory.clusters.find(({ arn }) => arn === query.cluster.arn) ?? query.cluster;
  const made = new Set(changes.flatMap((change) => (change.kind === 'add-rbac-role' ? [change.role.name] : [])));
  const gains = changes.flatMap((change) => {
    if (change.kind !== 'add-rbac-binding') return gainsOfOne(cluster, change);
    const { roleRef, subjects, namespace } = change.binding;
    const what = `everything in ${roleRef.kind} ${roleRef.name}${namespace === '' ? '' : ` in ${namespace}`}`;
    const rest = made.has(roleRef.name) ? [] : subjects.map(({ kind, name }) => `${kind} ${name}: ${what}`);
    const others = subjects.flatMap(({ kind, name }) =>
      kind === 'Group' ? bearers(cluster, name).map((arn) => ({ arn, name })) : [],
    );
    return [
      ...rest,
      ...others
        .filter(({ arn }) => bareArn(arn) !== bareArn(principalArn))
        .map(({ arn, name }) => `${arn}, as a member of ${name}`),
    ];
  });
  return [...new Set(gains)];
}

function gainsOfOne(cluster: Cluster, change: Edit): readonly string[] {
  switch (change.kind) {
    case 'add-identity-statement':
    case 'add-trust-statement':
      return [];
    case 'associate-access-policy':
      return [
        `${change.principalArn}: everything in ${policyName(change.policy.policyArn)}${scopeOf(change.policy.scope.namespaces)}`,
      ];
    case 'put-access-entry': {
      if (change.entry.policies.state !== 'collected') return [];
      return change.entry.policies.value.map(
        ({ policyArn, scope }) =>
          `${change.entry.principalArn}: everything in ${policyName(policyArn)}${scopeOf(scope.namespaces)}`,
      );
    }
    case 'add-aws-auth-row':
      return [];
    case 'replace-aws-auth-arn':
      return boundToGroups(cluster, groupsOfRow(cluster, change.to)).map((line) => `${change.to}: ${line}`);
    case 'add-rbac-role':
      return [];
    case 'add-rbac-binding':
      return [];
  }
}

/** Principals that the cluster gives a group to. */
function bearers(cluster: Cluster, group: string): readonly string[] {
  const entries = cluster.accessEntries();
  const awsAuth = cluster.awsAuth();
  const fromEntries =
    entries.state === 'collected'
      ? entries.value.filter(({ groups }) => groups.includes(group)).map(({ principalArn }) => principalArn)
      : [];
  if (awsAuth.state !== 'collected' || awsAuth.value === null) return fromEntries;
  const { roles, users } = readAwsAuth(awsAuth.value.data);
  return [...fromEntries, ...[...roles, ...users].filter(({ groups }) => groups.includes(group)).map(({ arn }) => arn)];
}

function groupsOfRow(cluster: Cluster, arn: string): readonly string[] {
  const awsAuth = cluster.awsAuth();
  if (awsAuth.state !== 'collected' || awsAuth.value === null) return [];
  const { roles } = readAwsAuth(awsAuth.value.data);
  return roles.findLast((row) => row.arn.toLowerCase() === arn.toLowerCase())?.groups ?? [];
}

/** What bindings of the cluster give to any of these groups. */
function boundToGroups(cluster: Cluster, groups: readonly string[]): readonly string[] {
  const rbac = cluster.rbac();
  if (groups.includes('system:masters')) return ['everything, through system:masters'];
  if (rbac.state !== 'collected') return [];
  return rbac.value.bindings.flatMap((binding) => {
    const named = binding.subjects.some(({ kind, name }) => kind === 'Group' && groups.includes(name));
    if (!named) return [];
    const where = binding.namespace === '' ? 'in every namespace' : `in ${binding.namespace}`;
    return [`everything in ${binding.roleRef.kind} ${binding.roleRef.name} ${where} (${binding.kind} ${binding.name})`];
  });
}

function policyName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function scopeOf(namespaces: readonly string[]): string {
  return namespaces.length === 0 ? ' in the whole cluster' : ` in ${namespaces.join(', ')}`;
}
