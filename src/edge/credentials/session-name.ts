import { readIdentity } from '../../rules/arn/index.ts';

/**
 * The session name that tells who it is: of a user the name, of a session its own session name, so that it stays the same
 * through a chain of roles and CloudTrail shows one name from end to end.
 *
 * @example sessionNameOf('arn:aws:iam::111111111111:user/dev/alice') // 'alice'
 */
export function sessionNameOf(callerArn: string): string {
  const identity = readIdentity(callerArn);
  if ('error' in identity) return asSessionName(callerArn);
  return asSessionName(identity.session ?? (identity.name || identity.kind));
}

/** A text in the characters and the length that STS takes (2 to 64 of `A-Za-z0-9_+=,.@-`, facts/iam.md §4.2). */
export function asSessionName(text: string): string {
  return text
    .replaceAll(/[^\w+=,.@-]+/g, '-')
    .slice(0, 64)
    .padEnd(2, '-');
}

/** The name in the subject of an OIDC token, which is no secret: `repo:octo/app:ref:refs/heads/main`. Nothing is verified. */
export function sessionNameOfToken(token: string): string {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      readonly sub?: unknown;
    } | null;
    if (typeof claims?.sub === 'string' && claims.sub !== '') return asSessionName(claims.sub);
  } catch {
    // Not a JWT: STS says so better.
  }
  return 'causeway';
}
