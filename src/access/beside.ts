import type { Cluster } from '../inventory/index.ts';
import { readIdentity } from '../rules/arn/index.ts';
import { isChaining } from '../rules/sts/index.ts';
import { judgeAction } from './action.ts';
import { findPrincipal } from './principals.ts';
import type { Beside } from './types.ts';
import type { JudgedPath } from './walk.ts';
import type { World } from './world.ts';

/** What is drawn beside the path: it decides nothing about the request, but people trip over it. */
export function besidePath(world: World, path: JudgedPath, cluster: Cluster): readonly Beside[] {
  const arrives = path.steps.some(({ kind }) => kind === 'authenticate');
  const beside: Beside[] = [...(arrives ? [describeHop(world, path, cluster)] : []), reach(cluster)];
  if (path.roles.length > 0 && isChaining(path.steps.findLast((step) => step.kind === 'assume')?.from ?? path.start)) {
    beside.push({
      kind: 'limit',
      verdict: 'no',
      text: 'the last role is chained from another: its sessions last one hour at most',
    });
  }
  beside.push({
    kind: 'admission',
    verdict: 'unknown',
    text: 'admission control (webhooks, quotas, Pod Security) is not judged',
  });
  return beside;
}

/**
 * `eks:DescribeCluster` is needed only to make a kubeconfig (facts/eks.md §4.6). EKS has no resource policies, so a
 * principal of another account can never call it (facts/iam.md §2.5).
 */
function describeHop(world: World, path: JudgedPath, cluster: Cluster): Beside {
  const { principal } = path.session;
  const who = principal.arn;
  if (principal.account !== cluster.account) {
    return {
      kind: 'describe',
      verdict: 'no',
      text: `${who} is of another account and can never call eks:DescribeCluster: its owner hands over the endpoint and CA for the kubeconfig`,
    };
  }
  const identity = readIdentity(principal.roleArn ?? who);
  if ('error' in identity) return { kind: 'describe', verdict: 'unknown', text: identity.error };
  const { description } = cluster;
  const tags = description.state === 'collected' ? description.value.tags : undefined;
  const { decision } = judgeAction(
    world,
    { session: path.session, found: findPrincipal(world.inventory, identity), hop: path.roles.length + 1 },
    { action: 'eks:DescribeCluster', resource: cluster.arn, account: cluster.account, ...(tags === undefined ? {} : { tags }) },
  );
  if (decision === 'allow')
    return { kind: 'describe', verdict: 'yes', text: `${who} may call eks:DescribeCluster to make a kubeconfig` };
  if (decision === 'unknown') {
    return {
      kind: 'describe',
      verdict: 'unknown',
      text: `whether ${who} may call eks:DescribeCluster (only to make a kubeconfig) is not settled`,
    };
  }
  return {
    kind: 'describe',
    verdict: 'no',
    text: `${who} may not call eks:DescribeCluster: kubectl does not need it, making a kubeconfig does`,
  };
}

function reach(cluster: Cluster): Beside {
  if (cluster.description.state !== 'collected') {
    return { kind: 'reach', verdict: 'unknown', text: 'whether the endpoint can be reached: the cluster was not described' };
  }
  const { publicAccess, privateAccess, publicAccessCidrs } = cluster.description.value;
  if (publicAccess === false) {
    return {
      kind: 'reach',
      verdict: 'no',
      text: 'the endpoint is private: it answers only inside its VPC and networks joined to it',
    };
  }
  if (publicAccess === undefined && privateAccess === undefined) {
    return { kind: 'reach', verdict: 'unknown', text: 'whether the endpoint is public is not in the description of the cluster' };
  }
  const open = publicAccessCidrs.length === 0 || publicAccessCidrs.includes('0.0.0.0/0');
  if (open) return { kind: 'reach', verdict: 'yes', text: 'the endpoint is public' };
  return { kind: 'reach', verdict: 'unknown', text: `the endpoint is public for ${publicAccessCidrs.join(', ')} alone` };
}
