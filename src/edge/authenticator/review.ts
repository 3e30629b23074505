import type { TokenIdentity } from '../../rules/token/index.ts';

/** A TokenReview as far as it is looked at. */
export interface Review {
  /** As the request has them, empty where it has none; the answer says the same. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly token: string;
  readonly audiences: readonly string[];
}

const VERSIONS: readonly string[] = ['', 'authentication.k8s.io/v1', 'authentication.k8s.io/v1beta1'];

/**
 * Reads a TokenReview of either version; undefined when the text is none. Both versions have the same fields, so one reader
 * serves them (Kubernetes staging/src/k8s.io/api/authentication; facts §1.8). What is not known is passed over.
 */
export function readReview(text: string): Review | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { apiVersion = '', kind = '', spec } = value;
  if (typeof apiVersion !== 'string' || !VERSIONS.includes(apiVersion)) return undefined;
  if (kind !== '' && kind !== 'TokenReview') return undefined;
  if (spec !== undefined && !isObject(spec)) return undefined;
  const { token = '', audiences = [] } = spec ?? {};
  if (typeof token !== 'string' || !(audiences === null || isTexts(audiences))) return undefined;
  return { apiVersion, kind, token, audiences: audiences ?? [] };
}

/** Who the caller is in the cluster. */
export interface User {
  readonly username: string;
  readonly groups: readonly string[];
}

/** The answer that says no; it tells no reason, because the caller may read it. */
export function deny(review: Review): string {
  return write(review, { user: {} });
}

/**
 * The answer that says who the caller is, with the uid and the extra of aws-iam-authenticator (pkg/server; facts §1.7). An
 * account that is scrubbed leaves no trace of the principal.
 *
 * @param audiences those of the request that this server speaks for; empty where it does not look at them
 */
export function accept(
  review: Review,
  user: User,
  identity: TokenIdentity,
  isScrubbed: boolean,
  audiences: readonly string[],
): string {
  const uid = isScrubbed
    ? `aws-iam-authenticator:administrative:${user.username}`
    : `aws-iam-authenticator:${identity.accountId}:${identity.userId}`;
  const extra = {
    accessKeyId: [identity.accessKeyId],
    arn: [identity.arn],
    canonicalArn: [identity.canonicalArn],
    principalId: [identity.userId],
    sessionName: [identity.sessionName],
    'sigs.k8s.io/aws-iam-authenticator/principalId': [identity.userId],
  };
  return write(review, {
    authenticated: true,
    user: {
      username: user.username,
      uid,
      ...(user.groups.length === 0 ? {} : { groups: user.groups }),
      ...(isScrubbed ? {} : { extra }),
    },
    ...(audiences.length === 0 ? {} : { audiences }),
  });
}

/** The token is not in it: nobody needs it back. */
function write({ apiVersion, kind }: Review, status: unknown): string {
  const head = { ...(apiVersion === '' ? {} : { apiVersion }), ...(kind === '' ? {} : { kind }) };
  return JSON.stringify({ ...head, metadata: {}, spec: {}, status });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
