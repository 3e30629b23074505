import type { Collected, Gap, Origin } from '../../base/index.ts';

/** `accessConfig.authenticationMode` of a cluster. */
export type AuthenticationMode = 'CONFIG_MAP' | 'API_AND_CONFIG_MAP' | 'API';

/** One access entry with the policies associated with it (DescribeAccessEntry joined with ListAssociatedAccessPolicies). */
export interface AccessEntry {
  readonly principalArn: string;
  readonly type: string;
  readonly username?: string;
  readonly groups: readonly string[];
  /** RFC 3339 text. */
  readonly createdAt?: string;
  /** The unique id EKS bound the entry to, where somebody recorded it. */
  readonly boundUniqueId?: string;
  readonly policies: Collected<readonly AssociatedPolicy[]>;
  /** Absent where nobody collected them. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Why it is not known whether the entry stands, or what it says: then it is nobody's for certain. */
  readonly gap?: Gap;
  readonly origin?: Origin;
}

/** An access policy at a scope. */
export interface AssociatedPolicy {
  readonly policyArn: string;
  readonly scope: { readonly type: string; readonly namespaces: readonly string[] };
  readonly origin?: Origin;
}

/** The caller as the cluster sees it after STS answered GetCallerIdentity. */
export interface StsIdentity {
  /** `arn:aws:sts::A:assumed-role/NAME/SESSION`, a user ARN, a root ARN; for a role any of whose sessions is meant, its role ARN. */
  readonly arn: string;
  readonly account: string;
  /** Session name; undefined with a role ARN means any, and templates then stay as they are. */
  readonly sessionName?: string;
  readonly accessKeyId?: string;
  /** The role's ARN with its path, when known; access entries are compared with it. */
  readonly roleArn?: string;
  /** Unique id (AROA…, AIDA…) of the role or user, when known. */
  readonly uniqueId?: string;
  /** RFC 3339; a principal created after its entry is not the one the entry is bound to. */
  readonly createDate?: string;
}

/** Everything that decides who a caller is in a cluster. */
export interface MappingSource {
  readonly mode: AuthenticationMode;
  /** `data` of the ConfigMap kube-system/aws-auth with its origin; collected null: there is none. */
  readonly awsAuth: Collected<AwsAuthData | null>;
  readonly accessEntries: Collected<readonly AccessEntry[]>;
  /** The principal that made the cluster (mode CONFIG_MAP: hidden administrator); undefined when not known. */
  readonly creator?: string;
  /** The cluster's ARN: gaps name its side, and a creator is of its account. */
  readonly cluster?: string;
  /** Instance id → private DNS name: EC2's whole answer, when somebody asked it. */
  readonly ec2PrivateDnsNames?: Readonly<Record<string, string>>;
}

/** The ConfigMap's `data` as it is, not yet read. */
export interface AwsAuthData {
  readonly data: Readonly<Record<string, unknown>>;
  /** Of the ConfigMap itself; absent where it has none. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Where `data` stands. */
  readonly origin?: Origin;
}

/** Who the caller is in the cluster, or why nobody. */
export interface Mapping {
  readonly result: 'mapped' | 'unauthorized' | 'unknown';
  /**
   * Null unless mapped, and for a mapped caller whose name nobody can tell (AWS publishes no default name for the entry
   * types EC2 and HYPERPOD_LINUX; the creator's name is shown nowhere). May hold templates such as `{{SessionName}}` when
   * the session is any; then `open` is true.
   */
  readonly username: string | null;
  readonly groups: readonly string[];
  readonly open: boolean;
  readonly by: 'accessEntry' | 'mapRoles' | 'mapUsers' | 'mapAccounts' | 'creator' | null;
  /** Access policies that come with the entry (nothing with aws-auth). */
  readonly policies: Collected<readonly AssociatedPolicy[]>;
  /** The row or entry that decided. */
  readonly origin?: Origin;
  /** With `unauthorized`: a row or entry is the caller's, and its name cannot be made for this session. */
  readonly taken?: 'row' | 'entry';
  /** One sentence: which row or entry, or what was looked for and not found. */
  readonly reason: string;
  /** Rows and entries that nearly matched or that lost, each with what is wrong: "row 2 names the session, not the role". */
  readonly notes: readonly MappingNote[];
  /** With `unknown`: what keeps it from being known. With `mapped`: what could only give the caller more than is shown here. */
  readonly gaps: readonly Gap[];
}

/** Something worth saying about a row or an entry that did not decide. */
export interface MappingNote {
  readonly code:
    | 'arn-with-path'
    | 'sts-arn'
    | 'broken-row'
    | 'duplicate'
    | 'overridden'
    | 'ignored-by-mode'
    | 'recreated'
    | 'other';
  readonly text: string;
  /** The ARN as the row or entry writes it, where the note is about one. */
  readonly rowArn?: string;
  readonly origin?: Origin;
}
