/**
 * What the lab keeps: documents in AWS's own shapes, as the inventory folder has them, so that an inventory loads as it is
 * and the state can be exported as one. A document is never changed in place; a change is another document.
 */

/** A policy document as it came: the text of a caller, or an object out of a file of the aws CLI. */
export type PolicyText = string | Readonly<Record<string, unknown>>;

/** A tag as IAM writes it. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** A managed policy, attached. */
export interface Attached {
  readonly PolicyName: string;
  readonly PolicyArn: string;
}

/** An inline policy. */
export interface Inline {
  readonly PolicyName: string;
  readonly PolicyDocument: PolicyText;
}

/** A permissions boundary. */
export interface Boundary {
  readonly PermissionsBoundaryType: string;
  readonly PermissionsBoundaryArn: string;
}

/** An entry of RoleDetailList, with what only GetRole says of it. */
export interface RoleDoc {
  readonly Path: string;
  readonly RoleName: string;
  readonly RoleId: string;
  readonly Arn: string;
  readonly CreateDate: string;
  readonly AssumeRolePolicyDocument: PolicyText;
  readonly RolePolicyList: readonly Inline[];
  readonly AttachedManagedPolicies: readonly Attached[];
  /** Empty: instance profiles are documents of their own. */
  readonly InstanceProfileList: readonly unknown[];
  readonly PermissionsBoundary?: Boundary;
  readonly Tags: readonly Tag[];
  readonly Description?: string;
  /** Absent for a role out of an inventory, whose maximum nobody collected. */
  readonly MaxSessionDuration?: number;
}

/** An entry of UserDetailList. */
export interface UserDoc {
  readonly Path: string;
  readonly UserName: string;
  readonly UserId: string;
  readonly Arn: string;
  readonly CreateDate: string;
  readonly UserPolicyList: readonly Inline[];
  readonly GroupList: readonly string[];
  readonly AttachedManagedPolicies: readonly Attached[];
  readonly PermissionsBoundary?: Boundary;
  readonly Tags: readonly Tag[];
}

/** An entry of GroupDetailList. */
export interface GroupDoc {
  readonly Path: string;
  readonly GroupName: string;
  readonly GroupId: string;
  readonly Arn: string;
  readonly CreateDate: string;
  readonly GroupPolicyList: readonly Inline[];
  readonly AttachedManagedPolicies: readonly Attached[];
}

/** A version of a managed policy. */
export interface VersionDoc {
  readonly VersionId: string;
  readonly IsDefaultVersion: boolean;
  readonly CreateDate: string;
  readonly Document: PolicyText;
}

/** An entry of Policies. */
export interface PolicyDoc {
  readonly PolicyName: string;
  readonly PolicyId: string;
  readonly Arn: string;
  readonly Path: string;
  readonly DefaultVersionId: string;
  readonly IsAttachable: boolean;
  readonly CreateDate: string;
  readonly UpdateDate: string;
  readonly Description?: string;
  readonly PolicyVersionList: readonly VersionDoc[];
  readonly Tags?: readonly Tag[];
}

/** An OIDC provider. */
export interface ProviderDoc {
  readonly Arn: string;
  /** Without `https://`. */
  readonly Url: string;
  /** Absent for a provider out of an inventory, of which nobody collected them. */
  readonly ClientIDList?: readonly string[];
  readonly ThumbprintList: readonly string[];
  readonly CreateDate: string;
  readonly Tags: readonly Tag[];
}

/** An instance profile: a role's container for EC2. */
export interface ProfileDoc {
  readonly Path: string;
  readonly InstanceProfileName: string;
  readonly InstanceProfileId: string;
  readonly Arn: string;
  readonly CreateDate: string;
  /** It holds one role at most. */
  readonly RoleName?: string;
  readonly Tags: readonly Tag[];
}

/** That a user has a password; the password itself is kept nowhere, since the lab has no console to use it at. */
export interface LoginDoc {
  readonly UserName: string;
  readonly CreateDate: string;
  readonly PasswordResetRequired: boolean;
}

