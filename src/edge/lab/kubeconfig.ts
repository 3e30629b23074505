import { stringify } from 'yaml';
import { parseArn } from '../../rules/arn/index.ts';
import type { RunningCluster } from './clusters.ts';

/**
 * A kubeconfig for a cluster of the lab, as `aws eks update-kubeconfig` writes it (facts/eks.md §4.1).
 *
 * @param role what `--role-arn` of get-token is to be, if anything
 * @param proxy where the lab is as a proxy: then the cluster is called by its name at AWS, through it
 */
export function kubeconfigOf(
  arn: string,
  { endpoint, awsEndpoint, authority }: Pick<RunningCluster, 'endpoint' | 'awsEndpoint' | 'authority'>,
  { role, proxy }: { readonly role?: string; readonly proxy?: string } = {},
): string {
  const { region = '' } = parseArn(arn) ?? {};
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const args = ['--region', region, 'eks', 'get-token', '--cluster-name', name, '--output', 'json'];
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: role === undefined ? args : [...args, '--role-arn', role],
  };
  const data = Buffer.from(authority).toString('base64');
  const where = proxy === undefined ? { server: endpoint } : { server: awsEndpoint, 'proxy-url': proxy };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: arn, cluster: { ...where, 'certificate-authority-data': data } }],
    contexts: [{ name: arn, context: { cluster: arn, user: arn } }],
    'current-context': arn,
    users: [{ name: arn, user: { exec } }],
  });
}
