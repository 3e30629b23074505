import { DescribeClusterCommand, EKSClient, paginateListClusters } from '@aws-sdk/client-eks';
import { type AwsAccess, sdkOptions } from './client.ts';
import { type AwsFailure, failureOf } from './failure.ts';

/** How often one question is asked: a person waits. */
const TRIES = 3;

/** The `cluster` of DescribeCluster, as it came (EKS API reference, DescribeCluster; IAM: eks:DescribeCluster). */
export async function describeCluster(
  name: string,
  access: AwsAccess,
): Promise<{ readonly cluster: unknown } | { readonly failure: AwsFailure }> {
  return asked(access, async (client) => {
    const { cluster } = await client.send(new DescribeClusterCommand({ name }));
    return { cluster };
  });
}

/** Names of all clusters of the region (EKS API reference, ListClusters; IAM: eks:ListClusters). */
export async function listClusters(
  access: AwsAccess,
): Promise<{ readonly names: readonly string[] } | { readonly failure: AwsFailure }> {
  return asked(access, async (client) => {
    const names: string[] = [];
    for await (const page of paginateListClusters({ client }, {})) names.push(...(page.clusters ?? []));
    return { names };
  });
}

async function asked<T>(
  access: AwsAccess,
  ask: (client: EKSClient) => Promise<T>,
): Promise<T | { readonly failure: AwsFailure }> {
  let client: EKSClient | undefined;
  try {
    client = new EKSClient(sdkOptions(access, TRIES));
    return await ask(client);
  } catch (error) {
    return { failure: failureOf(error) };
  } finally {
    client?.destroy();
  }
}
