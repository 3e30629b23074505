import type { Gap } from '../base/index.ts';
import type {
  Account,
  IamAccount,
  IamPrincipal,
  IamRole,
  Inventory,
  Organization,
  OrganizationMember,
} from '../inventory/index.ts';
import type { Identity } from '../rules/arn/index.ts';
import type { PrincipalRecord } from '../rules/sts/index.ts';

/** A principal as the inventory knows it, or the gap that stands in its place. */
export interface Found {
  readonly identity: Identity;
  readonly record: PrincipalRecord | undefined;
  readonly principal: IamPrincipal | undefined;
  /** Set when the principal's policies are not known. */
  readonly gap: Gap | undefined;
  /** Set when the account's own evidence says that there is no such principal: another one bears its name. */
  readonly absent?: string;
  /** The ARN of that other one. */
  readonly namesake?: string;
}

/** Looks a principal up in its account; an ARN whose path differs from the collected one is another principal. */
export function findPrincipal(inventory: Inventory, identity: Identity): Found {
  const managementAccount = organizationOf(inventory, identity.account)?.organization.managementAccount === identity.account;
  if (identity.kind === 'root' || identity.kind === 'oidc-provider' || identity.kind === 'saml-provider') {
    return { identity, record: { tags: {}, managementAccount }, principal: undefined, gap: undefined };
  }
  if (identity.kind === 'federated-user')
    return { identity, record: undefined, principal: undefined, gap: federatedGap(identity) };
  const iam = inventory.accounts.get(identity.account)?.iam();
  if (iam === undefined) return { identity, record: undefined, principal: undefined, gap: accountGap(identity.account) };
  if (iam.state !== 'collected') return { identity, record: undefined, principal: undefined, gap: iam.gap };
  const principal = lookUp(iam.value, identity);
  if (principal === undefined) {
    const gap = absentGap(identity, iam.value);
    const namesake = identity.kind === 'user' ? iam.value.user(identity.name) : iam.value.role(identity.name);
    // Names are unique in an account whatever their path and letters (facts/iam.md §1.2), so the one asked for cannot exist.
    if (namesake === undefined) return { identity, record: undefined, principal: undefined, gap };
    const absent = `there is no ${identity.arn}: account ${identity.account} has ${namesake.arn}`;
    return { identity, record: undefined, principal: undefined, gap, absent, namesake: namesake.arn };
  }
  const record = recordOf(principal, managementAccount);
  return { identity, record, principal, gap: undefined };
}

/** The ARNs of the roles and users that an account holds, as far as it was collected. */
export function principalsOf(account: Account | undefined): readonly string[] {
  const iam = account?.iam();
  return iam?.state === 'collected' ? [...iam.value.roles, ...iam.value.users].map(({ arn }) => arn) : [];
}

/** An ARN as rows of aws-auth are compared: without the path of a role and without letter case (facts/eks.md §2.3). */
export function bareArn(arn: string): string {
  return arn.toLowerCase().replace(/:role\/.*\//, ':role/');
}

/** Made once for a principal: it is asked for at every hop of every question. */
const records = new WeakMap<IamPrincipal, PrincipalRecord>();

function recordOf(principal: IamPrincipal, managementAccount: boolean): PrincipalRecord {
  const known = records.get(principal);
  if (known !== undefined && known.managementAccount === managementAccount) return known;
  const record: PrincipalRecord = {
    arn: principal.arn,
    tags: principal.tags,
    managementAccount,
    ...(principal.uniqueId === '' ? {} : { uniqueId: principal.uniqueId }),
    ...(principal.createDate === undefined ? {} : { createDate: principal.createDate }),
  };
  records.set(principal, record);
  return record;
}

/** The role of that identity, when its account was collected and holds it. */
export function foundRole(found: Found): IamRole | undefined {
  return found.principal !== undefined && 'trust' in found.principal ? (found.principal as IamRole) : undefined;
}

/** The organization that an account is a member of, among those collected. */
export function organizationOf(
  inventory: Inventory,
  account: string,
): { readonly organization: Organization; readonly member: OrganizationMember } | undefined {
  for (const organization of inventory.organizations) {
    const member = organization.members.get(account);
    if (member !== undefined) return { organization, member };
  }
  return undefined;
}

/** What a GetFederationToken session may do is in its session policies, which no file shows (facts/iam.md §2.1). */
function federatedGap({ arn, account }: Identity): Gap {
  return {
    kind: 'gap',
    id: `session-policy:${arn}`,
    state: 'unjudged',
    what: `the session policies of ${arn}, which GetFederationToken was given`,
    side: account,
  };
}

/** The gap of an account whose IAM side nobody collected. */
export function accountGap(account: string): Gap {
  return {
    kind: 'gap',
    id: `iam:${account}`,
    state: 'notCollected',
    what: `the principals and policies of account ${account}`,
    side: account,
    command: `aws iam get-account-authorization-details > accounts/${account}/iam.json`,
  };
}

function lookUp(iam: IamAccount, identity: Identity): IamPrincipal | undefined {
  if (identity.kind === 'user') {
    const user = iam.user(identity.name);
    return user?.arn === identity.arn ? user : undefined;
  }
  const role = iam.role(identity.name);
  if (role === undefined || role.name !== identity.name) return undefined;
  return identity.kind === 'role' && role.arn !== identity.arn ? undefined : role;
}

/** The account was collected and does not hold the principal: it does not exist, or it is younger than the file. */
function absentGap(identity: Identity, iam: IamAccount): Gap {
  const kind = identity.kind === 'user' ? 'User' : 'Role';
  const namesake = identity.kind === 'role' ? iam.role(identity.name) : undefined;
  const hint = namesake === undefined ? '' : ` (it holds ${namesake.arn})`;
  return {
    kind: 'gap',
    id: `principal:${identity.arn}`,
    state: iam.lacks.includes(kind) ? 'notCollected' : 'unjudged',
    what: `${identity.arn}, which the collected iam.json of account ${identity.account} does not hold${hint}: it does not exist, or it is younger than the file`,
    side: identity.account,
    command: `aws iam get-account-authorization-details > accounts/${identity.account}/iam.json`,
  };
}
