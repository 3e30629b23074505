import { readFileSync } from 'node:fs';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { Credentials } from '../../rules/token/index.ts';

/** With whose credentials AWS is asked, where, and how it is reached. */
export interface AwsAccess {
  readonly region: string;
  readonly credentials: Credentials;
  /** Another address than the region's, as AWS_ENDPOINT_URL_EKS says it. */
  readonly endpoint?: string;
  readonly proxy?: string;
  /** A file of certificates that are trusted instead of the usual ones. */
  readonly caBundle?: string;
  /** AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT. */
  readonly fips?: boolean;
  readonly dualStack?: boolean;
  /** How long one try may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** How long one try may take unless it is said, in milliseconds: a person waits. */
const TIMEOUT = 10_000;

/**
 * What every client of the SDK is made with.
 *
 * @param tries how often the SDK itself tries; 1 where the caller retries with a clock of its own
 */
export function sdkOptions(access: AwsAccess, tries: number) {
  const { region, credentials, endpoint, proxy, caBundle, fips, dualStack, timeoutMs = TIMEOUT } = access;
  const ca = caBundle === undefined ? {} : { ca: readFileSync(caBundle) };
  const httpsAgent = proxy === undefined ? undefined : new HttpsProxyAgent(proxy, ca);
  return {
    region,
    credentials,
    maxAttempts: tries,
    // Its own reading of the environment and the files would be a second opinion.
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(fips === undefined ? {} : { useFipsEndpoint: fips }),
    ...(dualStack === undefined ? {} : { useDualstackEndpoint: dualStack }),
    requestHandler: {
      connectionTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      ...(httpsAgent !== undefined ? { httpsAgent } : caBundle === undefined ? {} : { httpsAgent: ca }),
    },
  };
}
