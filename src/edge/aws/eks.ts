import { readFileSync } from 'node:fs';
import { DescribeClusterCommand, EKSClient, paginateListClusters } from '@aws-sdk/client-eks';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { Credentials } from '../../rules/token/index.ts';

/** With whose credentials EKS is asked, where, and how it is reached. */
export interface AwsAccess {
  readonly region: string;
  readonly credentials: Credentials;
  /** Another address than the region's, as AWS_ENDPOINT_URL_EKS says it. */
  readonly endpoint?: string;
  readonly proxy?: string;
  /** A file of certificates that are trusted instead of the usual ones. */
  readonly caBundle?: string;
}

/** Why AWS did not do it. Plain data: this room is a bundle of its own. */
export interface AwsFailure {
  /** The error code of AWS or of the network: `AccessDeniedException`, `ECONNREFUSED`. */
  readonly code: string;
  readonly message: string;
}

/** How long one try may take, in milliseconds, and how many there are: a person waits. */
const TIMEOUT = 10_000;
const TRIES = 3;

function clientOf({ region, credentials, endpoint, proxy, caBundle }: AwsAccess): EKSClient {
  const ca = caBundle === undefined ? {} : { ca: readFileSync(caBundle) };
  const httpsAgent = proxy === undefined ? undefined : new HttpsProxyAgent(proxy, ca);
  return new EKSClient({
    region,
    credentials,
    maxAttempts: TRIES,
    // Its own reading of the environment and the files would be a second opinion.
    ...(endpoint === undefined ? {} : { endpoint }),
    requestHandler: {
      connectionTimeout: TIMEOUT,
      requestTimeout: TIMEOUT,
      throwOnRequestTimeout: true,
      ...(httpsAgent !== undefined ? { httpsAgent } : caBundle === undefined ? {} : { httpsAgent: ca }),
    },
  });
}

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
    client = clientOf(access);
    return await ask(client);
  } catch (error) {
    return { failure: failureOf(error) };
  } finally {
    client?.destroy();
  }
}

function failureOf(error: unknown): AwsFailure {
  if (!(error instanceof Error)) return { code: 'Error', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { code, message: (error.message || code).split('\n')[0] ?? code };
}
