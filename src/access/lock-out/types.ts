/** Somebody who would have no way in any more. */
export interface LockOut {
  readonly clusterArn: string;
  readonly who: 'caller' | 'administrators' | 'node-role';
  readonly principal?: string;
  readonly text: string;
  /** Ids of the resources whose changes do it, or have a part in it. */
  readonly steps: readonly string[];
}
