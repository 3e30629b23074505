import type { Origin } from '../../base/index.ts';

/** Something in a Kubernetes object that could not be used; the part it stands in grants nothing. */
export interface RbacProblem {
  /** `wrong-type`: not what Kubernetes takes; `missing`: a field it requires; `duplicate`: a second object of the same name. */
  readonly code: 'wrong-type' | 'missing' | 'duplicate';
  /** One sentence that names the object and the field. */
  readonly message: string;
  /** Index of the object in what was read. */
  readonly object: number;
  /** From the object's root; through `items` where it is a list. */
  readonly path: readonly (string | number)[];
  readonly origin?: Origin;
}
