/** A refusal of STS, with both clocks. */
interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly action: string;
  /** When the request was signed. */
  readonly at: Date;
  /** The clock of STS. */
  readonly date?: Date;
}

/** Seconds of difference between the clocks that STS does not forgive (facts/eks.md §1.1: 15 minutes after, 5 before). */
const SKEW = 240;

const HINTS: Readonly<Record<string, readonly string[]>> = {
  ExpiredToken: ['renew the session that the chain starts with (aws sso login, a new export of keys, a new MFA session)'],
  ExpiredTokenException: ['the OIDC token is older than it may be: let the pipeline ask for a fresh one right before this step'],
  InvalidClientTokenId: [
    'the access key does not exist, is switched off, or belongs to another partition (aws, aws-cn, aws-us-gov)',
    'temporary keys (ASIA…) need AWS_SESSION_TOKEN as well; a role that was deleted loses its sessions: token --clean',
  ],
  SignatureDoesNotMatch: ['the secret access key is not the one that belongs to the access key id'],
  InvalidIdentityToken: ['the OIDC token is not one of the provider that the role trusts: compare its issuer and audience'],
  IDPRejectedClaim: ['the OIDC provider rejected the token, or its certificate changed'],
  RegionDisabledException: [
    'STS is switched off in this region for the account: enable the region, or take another with --region',
  ],
  Throttling: ['STS was asked too often (the quota counts for the whole account and region): wait, or keep the cache on'],
};

/** What STS said and what to do, without a secret: STS repeats ARNs and names of parameters alone. */
export function explain({ code, message, action, at, date }: Refusal): {
  readonly sentence: string;
  readonly hints: readonly string[];
} {
  const hints: string[] = [];
  const off = date === undefined ? 0 : Math.round((at.getTime() - date.getTime()) / 1000);
  if (Math.abs(off) > SKEW) {
    const side = off > 0 ? 'ahead of' : 'behind';
    hints.push(`this machine's clock is ${inWords(Math.abs(off))} ${side} that of STS: set it right (NTP)`);
  } else {
    hints.push(...(HINTS[code] ?? denied(code, message)));
  }
  return { sentence: `STS refuses ${action} (${code}): ${message}`, hints };
}

/** Several different faults of a chain read the same in AccessDenied (facts/iam.md §4.4); these are the ones to look for. */
function denied(code: string, message: string): readonly string[] {
  if (code === 'AccessDenied' && /WebIdentity/.test(message))
    return ['the trust policy of the role must name the OIDC provider, and the audience and subject of the token'];
  if (code === 'AccessDenied') {
    return [
      "two sides must allow it: the caller's identity policy (sts:AssumeRole on the role), and the role's trust policy",
      'the trust policy may ask for --external-id, --mfa-serial, --session-name, --source-identity or --tag',
      'causeway can-i … --as CALLER --via ROLE names the statement that decides',
    ];
  }
  if (/DurationSeconds/.test(message))
    return ['--duration is longer than the role allows; a role assumed from a role gets one hour at most'];
  if (/MultiFactorAuthentication/.test(message)) return ['the MFA code is wrong or was used before: wait for the next one'];
  return [];
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
