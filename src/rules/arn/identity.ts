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
  if (identity === undefined)
    return { error: `"${arn.resource}" is not a user, a role, a session or a provider of ${arn.service}` };
  const error = impossible(identity);
  return error === undefined ? identity : { error };
}

/** What a name may look like, in a pattern and in words. */
interface NameForm {
  readonly what: string;
  readonly pattern: RegExp;
  readonly longest: number;
  readonly allowed: string;
}

const form = (what: string, pattern: RegExp, longest: number, allowed: string): NameForm => ({ what, pattern, longest, allowed });

const WORD = /^[\w+=,.@-]+$/;
const WORD_ALLOWED = 'A-Z, a-z, 0-9 and _+=,.@-';

const ROLE = form('a role', WORD, 64, WORD_ALLOWED);
const SESSION = form('a session', WORD, 64, WORD_ALLOWED);

/**
 * Names as the services take them: IAM API reference CreateRole, CreateUser, CreateSAMLProvider; STS API reference AssumeRole
 * (RoleSessionName) and GetFederationToken (Name). STS wants two characters of a session name, which is left to whoever asks
 * about a real session. An OIDC provider is named by the host and path of its issuer's URL.
 */
const NAMES: Readonly<Record<Exclude<IdentityKind, 'root'>, NameForm>> = {
  user: form('a user', WORD, 64, WORD_ALLOWED),
  role: ROLE,
  'assumed-role': ROLE,
  'federated-user': form('a federated user', WORD, 32, WORD_ALLOWED),
  'saml-provider': form('a SAML provider', /^[\w.-]+$/, 128, 'A-Z, a-z, 0-9 and _.-'),
  'oidc-provider': form('an OIDC provider', /^[\w.:/%~+=,@-]+$/, 255, 'what a URL holds'),
};

/** IAM API reference, CreateRole: a path is `/`, or printable ASCII between two slashes, at most 512 characters. */
const PATH = /^\/([\u0021-\u007e]+\/)?$/;

/** Why nothing can have this identity's path and names, if so. A question about it would get a firm answer about nobody. */
function impossible({ kind, name, path, session }: Identity): string | undefined {
  if (kind === 'root') return undefined;
  if (!PATH.test(path) || path.length > 512) return `"${path}" cannot be the path of ${NAMES[kind].what}`;
  return wrongName(name, NAMES[kind]) ?? (session === undefined ? undefined : wrongName(session, SESSION));
}

function wrongName(name: string, { what, pattern, longest, allowed }: NameForm): string | undefined {
  if (!pattern.test(name)) return `"${name}" cannot be the name of ${what}, which holds only ${allowed}`;
  return name.length > longest ? `"${name}" cannot be the name of ${what}, which has at most ${longest} characters` : undefined;
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
