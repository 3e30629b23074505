import type { Gap } from '../base/index.ts';
import type { Failure } from './text/failure.ts';

/** A gap without its state: what is missing, whose it is, and the command that brings it. */
export interface Wanted {
  readonly id: string;
  readonly what: string;
  readonly side: string;
  readonly command?: string;
}

/** Evidence that is missing: nobody asked, or, with a failure, the file that should hold it gives nothing. */
export function gapOf(wanted: Wanted, failure?: Failure): Gap & { readonly state: 'refused' | 'notCollected' } {
  const state = failure?.state === 'refused' ? 'refused' : 'notCollected';
  const what = failure === undefined ? wanted.what : `${wanted.what} (${failure.why})`;
  return { kind: 'gap', state, ...wanted, what };
}

/** What IAM holds in one account. */
export function iamWanted(account: string): Wanted {
  const command = 'aws iam get-account-authorization-details';
  return { id: `iam:${account}`, what: `the users, roles and policies of account ${account}`, side: account, command };
}

/** Which OIDC providers an account has. */
export function oidcWanted(account: string): Wanted {
  const command = 'aws iam list-open-id-connect-providers';
  return { id: `oidc:${account}`, what: `the OIDC providers of account ${account}`, side: account, command };
}

/** SCPs or RCPs of an account, of which no organization was collected or whose organization lacks them. */
export function organizationWanted(kind: 'scp' | 'rcp', target: string, side: string): Wanted {
  const filter = kind === 'scp' ? 'SERVICE_CONTROL_POLICY' : 'RESOURCE_CONTROL_POLICY';
  const what = `the ${kind === 'scp' ? 'service' : 'resource'} control policies of ${target}`;
  return { id: `${kind}:${target}`, what, side, command: `aws organizations list-policies --filter ${filter}` };
}

/** Where a cluster is, for the commands of its gaps. */
export interface ClusterPlace {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
}

/** A part of a cluster that the EKS API tells. */
export function eksWanted(cluster: ClusterPlace, part: 'description' | 'mode' | 'access-entries'): Wanted {
  const on = `--name ${cluster.name} --region ${cluster.region}`;
  const { arn: side } = cluster;
  if (part === 'access-entries') {
    const command = `aws eks list-access-entries --cluster-name ${cluster.name} --region ${cluster.region}`;
    return { id: `access-entries:${side}`, what: `the access entries of cluster ${cluster.name}`, side, command };
  }
  const what = part === 'mode' ? 'authentication mode' : 'description';
  return {
    id: `${part}:${side}`,
    what: `the ${what} of cluster ${cluster.name}`,
    side,
    command: `aws eks describe-cluster ${on}`,
  };
}

/** A part of a cluster that its Kubernetes API tells; `resources` as kubectl wants them. */
export function kubeWanted(cluster: ClusterPlace, part: string, what: string, resources: string): Wanted {
  const command = `kubectl get ${resources} -o yaml`;
  return { id: `${part}:${cluster.arn}`, what: `${what} of cluster ${cluster.name}`, side: cluster.arn, command };
}
