/** Why a token is refused. The numbers are those of the table in docs/authenticator.md, in the order of the checks. */
export interface TokenRefusal {
  /** 1 to 17 are judged here, 18 to 23 rest on the answer of STS. */
  readonly check: number;
  /** `format`: the token itself; `sts`: STS said no, or could not be understood; `throttled`: STS has no time. */
  readonly kind: 'format' | 'sts' | 'throttled';
  /** aws-iam-authenticator's words. Holds no part of a signature or of a session token, so that it may be logged. */
  readonly error: string;
  /** The error code of STS (`SignatureDoesNotMatch`), where it gave one. */
  readonly code?: string;
}

/** A fault of the token (aws-iam-authenticator pkg/token `FormatError`). */
export function formatRefusal(check: number, text: string): TokenRefusal {
  return { check, kind: 'format', error: `input token was not properly formatted: ${text}` };
}

/** A refusal by STS, or an answer that is none (aws-iam-authenticator pkg/token `STSError`). */
export function stsRefusal(check: number, text: string, code?: string): TokenRefusal {
  const error = `sts getCallerIdentity failed: ${text}`;
  return code === undefined ? { check, kind: 'sts', error } : { check, kind: 'sts', error, code };
}

/**
 * A name from the token, quoted for a message, if it looks like one: what stands where a name should be may be a piece of
 * a signature or a session token, and those are never repeated.
 */
export function quoteName(name: string): string {
  return /^[A-Za-z][A-Za-z0-9-]{0,31}$/.test(name) && !/[0-9A-Fa-f]{16}/.test(name) ? `"${name}"` : '"…"';
}

/** A host from the token, quoted for a message; cut, because a host can be as long as a token. */
export function shownHost(host: string): string {
  return host.length <= 100 ? host : `${host.slice(0, 100)}…`;
}
