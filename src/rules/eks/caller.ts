import { canonicalArn, parseArn, readIdentity, stripPath } from '../arn/index.ts';
import type { StsIdentity } from './types.ts';

/** A caller ready to be looked up: canonical, with all that is known of the principal behind it. */
export interface Caller {
  readonly kind: 'role' | 'user' | 'root' | 'federated-user';
  /** What rows are compared with. */
  readonly canonical: string;
  readonly partition: string;
  /** Account of the principal, from its ARN. */
  readonly principalAccount: string;
  /** The account STS reported; mapAccounts and `{{AccountID}}` use it. */
  readonly account: string;
  /** Last segment of the ARN. */
  readonly name: string;
  /** Empty for users and root; undefined when any session is meant. */
  readonly session: string | undefined;
  /** The principal's ARN with its path; undefined for a role of which only the STS form is known. */
  readonly principalArn: string | undefined;
  readonly uniqueId: string | undefined;
  readonly createDate: string | undefined;
  readonly accessKeyId: string | undefined;
}

/**
 * Reads what STS said of a caller; an ARN that the authenticator cannot make canonical is an error, and such a caller
 * is nobody whatever the maps hold (aws-iam-authenticator pkg/arn/arn.go; facts §1.5).
 */
export function readCaller(identity: StsIdentity): Caller | { readonly error: string } {
  const found = canonicalArn(identity.arn);
  if ('error' in found) return found;
  const arn = parseArn(identity.arn);
  const resource = arn?.resource.split('/') ?? [];
  const head = resource[0] ?? '';
  const kind = head === 'assumed-role' || head === 'role' ? 'role' : head === 'federated-user' || head === 'user' ? head : 'root';
  // A role ARN without a session stands for every session of the role, and of those STS never reports the path.
  const any = head === 'role' && identity.sessionName === undefined;
  const canonical = any ? stripPath(found.arn) : found.arn;
  const session = identity.sessionName ?? (head === 'assumed-role' ? resource.at(-1) : '');
  return {
    kind,
    canonical,
    partition: arn?.partition ?? '',
    principalAccount: arn?.account ?? '',
    account: identity.account,
    name: canonical.slice(canonical.lastIndexOf('/') + 1),
    session: any ? undefined : session,
    principalArn: kind === 'role' ? (identity.roleArn ?? withPath(canonical, identity.arn, any)) : identity.arn,
    uniqueId: identity.uniqueId,
    createDate: identity.createDate,
    accessKeyId: identity.accessKeyId,
  };
}

/** A role ARN that shows a path is the whole ARN; one without may be the short form that STS and aws-auth use. */
function withPath(canonical: string, given: string, any: boolean): string | undefined {
  const whole = any ? given : canonical;
  const identity = readIdentity(whole);
  return 'error' in identity || identity.path === '/' ? undefined : whole;
}
