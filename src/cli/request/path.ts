import type { Caller, PathChoice } from '../../access/index.ts';
import { whoami } from '../../access/index.ts';
import type { Cluster, Inventory } from '../../inventory/index.ts';
import { readIdentity } from '../../rules/arn/index.ts';
import { readAwsAuth } from '../../rules/eks/index.ts';
import { usage } from '../exit.ts';

const MOST_LISTED = 8;

/**
 * The path when no flag names one: the caller itself, as long as the cluster may know it. A caller that the cluster
 * certainly does not know needs a path; the message lists the roles that the cluster does know. Throws a CliError.
 */
export function pathOfSelf(inventory: Inventory, cluster: Cluster, caller: Caller): PathChoice {
  if (caller.kind === 'kubernetes') return { kind: 'self' };
  const self = whoami(inventory, cluster, caller.arn);
  if (self.kind === 'refusal') throw usage(self.message);
  if (self.mapping.result !== 'unauthorized') return { kind: 'self' };
  const roles = mappedRoles(cluster);
  const shown = roles.slice(0, MOST_LISTED).map((role) => `--via ${role}`);
  if (roles.length > MOST_LISTED) shown.push(`and ${roles.length - MOST_LISTED} more roles that the cluster maps`);
  throw usage(
    `${cluster.name} does not map ${caller.arn} itself, so say which path is meant: --via, --context or --any-path`,
    '--any-path searches every path through the collected accounts',
    ...(shown.length === 0 ? ['the cluster maps no role that was collected'] : shown),
  );
}

/** Roles that the access entries and the rows of aws-auth name, nodes' roles left out, in the files' order. */
export function mappedRoles(cluster: Cluster): readonly string[] {
  const roles: string[] = [];
  const entries = cluster.accessEntries();
  if (entries.state === 'collected')
    roles.push(...entries.value.filter(({ type }) => type === 'STANDARD').map(({ principalArn }) => principalArn));
  const awsAuth = cluster.awsAuth();
  if (awsAuth.state === 'collected' && awsAuth.value !== null) {
    for (const row of readAwsAuth(awsAuth.value.data).roles) {
      if (!row.groups.includes('system:nodes')) roles.push(row.arn);
    }
  }
  return [...new Set(roles)].filter((role) => {
    const identity = readIdentity(role);
    return !('error' in identity) && identity.kind === 'role';
  });
}