/** A long-term access key; the one document with a secret in it, which no export holds. */
export interface KeyDoc {
  /** The account that its user is of. Keys stand in the lab's own scope: a request names nothing but the key. */
  readonly account: string;
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly UserName: string;
  readonly Status: 'Active' | 'Inactive';
  readonly CreateDate: string;
}

/** A virtual MFA device; it holds a secret, so no export has it. It stands in the lab's own scope, as keys do. */
export interface MfaDoc {
  readonly account: string;
  readonly SerialNumber: string;
  /** Base32. */
  readonly Seed: string;
  readonly Tags: readonly Tag[];
  /** Whose it is, once it is enabled. */
  readonly UserName?: string;
  readonly EnableDate?: string;
  /** The step of the newest code that was taken: no code is taken twice. */
  readonly lastStep?: number;
}

/** What is known of an account as a whole. */
export interface AccountDoc {
  readonly id: string;
  /** Empty where nothing tells it. */
  readonly partition: string;
  /** The lists that are known: User, Role, Group, Policy. What is not there was not collected. */
  readonly lists: readonly string[];
  /** Whether the providers are known. */
  readonly providers: boolean;
}

/** A cluster as DescribeCluster shows it. */
export interface ClusterDoc {
  readonly cluster: Readonly<Record<string, unknown>> & { readonly name: string; readonly arn: string };
  /** ARN of its creator, where it is known. */
  readonly creator?: string;
  /** Whether all its access entries are known. */
  readonly entries: boolean;
  /** Nobody collected the description: the ARN is all that is known. */
  readonly described?: false;
  /** The files of the inventory stand for it as they are, since they are not whole. */
  readonly files?: true;
  /** The port of its API server on loopback, once it has one. */
  readonly port?: number;
}

/** An access entry as DescribeAccessEntry shows it. */
export interface EntryDoc {
  readonly accessEntry: {
    readonly clusterName: string;
    readonly principalArn: string;
    readonly kubernetesGroups: readonly string[];
    readonly accessEntryArn: string;
    /** RFC 3339; absent for an entry out of an inventory, of which nobody collected it. */
    readonly createdAt?: string;
    readonly modifiedAt?: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly username: string;
    readonly type: string;
  };
  /** The unique id that the entry was bound to when it was made (facts/eks.md §3.3). */
  readonly boundUniqueId?: string;
  /** Absent: nobody collected them. */
  readonly policies?: readonly AssociationDoc[];
}

/** An access policy associated with an entry. */
export interface AssociationDoc {
  readonly policyArn: string;
  readonly accessScope: { readonly type: string; readonly namespaces: readonly string[] };
  /** RFC 3339; absent where nobody collected it. */
  readonly associatedAt?: string;
  readonly modifiedAt?: string;
}

/** A file of the inventory that the lab keeps as it is: an organization, a repository policy. */
export interface FileDoc {
  /** Below the inventory folder. */
  readonly path: string;
  readonly text: string;
}

/** A value of the lab itself: its keys, its clock. */
export interface ValueDoc {
  readonly value: string;
}

/** An object of a cluster's Kubernetes API. */
export interface ObjectDoc {
  readonly object: Readonly<Record<string, unknown>>;
}

/** Every kind of document by its name in the state. */
export interface Kinds {
  readonly account: AccountDoc;
  readonly role: RoleDoc;
  readonly user: UserDoc;
  readonly group: GroupDoc;
  readonly policy: PolicyDoc;
  readonly provider: ProviderDoc;
  readonly profile: ProfileDoc;
  readonly login: LoginDoc;
  readonly key: KeyDoc;
  readonly mfa: MfaDoc;
  readonly cluster: ClusterDoc;
  readonly entry: EntryDoc;
  readonly object: ObjectDoc;
  readonly file: FileDoc;
  readonly value: ValueDoc;
}
