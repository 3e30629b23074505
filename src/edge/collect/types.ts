import type { Credentials } from '../../rules/token/index.ts';
import type * as Aws from '../aws/index.ts';
import type * as Kube from '../kube/index.ts';

/** An account that is read. */
export interface CollectAccount {
  readonly id: string;
  /** As the grants file or the flags call it. */
  readonly alias?: string;
}

/** What is read: no more than the accounts and clusters of a grants file need. */
export interface CollectRequest {
  readonly accounts: readonly CollectAccount[];
  /** ARNs; the accounts that own them are read too. */
  readonly clusters: readonly string[];
  /** ARNs of roles of which more is wanted than the account's list tells: how long their sessions may be, their description. */
  readonly principals: readonly string[];
  /** The same for all roles under these paths: `/causeway/platform-access/`. */
  readonly rolePaths: readonly string[];
  /** Of IAM the principals alone, each with its policies. */
  readonly narrow?: boolean;
  /** No control policies: they are not for the owner of one account to tell. */
  readonly withoutOrganization?: boolean;
}

/** Credentials that are of one account. */
export interface CollectSession {
  readonly account: string;
  readonly caller: string;
  /** Where the services that are one for all regions are asked from. */
  readonly region: string;
  readonly credentials: () => Credentials;
  readonly renew: (stale: Credentials) => Promise<boolean>;
  readonly reach: (service: 'iam' | 'eks' | 'organizations', region: string) => Reach;
  readonly token: (cluster: string, region: string) => Promise<string>;
}

/** How a service is reached. */
export interface Reach {
  readonly endpoint?: string;
  readonly caBundle?: string;
  readonly proxy?: string;
  readonly fips: boolean;
  readonly dualStack: boolean;
}

/** How the API server of one cluster is reached, and as whom. */
export interface ClusterWay {
  readonly access: Omit<Kube.KubeAccess, 'token'>;
  readonly token: () => Promise<string>;
}

/** An account that was entered, that nobody gave credentials for, or that refused them. */
export type Entry =
  | { readonly session: CollectSession }
  | { readonly none: string }
  | { readonly failure: { readonly code: string; readonly message: string } };

/** The world around, handed in. */
export interface CollectWorld {
  /** The rooms that carry the clients; each is a bundle of its own. */
  readonly aws: typeof Aws;
  readonly kube: typeof Kube;
  readonly enter: (account: CollectAccount) => Promise<Entry>;
  /** The way to a cluster's API server that a kubeconfig names; undefined: as EKS describes it. */
  readonly wayTo?: (clusterArn: string) => ClusterWay | undefined;
  /** The proxy that the environment names for a URL. */
  readonly proxyFor: (url: string) => string | undefined;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly random: () => number;
  /** How long one try of a call may take, in milliseconds. */
  readonly timeoutMs?: number;
  /** Told of every request that is sent: `iam:GetRole` and whose account it is. */
  readonly onCall?: (operation: string, account: string) => void;
  /** Told of every account and cluster that is done. */
  readonly onDone?: (what: string) => void;
}

/** A file of an inventory folder, written out. */
export interface CollectedFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Something that was asked for and not given. */
export interface Missing {
  /** The file or folder of the inventory that would hold it. */
  readonly path: string;
  readonly part?: string;
  /** `refused`: somebody said no. `notCollected`: nobody answered, or nobody could be asked. */
  readonly state: 'refused' | 'notCollected';
  /** The call that gave nothing: `iam:GetRole`; absent where none was made. */
  readonly call?: string;
  readonly error: string;
  readonly account: string;
}

/** What was read, as an inventory folder holds it. */
export interface Collection {
  /** `inventory.json` is the first. */
  readonly files: readonly CollectedFile[];
  readonly missing: readonly Missing[];
  /** What is whole. */
  readonly complete: readonly string[];
  /** Requests that were sent, by operation; tries included. */
  readonly calls: Readonly<Record<string, number>>;
  /** The callers that STS named. */
  readonly as: readonly string[];
}
