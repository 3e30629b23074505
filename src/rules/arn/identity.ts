import { type Arn, parseArn } from './arn.ts';
import { isPartition } from './partition.ts';

/** What kind of principal an IAM or STS ARN names. */
export type IdentityKind = 'root' | 'user' | 'role' | 'assumed-role' | 'federated-user' | 'oidc-provider' | 'saml-provider';

/** An IAM or STS ARN read as a principal. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly arn: string;
  readonly partition: string;
  readonly account: string;
  /** IAM path with both slashes (`/` when there is none). STS never reports a role's path (facts: IAM guide, principal element). */
  readonly path: string;
  /** User, role, federated user or provider name; empty for root. */
  readonly name: string;
  /** The session name of an assumed role. */
  readonly session?: string;
}

/**
 * Reads an IAM or STS ARN as a principal, or says why it is none.
 *
 * @example readIdentity('arn:aws:iam::111111111111:role/team/ci') // { kind: 'role', path: '/team/', name: 'ci', … }
 */
export function readIdentity(text: string): Identity | { readonly error: string } {
  const arn = parseArn(text);
  if (arn === undefined) return { error: 'not an ARN (arn:PARTITION:iam::ACCOUNT:role/NAME is expected)' };
  if (!isPartition(arn.partition)) return { error: `"${arn.partition}" is not a partition that AWS runs` };
  if (arn.service !== 'iam' && arn.service !== 'sts') {
    return { error: `an ARN of ${arn.service} names no caller (only iam and sts ARNs do)` };
  }
  if (arn.region !== '') return { error: `${arn.service} ARNs have no region, this one says "${arn.region}"` };
  if (!/^\d{12}$/.test(arn.account)) return { error: `"${arn.account}" is not an account id of 12 digits` };
  const identity = arn.service === 'iam' ? readIam(text, arn) : readSts(text, arn);
  return identity ?? { error: `"${arn.resource}" is not a user, a role, a session or a provider of ${arn.service}` };
}

function readIam(text: string, arn: Arn): Identity | undefined {
  const common = { arn: text, partition: arn.partition, account: arn.account };
  if (arn.resource === 'root') return { ...common, kind: 'root', path: '/', name: '' };
  const slash = arn.resource.indexOf('/');
  const kind = arn.resource.slice(0, slash);
  const rest = arn.resource.slice(slash + 1);
  if (slash < 0 || rest === '') return undefined;
  if (kind === 'oidc-provider' || kind === 'saml-provider') return { ...common, kind, path: '/', name: rest };
  if (kind !== 'user' && kind !== 'role') return undefined;
  const last = rest.lastIndexOf('/');
  const name = rest.slice(last + 1);
  if (name === '') return undefined;
  return { ...common, kind, path: `/${rest.slice(0, last + 1)}`, name };
}

function readSts(text: string, arn: Arn): Identity | undefined {
  const common = { arn: text, partition: arn.partition, account: arn.account, path: '/' };
  const [kind, name, ...session] = arn.resource.split('/');
  if (!name) return undefined;
  if (kind === 'federated-user' && session.length === 0) return { ...common, kind, name };
  if (kind === 'assumed-role' && session.length === 1 && session[0]) {
    return { ...common, kind, name, session: session[0] };
  }
  return undefined;
}
