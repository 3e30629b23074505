import type { Cluster } from '../../inventory/index.ts';
import { awsAuthOf } from '../../rules/eks/index.ts';
import type { TrustGraph } from '../trust-graph.ts';

/** Whom a cluster names. */
export interface Mapped {
  /** ARNs of roles and users, with their paths where they are known. */
  readonly principals: ReadonlySet<string>;
  /** Accounts of which everybody is somebody (`mapAccounts`). */
  readonly accounts: readonly string[];
}

/** Everybody whom entries, rows of aws-auth or the making of a cluster name, as far as that was collected. */
export function mappedBy(cluster: Cluster, graph: TrustGraph): Mapped {
  const principals = new Set<string>();
  let accounts: readonly string[] = [];
  const entries = cluster.accessEntries();
  if (entries.state === 'collected') for (const { principalArn } of entries.value) principals.add(principalArn);
  const awsAuth = cluster.awsAuth();
  if (awsAuth.state === 'collected' && awsAuth.value !== null) {
    const auth = awsAuthOf(awsAuth.value);
    accounts = auth.accounts;
    for (const { arn } of [...auth.roles, ...auth.users]) {
      const called = graph.rolesCalled(arn);
      if (called.length === 0) principals.add(arn);
      for (const role of called) principals.add(role);
    }
  }
  const creator = cluster.creator();
  if (creator.state === 'collected') principals.add(creator.value);
  return { principals, accounts };
}
