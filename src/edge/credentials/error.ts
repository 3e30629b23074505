/** Why there are no credentials, for the person at the keyboard; the texts hold no secret and are printed as they are. */
export class CredentialsError extends Error {
  /** `usage`: the command line or a configuration file is wrong; `failed`: it could not be done. */
  readonly kind: 'usage' | 'failed';
  /** What to do next, a line each. */
  readonly hints: readonly string[];
  /** It may be well again in a moment: nobody answered, or STS was asked too often. */
  readonly passing: boolean;

  constructor(kind: 'usage' | 'failed', message: string, hints: readonly string[] = [], passing = false) {
    super(message);
    this.name = 'CredentialsError';
    this.kind = kind;
    this.hints = hints;
    this.passing = passing;
  }
}

/** Whether an error is one of ours, also when it was made by another bundle's copy of this room. */
export function isCredentialsError(error: unknown): error is CredentialsError {
  return error instanceof Error && error.name === 'CredentialsError' && 'hints' in error;
}

/** A file or a flag is wrong. */
export function wrong(message: string, ...hints: string[]): CredentialsError {
  return new CredentialsError('usage', message, hints);
}

/** It could not be done. */
export function failed(message: string, ...hints: string[]): CredentialsError {
  return new CredentialsError('failed', message, hints);
}

/** It could not be done just now. */
export function unavailable(message: string, ...hints: string[]): CredentialsError {
  return new CredentialsError('failed', message, hints, true);
}

/** Whether trying again later may help. */
export function isPassing(error: unknown): boolean {
  return isCredentialsError(error) && error.passing;
}

/** The text of whatever was thrown. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of an error of the system, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
