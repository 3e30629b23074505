import type { AssumptionName } from '../../access/index.ts';
import type { Store } from './state/store.ts';
import type { View } from './state/view.ts';
import type { SessionTokens } from './sts/tokens.ts';

/** One decision of IAM that a call needed. */
export interface LoggedDecision {
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allow' | 'implicitDeny' | 'explicitDeny' | 'unknown';
  readonly reason: string;
}

/** One call, for `causeway lab log`. No credential, token or document of a caller is in it. */
export interface LogEntry {
  readonly at: string;
  /** sts, iam, eks, organizations, kubernetes, proxy. */
  readonly service: string;
  readonly operation: string;
  /** ARN, or username in a cluster. */
  readonly caller?: string;
  readonly cluster?: string;
  readonly status: number;
  /** AWS's error code. */
  readonly code?: string;
  readonly message?: string;
  /** What would help whoever reads the log, and what AWS would never tell the caller. */
  readonly note?: string;
  readonly decisions: readonly LoggedDecision[];
}

/** What every part of the lab works with. */
export interface Lab {
  readonly store: Store;
  readonly view: View;
  /** The lab's clock. */
  readonly now: () => Date;
  /** The same on the clock of somebody who signed something at the given moment (`Clock.nowFor`). */
  readonly nowFor: (signedAt: Date) => Date;
  /** What is taken for granted where an inventory is silent (--assume). */
  readonly assume: readonly AssumptionName[];
  readonly tokens: SessionTokens;
  readonly log: (entry: LogEntry) => void;
  /** Where a cluster's API server is; undefined when it does not run. */
  readonly endpointOf: (arn: string) => ClusterPlace | undefined;
  /** Told when a cluster was made or taken away, so that API servers start and end. */
  readonly clustersChanged: () => void;
}

/** Where the API server of a cluster is. */
export interface ClusterPlace {
  readonly endpoint: string;
  /** By the name that AWS gave it. */
  readonly awsEndpoint: string;
  /** PEM of the authority. */
  readonly authority: string;
}
