import type { AccessDiff, LockOut } from '../access/index.ts';
import type { Gap } from '../base/index.ts';
import type { Resource } from '../inventory/index.ts';

/**
 * One change to one resource, carried as what is wanted of it; a step is applied to the resource as it then is.
 *
 * `delete` carries the resource as it was last known, so that what is taken away can be shown.
 */
export interface Step {
  /** `resourceId` of the resource: the same in each plan, so a plan that was cut off goes on. */
  readonly id: string;
  readonly verb: 'create' | 'update' | 'delete';
  readonly resource: Resource;
  /** What stands there now, as far as a plan may write it; absent where nothing does. */
  readonly present?: Resource;
  /** The API cannot change it in place (another roleRef, a principal made again): it is deleted and made anew. */
  readonly replace?: true;
  readonly state: StepState;
  /** The account whose owner makes it: of the role, or of the cluster. */
  readonly account: string;
  /** Name of the grant that wants it, or that wanted it. */
  readonly grant: string;
  /** Ids of steps that come first, within this plan. */
  readonly after: readonly string[];
  /** A word to the person: why it is somebody else's, what could not be seen, what is wider than it looks. */
  readonly notes: readonly string[];
}

/**
 * `done`: it is as wanted. `to-do`. `other-owner`: an account without credentials, or a thing that is not ours to write;
 * it is handed over. `not-visible`: the inventory does not show it.
 */
export type StepState = 'done' | 'to-do' | 'other-owner' | 'not-visible';

/** What a grants file means for an inventory. */
export interface Plan {
  /** `name:` of the grants file. */
  readonly file: string;
  /** Ordered so that each step stands after those it needs; `done` ones included. */
  readonly steps: readonly Step[];
  /** Of all steps that are to do and of those handed over. */
  readonly diff: AccessDiff;
  /** Why this plan may not be applied: it locks somebody out (law 2). Empty: it may. */
  readonly lockOuts: readonly LockOut[];
  /** What else keeps it from being applied: a name that is taken, a document over its limit, a wish that cannot be met. */
  readonly refusals: readonly PlanNote[];
  readonly warnings: readonly PlanNote[];
  /** What is not known of what is wished for. */
  readonly gaps: readonly Gap[];
  /** Parts of the file's accounts and clusters where something that it made may stand, and that nobody saw. */
  readonly unseen: readonly Gap[];
}

/** Something worth reading before a yes. */
export interface PlanNote {
  readonly code: string;
  readonly grant?: string;
  readonly text: string;
}
