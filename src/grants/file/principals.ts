import { isPartition, parseArn, readIdentity } from '../../rules/arn/index.ts';
import { permissionSetIn } from '../wish/principals.ts';
import type { FileAccount, FileCluster, Principal } from '../wish/types.ts';
import type { Finding, Path } from './problem.ts';
import type { WrittenPrincipal } from './schema.ts';

/** What a principal may refer to. */
export interface Known {
  readonly accounts: ReadonlyMap<string, FileAccount>;
  readonly clusters: ReadonlyMap<string, FileCluster>;
}

type Read = { readonly principal: Principal } | { readonly finding: Finding };

/** Reads one entry of `to:`. Accounts and clusters that it refers to are looked up; what can be known without an inventory is checked. */
export function readPrincipal(written: string | WrittenPrincipal, path: Path, known: Known): Read {
  if (typeof written === 'string') return readArn(written, path);
  const { sso, github, irsa, podIdentity } = written;
  if ([sso, github, irsa, podIdentity].filter((each) => each !== undefined).length !== 1) {
    return refuse(
      path,
      'one of sso, github, irsa and podIdentity is expected',
      'each principal is an item of its own in the list',
    );
  }
  if (sso !== undefined) {
    const account = /^\d{12}$/.test(sso.account) ? sso.account : known.accounts.get(sso.account)?.id;
    if (account === undefined) return refuse([...path, 'sso', 'account'], `there is no account "${sso.account}" in this file`);
    return { principal: { kind: 'sso', account, permissionSet: sso.permissionSet } };
  }
  if (github !== undefined) return readGithub(github, [...path, 'github']);
  const account = irsa ?? podIdentity;
  const key = irsa === undefined ? 'podIdentity' : 'irsa';
  if (account === undefined) return refuse(path, 'a principal is expected');
  const cluster = known.clusters.get(account.cluster)?.arn ?? clusterArn(account.cluster);
  if (cluster === undefined) {
    return refuse([...path, key, 'cluster'], `"${account.cluster}" is no cluster of this file and no ARN of a cluster`);
  }
  for (const [field, pattern] of [
    ['namespace', NAMESPACE],
    ['serviceAccount', SUBDOMAIN],
  ] as const) {
    if (!pattern.test(account[field]))
      return refuse([...path, key, field], `"${account[field]}" cannot be the name of a ${field}`);
  }
  const { namespace, serviceAccount } = account;
  if (irsa !== undefined) {
    const issuer = irsa.issuer?.replace(/^https:\/\//, '').replace(/\/$/, '');
    const subject = `system:serviceaccount:${namespace}:${serviceAccount}`;
    return { principal: { kind: 'irsa', cluster, subject, ...(issuer === undefined ? {} : { issuer }) } };
  }
  const role = podIdentity === undefined ? undefined : readArn(podIdentity.role, [...path, key, 'role']);
  if (role === undefined || 'finding' in role) return role ?? refuse(path, 'a principal is expected');
  if (role.principal.kind !== 'role') return refuse([...path, key, 'role'], 'the role of a Pod Identity association is a role');
  return { principal: { kind: 'podIdentity', cluster, namespace, serviceAccount, role: role.principal.arn } };
}

/** DNS label and subdomain (RFC 1123), as Kubernetes takes them. */
export const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function refuse(path: Path, message: string, hint?: string): { readonly finding: Finding } {
  return { finding: { path, message, ...(hint === undefined ? {} : { hint }) } };
}

function clusterArn(text: string): string | undefined {
  const arn = parseArn(text);
  const isCluster = arn?.service === 'eks' && isPartition(arn.partition) && /^\d{12}$/.test(arn.account);
  return isCluster && /^cluster\/[^/]+$/.test(arn.resource) ? text : undefined;
}

/** Only roles and users can be let in one by one (IAM guide, principal element; facts iam.md §1.4, eks.md §3.3). */
function readArn(text: string, path: Path): Read {
  const arn = parseArn(text);
  if (arn?.service === 'iam' && arn.resource.startsWith('group/')) {
    return refuse(path, `${text} is a group, and a group is no principal`, 'name the roles or users that are meant');
  }
  if (arn?.service === 'iam' && arn.resource.startsWith('instance-profile/')) {
    return refuse(path, `${text} is an instance profile`, 'write the ARN of the role in it');
  }
  const identity = readIdentity(text);
  if ('error' in identity) return refuse(path, `"${text}": ${identity.error}`);
  switch (identity.kind) {
    case 'assumed-role':
      return refuse(
        path,
        `${text} is a session, and sessions end`,
        `write the role: arn:${identity.partition}:iam::${identity.account}:role/${identity.name} (with its path, where it has one)`,
      );
    case 'root':
      return refuse(
        path,
        `${text} means every principal of account ${identity.account}`,
        'name the roles or users that are meant',
      );
    case 'federated-user':
      return refuse(path, `${text} is a federated user, whose credentials end`, 'name the user or role behind it');
    case 'oidc-provider':
    case 'saml-provider':
      return refuse(
        path,
        `${text} is an identity provider, and everybody behind it`,
        'for GitHub Actions and service accounts there are github and irsa',
      );
    default:
  }
  if (identity.path.startsWith('/aws-service-role/')) {
    return refuse(path, `${text} is a service-linked role, which AWS alone uses`);
  }
  const permissionSet = permissionSetIn(identity.name);
  if (identity.path.startsWith('/aws-reserved/sso.amazonaws.com/') && permissionSet !== undefined) {
    return refuse(
      path,
      `${text} belongs to IAM Identity Center, which gives it another name when it makes it again`,
      `write sso: { permissionSet: ${permissionSet}, account: "${identity.account}" }`,
    );
  }
  return { principal: { kind: identity.kind === 'user' ? 'user' : 'role', arn: text } };
}

/**
 * The `sub` of GitHub's tokens: `repo:OWNER/REPO:environment:NAME` or `repo:OWNER/REPO:ref:REF`; with ids, as repositories made
 * after 15 July 2026 send it, `repo:OWNER@ID/REPO@ID:…` (GitHub changelog 2026-04-23; facts iam.md §2.2).
 */
function readGithub(written: NonNullable<WrittenPrincipal['github']>, path: Path): Read {
  const { repo, environment, ref, ownerId, repoId } = written;
  if ((environment === undefined) === (ref === undefined)) {
    return refuse(
      path,
      'one of environment and ref is expected',
      'a repository as a whole would let in every branch and every pull request',
    );
  }
  if ((ownerId === undefined) !== (repoId === undefined)) return refuse(path, 'ownerId and repoId go together');
  for (const [key, value] of Object.entries({ environment, ref })) {
    if (value !== undefined && /[*?:]|\s/.test(value))
      return refuse([...path, key], `"${value}": blanks, ":", "*" and "?" cannot be matched exactly`);
  }
  for (const [key, id] of Object.entries({ ownerId, repoId })) {
    if (id !== undefined && !/^\d+$/.test(String(id))) return refuse([...path, key], `"${id}" is no id: digits alone are`);
  }
  const [owner, name] = repo.split('/');
  const whose = ownerId === undefined ? repo : `${owner}@${ownerId}/${name}@${repoId}`;
  const which = environment === undefined ? `ref:${ref}` : `environment:${environment}`;
  return { principal: { kind: 'github', subject: `repo:${whose}:${which}` } };
}

/** A text that is the same for the same principal alone. */
export function principalKey(principal: Principal): string {
  switch (principal.kind) {
    case 'role':
    case 'user':
      return principal.arn;
    case 'sso':
      return `sso:${principal.account}/${principal.permissionSet}`;
    case 'github':
      return `github:${principal.subject}`;
    case 'irsa':
      return `irsa:${principal.issuer ?? principal.cluster}/${principal.subject}`;
    case 'podIdentity':
      return `podIdentity:${principal.cluster}/${principal.namespace}/${principal.serviceAccount}/${principal.role}`;
  }
}
