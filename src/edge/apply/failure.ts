import { KubeError } from '../kube/index.ts';

/** Why a call did not succeed. */
export interface Failure {
  readonly kind: FailureKind;
  /** The service's or the network's own: `AccessDeniedException`, `ECONNREFUSED`, `Forbidden`. */
  readonly code: string;
  /** One line in the service's words. */
  readonly message: string;
}

/** `principal`: a principal is named that IAM or EKS does not know (yet). */
export type FailureKind =
  | 'absent'
  | 'exists'
  | 'conflict'
  | 'denied'
  | 'expired'
  | 'throttled'
  | 'server'
  | 'network'
  | 'timeout'
  | 'quota'
  | 'principal'
  | 'refused';

/** A call that failed for good, after everything that was worth a try. */
export class CallFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, operation: string) {
    super(`${operation}: ${failure.message}`);
    this.name = 'CallFailed';
    this.failure = failure;
  }
}

/**
 * Error codes by what to do about them (facts/iam.md §5.2, §5.4; facts/eks.md §3.1). The SDK calls IAM's errors as its
 * model does, with `Exception` behind; IAM's own quota error is no throttle, although it looks like one.
 */
const KINDS: readonly (readonly [FailureKind, RegExp])[] = [
  ['absent', /^(NoSuchEntity|ResourceNotFound|NotFound)(Exception)?$/],
  ['exists', /^(EntityAlreadyExists|ResourceInUse|AlreadyExists)(Exception)?$/],
  ['conflict', /^(ConcurrentModification|DeleteConflict|Conflict)(Exception)?$/],
  [
    'denied',
    /^(AccessDenied|UnauthorizedOperation|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|Forbidden)(Exception)?$/,
  ],
  ['expired', /^(ExpiredToken|ExpiredTokenException|RequestExpired|Unauthorized)$/],
  ['quota', /^(LimitExceeded|ResourceLimitExceeded|ServiceQuotaExceeded)(Exception)?$/],
  [
    'throttled',
    /^(Throttl\w*|RequestThrottled\w*|TooManyRequests\w*|RequestLimitExceeded|BandwidthLimitExceeded|SlowDown|PriorRequestNotComplete)$/,
  ],
  ['timeout', /^(TimeoutError|RequestTimeout|RequestTimeoutException|AbortError|Timeout|ETIMEDOUT)$/],
  ['server', /^(ServiceFailure|ServiceUnavailable|ServerException|InternalFailure|InternalError|ClientException)(Exception)?$/],
  ['network', /^(ECONN\w+|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_\w+)$/],
];

/** Reads what a client threw; undefined when it is no failure of a call but a fault of ours. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof KubeError) return { kind: kubeKind(error), code: error.reason, message: oneLine(error.message) };
  if (!(error instanceof Error)) return undefined;
  const inner = error.cause instanceof Error && error.message === 'fetch failed' ? error.cause : error;
  const code = 'code' in inner && typeof inner.code === 'string' && inner.code !== '' ? inner.code : inner.name;
  const status = statusOf(inner);
  const message = oneLine(inner.message || code);
  if (/invalid principal/i.test(message)) return { kind: 'principal', code, message };
  const kind = KINDS.find(([, pattern]) => pattern.test(code))?.[0] ?? byStatus(status);
  if (kind !== undefined) return { kind, code, message };
  // A certificate that is not trusted, a name that is no name: the network said no, and would say it again.
  return 'code' in inner && typeof inner.code === 'string' ? { kind: 'refused', code, message } : undefined;
}

/** Whether the same call may succeed a moment later. */
export function isPassing({ kind }: Failure): boolean {
  return kind === 'throttled' || kind === 'server' || kind === 'network' || kind === 'timeout';
}

function kubeKind({ status, reason }: KubeError): FailureKind {
  if (status === 401) return 'expired';
  if (status === 429) return 'throttled';
  return KINDS.find(([, pattern]) => pattern.test(reason))?.[0] ?? byStatus(status) ?? 'refused';
}

function byStatus(status: number | undefined): FailureKind | undefined {
  if (status === undefined) return undefined;
  if (status === 429) return 'throttled';
  if (status >= 500) return 'server';
  return status === 403 ? 'denied' : 'refused';
}

function statusOf(error: Error): number | undefined {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null) return undefined;
  const { httpStatusCode } = error.$metadata as { readonly httpStatusCode?: unknown };
  return typeof httpStatusCode === 'number' ? httpStatusCode : undefined;
}

function oneLine(text: string): string {
  return (text.split('\n')[0] ?? text).slice(0, 1000);
}
