import type { Cluster, Inventory } from '../inventory/index.ts';
import type { Mapping } from '../rules/eks/index.ts';
import { authenticate, mapToCluster } from './cluster.ts';
import { startOf } from './start.ts';
import type { Refusal } from './types.ts';

/** Who a principal is in a cluster. */
export interface WhoAmI {
  readonly kind: 'whoami';
  readonly caller: string;
  readonly cluster: string;
  /** The ARN that the cluster compares. */
  readonly canonical: string;
  readonly mapping: Mapping;
}

/** Answers who a principal would be in a cluster if it came there itself: Kubernetes username, groups, and by which row or entry. */
export function whoami(inventory: Inventory, cluster: Cluster, callerArn: string): WhoAmI | Refusal {
  const start = startOf(inventory, callerArn);
  if ('code' in start) return start;
  const authentication = authenticate(start.session, cluster);
  if (!authentication.ok) return { kind: 'refusal', code: 'bad-caller', message: authentication.reason };
  return {
    kind: 'whoami',
    caller: start.session.principal.arn,
    cluster: cluster.arn,
    canonical: authentication.canonical,
    mapping: mapToCluster(cluster, authentication.identity),
  };
}
