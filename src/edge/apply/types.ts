import type { AwsAccess } from '../aws/index.ts';
import type { KubeAccess } from '../kube/index.ts';

/** Time, handed in so that nothing here waits in a test. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Why there is no way into an account or a cluster. */
export interface Closed {
  readonly closed: string;
}

/**
 * The ways into accounts and clusters.
 *
 * `again` asks for new credentials, because those of the last answer have expired.
 */
export interface Doors {
  readonly aws: (
    wanted: { readonly service: 'iam' | 'eks'; readonly account: string; readonly region: string },
    again: boolean,
  ) => Promise<AwsAccess | Closed>;
  readonly kubernetes: (clusterArn: string, again: boolean) => Promise<KubeAccess | Closed>;
}

/** One call of an API, in words. */
export interface CallAbout {
  readonly service: 'iam' | 'eks' | 'kubernetes';
  /** `CreateRole`; of Kubernetes the method and the path. */
  readonly operation: string;
  /** Account, or the cluster's ARN. */
  readonly at: string;
}

/** What every try of a call goes through, last of all: tests break the wire here. */
export type Wire = <T>(about: CallAbout, send: () => Promise<T>) => Promise<T>;

/** What became of one step. */
export interface StepResult {
  readonly id: string;
  readonly outcome: StepOutcome;
  /** Whether this run wrote something for it. */
  readonly wrote: boolean;
  /** Why it is not done, in a sentence; empty when it is. */
  readonly text: string;
}

/**
 * `done`: it stands as wanted, read after it was written. `changed`: something else stands there than the plan saw.
 * `not-ours`: it is somebody else's. `denied`: AWS or Kubernetes said no. `closed`: there is no way in, or nobody answers.
 * `not-visible`: it was written and could not be read within the time. `failed`: anything else that was refused.
 * `waits`: a step that comes first is not done. `stopped`: the run was ended before.
 */
export type StepOutcome = 'done' | 'changed' | 'not-ours' | 'denied' | 'closed' | 'not-visible' | 'failed' | 'waits' | 'stopped';

/** What happens during a run, as plain data. */
export type ApplyEvent =
  | { readonly kind: 'begun'; readonly id: string }
  | { readonly kind: 'ended'; readonly result: StepResult }
  | { readonly kind: 'waiting'; readonly what: string; readonly milliseconds: number }
  | { readonly kind: 'backup'; readonly what: string; readonly where: readonly string[] };
