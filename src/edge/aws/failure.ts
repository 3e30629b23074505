import type { TryEnd } from './gate.ts';

/** Why AWS did not do it. Plain data: this room is a bundle of its own. */
export interface AwsFailure {
  /** The error code of AWS or of the network: `AccessDeniedException`, `ECONNREFUSED`. */
  readonly code: string;
  readonly message: string;
}

/** Code and first line of whatever was thrown. */
export function failureOf(error: unknown): AwsFailure {
  if (!(error instanceof Error)) return { code: 'Error', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { code, message: (error.message || code).split('\n')[0] ?? code };
}

/** Codes of throttling (botocore, retries/standard.py; facts/iam.md §5.4): IAM's quota error `LimitExceeded` is none. */
const THROTTLED = new Set([
  ...['Throttling', 'ThrottlingException', 'ThrottledException', 'RequestThrottledException', 'TooManyRequestsException'],
  ...['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'BandwidthLimitExceeded', 'RequestThrottled'],
  ...['SlowDown', 'PriorRequestNotComplete', 'EC2ThrottledException'],
]);

const PASSING = new Set([
  ...['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'TimeoutError', 'RequestTimeout'],
  ...['RequestTimeoutException', 'InternalFailure', 'InternalError', 'ServiceUnavailable', 'ServiceUnavailableException'],
]);

/** Whether a call that ended so is worth another try. What reads may be asked again whatever the server did with it. */
export function tryEnd(error: unknown): TryEnd {
  const { code } = failureOf(error);
  const status = statusOf(error);
  if (THROTTLED.has(code) || status === 429) return 'throttled';
  // Not implemented stays so.
  if (PASSING.has(code) || (status !== undefined && status >= 500 && status !== 501)) return 'passing';
  return 'final';
}

function statusOf(error: unknown): number | undefined {
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** Whether the credentials of the call had expired (IAM and STS: ExpiredToken; the JSON services: ExpiredTokenException). */
export function isExpired(error: unknown): boolean {
  return ['ExpiredToken', 'ExpiredTokenException'].includes(failureOf(error).code);
}
