import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gap } from '../../base/index.ts';
import type { AssociatedPolicy, PolicyHolder, StsIdentity } from '../../rules/eks/index.ts';
import type { KubernetesGaps } from './state/gaps.ts';

/**
 * The seam between the lab's AWS side and the Kubernetes API of one cluster: what each gives the other.
 *
 * Everything is asked anew at each request, so that a changed access entry, role or clock counts at once. Nothing here
 * waits: STS is in the same process.
 */
export interface ClusterSeat {
  /** `arn:aws:eks:eu-west-1:111111111111:cluster/prod` */
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Kubernetes version of the description, e.g. `1.33`. */
  readonly version: () => string;
  /** The cluster's own address as clients see it, e.g. `https://127.0.0.1:43121`. */
  readonly endpoint: () => string;
  /** What the cluster starts with: the objects of its `kubernetes.yaml` or of the kept state, as plain JSON. */
  readonly objects: readonly KubernetesObject[];
  /** The resourceVersion of the last deletion that was kept. */
  readonly lastVersion?: number;
  /** What of the roles and bindings nobody collected, where the cluster is one out of an inventory. */
  readonly gaps?: Pick<KubernetesGaps, 'rbac' | 'nothing'>;
  /**
   * Who a bearer token `k8s-aws-v1.…` stands for: the token's checks, STS, then access entries and aws-auth by the
   * authentication mode (`ClusterApi.awsAuth` is asked for the latter).
   */
  readonly authenticate: (token: string) => Authenticated | Unauthenticated;
  /** Signs and reads tokens of service accounts; their issuer is the cluster's OIDC issuer, which the lab's STS trusts. */
  readonly serviceAccountTokens: ServiceAccountTokens;
  /** The lab's clock, which `causeway lab clock` moves. */
  readonly now: () => Date;
  /** Tells what was asked and what was answered; one call a request, after the answer is known. */
  readonly log: (entry: KubernetesLogEntry) => void;
  /**
   * Keeps a change of an object before the write is answered (`--state`); throws when it cannot be kept, and then the
   * write must be refused with 500. Without `--state` it does nothing.
   */
  readonly keep: (change: ObjectChange) => void;
}

/** What the Kubernetes side gives back for one cluster. */
export interface ClusterApi {
  /** Answers one HTTP/1.1 request that came over the cluster's TLS listener. Never throws. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** `data` of the ConfigMap kube-system/aws-auth as it is now; null when there is none. */
  readonly awsAuth: () => Readonly<Record<string, unknown>> | null;
  /** Every object as it is now, for `lab export` and for snapshots of the state; secrets included. */
  readonly objects: () => readonly KubernetesObject[];
  /** Ends watches and timers. */
  readonly close: () => void;
}

/** Makes the Kubernetes API of one cluster; exported by `kube/index.ts` as `makeClusterApi`. */
export type MakeClusterApi = (seat: ClusterSeat) => ClusterApi;

/** Any object of the store as JSON. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** One write, as the state keeps it. */
export type ObjectChange =
  | { readonly op: 'put'; readonly object: KubernetesObject }
  | {
      readonly op: 'delete';
      readonly apiVersion: string;
      readonly kind: string;
      readonly namespace?: string;
      readonly name: string;
      /** The store's resourceVersion after it, so that a restarted cluster never counts backwards. */
      readonly resourceVersion: string;
    };

/** Who a token stands for. */
export interface Authenticated {
  readonly ok: true;
  readonly user: KubernetesUser;
  readonly identity: StsIdentity;
}

/** Why a token is refused; the client gets 401, the words go to the log. */
export interface Unauthenticated {
  readonly ok: false;
  /** In the words of aws-iam-authenticator where it has any. */
  readonly reason: string;
}

/** The user of a request after the map hop. */
export interface KubernetesUser {
  readonly username: string;
  /** `aws-iam-authenticator:ACCOUNT:AROA…` */
  readonly uid: string;
  /** Without `system:authenticated`, which the API server adds. */
  readonly groups: readonly string[];
  /** arn, canonicalArn, sessionName, accessKeyId, principalId, sigs.k8s.io/aws-iam-authenticator/principalId. */
  readonly extra: Readonly<Record<string, readonly string[]>>;
  /** Access policies of the entry that mapped the caller; they are lost when the caller impersonates (facts/eks.md §3.5). */
  readonly policies: readonly AssociatedPolicy[];
  /** What nobody collected of the user: other groups, the policies of its entry. It can only allow more. */
  readonly gaps?: readonly Gap[];
  /** For `authorizeAccessPolicies`, which names the holder in its reason. */
  readonly holder: PolicyHolder;
}

/** Tokens of service accounts: JWTs of the cluster's OIDC issuer. */
export interface ServiceAccountTokens {
  /** `https://oidc.eks.eu-west-1.amazonaws.com/id/…`, the `iss` of each token. */
  readonly issuer: string;
  /** Signs claims as they are (RS256); `iss` is set here. */
  readonly sign: (claims: Readonly<Record<string, unknown>>) => string;
  /** The claims of a token of this issuer whose signature holds; times and audience are for the caller to check. */
  readonly verify: (token: string) => Readonly<Record<string, unknown>> | undefined;
}

/** One request to a cluster, for `lab log`. */
export interface KubernetesLogEntry {
  /** `get pods -n my-app-ns`, `GET /version`. */
  readonly operation: string;
  /** The username; absent when nobody was authenticated. Impersonation: `admin as jane`. */
  readonly caller?: string;
  readonly decision: 'allow' | 'deny';
  /** The binding, policy or words that decided. */
  readonly reason: string;
  readonly status: number;
}
