import { credentialScope, EMPTY_BODY, encode, signatureOf, signingDate } from './sign.ts';
import type { Credentials, StsEndpoint } from './types.ts';

/** Every EKS token starts with it. */
export const TOKEN_PREFIX = 'k8s-aws-v1.';

/** The header that binds a token to one cluster. */
export const CLUSTER_HEADER = 'x-k8s-aws-id';

/** A token as it is asked for. */
export interface TokenRequest {
  /** Name of the cluster, or the id of a local cluster on Outposts. */
  readonly cluster: string;
  readonly credentials: Credentials;
  readonly endpoint: StsEndpoint;
  readonly at: Date;
}

/**
 * Makes an EKS token, byte for byte the one that the aws CLI makes of the same credentials at the same moment.
 *
 * A token is `k8s-aws-v1.` and the unpadded base64url form of a presigned GetCallerIdentity. The aws CLI writes
 * X-Amz-Security-Token after X-Amz-SignedHeaders; the signature is made over the sorted query, so the order is a matter
 * of form (facts/eks.md §1.1 and §1.2, clients.md §2).
 */
export function eksToken(request: TokenRequest): string {
  return `${TOKEN_PREFIX}${Buffer.from(presignedCallerIdentity(request)).toString('base64url')}`;
}

/** The URL inside a token: whoever sends it with the header `x-k8s-aws-id: CLUSTER` learns who signed it. */
export function presignedCallerIdentity({ cluster, credentials, endpoint, at }: TokenRequest): string {
  const { protocol, host, pathname } = new URL(endpoint.url);
  const date = signingDate(at);
  const scope = { date, region: endpoint.signingRegion, service: 'sts' };
  const query: (readonly [string, string])[] = [
    ['Action', 'GetCallerIdentity'],
    ['Version', '2011-06-15'],
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${credentials.accessKeyId}/${credentialScope(scope)}`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', '60'],
    ['X-Amz-SignedHeaders', `host;${CLUSTER_HEADER}`],
    ...(credentials.sessionToken === undefined ? [] : [['X-Amz-Security-Token', credentials.sessionToken] as const]),
  ];
  const headers = [['host', host] as const, [CLUSTER_HEADER, cluster] as const];
  const signature = signatureOf(
    { method: 'GET', path: pathname, query, headers, bodyHash: EMPTY_BODY },
    { ...scope, secretAccessKey: credentials.secretAccessKey },
  );
  const text = [...query, ['X-Amz-Signature', signature] as const].map((pair) => pair.map(encode).join('=')).join('&');
  return `${protocol}//${host}${pathname}?${text}`;
}
