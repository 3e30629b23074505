import type { Collected, Gap, Origin } from '../base/index.ts';
import type { AccessEntry, AuthenticationMode, AwsAuthData } from '../rules/eks/index.ts';
import type { Binding, Role as RbacRole } from '../rules/rbac/index.ts';

/** What exists, as far as somebody collected it. Everything big is read when it is first asked for, and then kept. */
export interface Inventory {
  readonly organizations: readonly Organization[];
  /** Every account that a folder, an organization or a cluster names, by id. */
  readonly accounts: ReadonlyMap<string, Account>;
  readonly clusters: readonly Cluster[];
  /** Paths of identity-center.json and pod-identity-associations.json: they have their place, and nothing reads them yet. */
  readonly unread: readonly string[];
  /** Whether `inventory.json` says that all below a path was collected, so that what is not there does not exist. */
  readonly isComplete: (path: string) => boolean;
  /** What could not be read, with where and what to do. Grows as more is read. */
  readonly problems: () => readonly Problem[];
}

/** Something in a file that could not be used. */
export interface Problem {
  /** Stable: `not-json`, `truncated`, `encoding`, `wrong-kind`, `too-deep`, `duplicate-key`, … */
  readonly code: string;
  readonly message: string;
  readonly file: string;
  /** 1-based; absent where the whole file is meant. */
  readonly line?: number;
  readonly column?: number;
}

/** One AWS account. */
export interface Account {
  readonly id: string;
  readonly name?: string;
  /** `iam.json`; parsed at the first call. */
  readonly iam: () => Collected<IamAccount>;
  /** Roles that may trust somebody else, without parsing the whole account where an index is at hand. */
  readonly trusts: () => Collected<readonly RoleTrust[]>;
  /** Roles beside those of `trusts` that the files lack: a page that is missing, a list that nobody asked for. */
  readonly moreRoles: () => Gap | undefined;
  readonly oidcProviders: () => Collected<readonly string[]>;
  /** Policies of other resources, by resource ARN (ECR repositories, secrets, keys). */
  readonly resourcePolicies: () => ReadonlyMap<string, PolicyDocument>;
}

/** A role with its trust policy alone: enough to search who can become whom. */
export interface RoleTrust {
  readonly arn: string;
  readonly uniqueId: string;
  readonly trust: PolicyDocument;
}

/** The principals and policies of one account, as `aws iam get-account-authorization-details` gives them. */
export interface IamAccount {
  /** By name, ignoring case (IAM names are unique that way). */
  readonly role: (name: string) => IamRole | undefined;
  readonly user: (name: string) => IamUser | undefined;
  readonly roles: readonly IamRole[];
  readonly users: readonly IamUser[];
  /** Parts that were left out, e.g. by --filter: 'User', 'Role', 'Group', 'Policy'. */
  readonly lacks: readonly string[];
}

/** A policy document that stands somewhere, or a reference to one that nobody collected. */
export interface PolicyDocument {
  /** "inline policy deploy", "managed policy arn:…", "trust policy", "key policy". */
  readonly name: string;
  readonly arn?: string;
  /** The bare name of an inline policy of the principal itself; absent for those of its groups and all others. */
  readonly inline?: string;
  /** The document as JSON; undefined when it was not collected (then `gap` says so). */
  readonly document?: unknown;
  readonly gap?: Gap;
  readonly origin: Origin;
}

/** What users and roles have in common. */
export interface IamPrincipal {
  readonly arn: string;
  readonly name: string;
  /** AIDA… or AROA…; empty when the file lacks it. */
  readonly uniqueId: string;
  readonly createDate?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Inline and attached policies, those of groups included. */
  readonly policies: readonly PolicyDocument[];
  readonly boundary?: PolicyDocument;
  readonly origin: Origin;
}

/** An IAM user with the names of its groups. */
export interface IamUser extends IamPrincipal {
  readonly kind: 'user';
  readonly groups: readonly string[];
}

/** An IAM role. */
export interface IamRole extends IamPrincipal {
  readonly kind: 'role';
  readonly trust: PolicyDocument;
  /** Absent where it has none and where the file does not say (GetAccountAuthorizationDetails never does). */
  readonly description?: string;
  /** Seconds; absent where the file does not say (GetAccountAuthorizationDetails never does), then it is 3600 or more. */
  readonly maxSessionDuration?: number;
}

/** One organization: the tree and the policies on it. */
export interface Organization {
  readonly id: string;
  readonly managementAccount: string;
  /** Members by account id. */
  readonly members: ReadonlyMap<string, OrganizationMember>;
  readonly origin: Origin;
}

/** An account's place: the levels from the root to the account itself, each with its policies. */
export interface OrganizationMember {
  readonly id: string;
  readonly name?: string;
  /** `o-…/r-…/ou-…/ou-…/`, as `aws:PrincipalOrgPaths` has it. */
  readonly orgPath: string;
  readonly scps: Collected<readonly OrganizationLevel[]>;
  readonly rcps: Collected<readonly OrganizationLevel[]>;
}

/** One level (root, OU or account) with the policies attached to it. */
export interface OrganizationLevel {
  readonly target: string;
  readonly policies: readonly PolicyDocument[];
}

/** One EKS cluster. */
export interface Cluster {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** `aws eks describe-cluster`, as far as it is needed. */
  readonly description: Collected<ClusterDescription>;
  readonly accessEntries: () => Collected<readonly AccessEntry[]>;
  readonly awsAuth: () => Collected<AwsAuthData | null>;
  readonly rbac: () => Collected<RbacObjects>;
  /** ARN of the principal that made the cluster (hidden administrator in mode CONFIG_MAP, facts/eks.md §2.7); from creator.json. */
  readonly creator: () => Collected<string>;
  /** Namespace names, when the file lists them. */
  readonly namespaces: () => Collected<readonly string[]>;
}

/** What DescribeCluster says that matters for access. */
export interface ClusterDescription {
  readonly mode: AuthenticationMode;
  readonly version?: string;
  readonly endpoint?: string;
  readonly publicAccess?: boolean;
  readonly privateAccess?: boolean;
  readonly publicAccessCidrs: readonly string[];
  /** OIDC issuer URL of the cluster. */
  readonly issuer?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly origin: Origin;
}

/** Roles and bindings of one cluster. */
export interface RbacObjects {
  readonly roles: readonly RbacRole[];
  readonly bindings: readonly Binding[];
  /** Kinds that the file lacks entirely while others are there: they count as not collected. */
  readonly gaps: readonly Gap[];
}
