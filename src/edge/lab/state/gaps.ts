import type { Gap } from '../../../base/index.ts';
import { objectScope } from './scope.ts';
import type { Store } from './store.ts';

/** What nobody collected of a cluster's Kubernetes objects. */
export interface KubernetesGaps {
  /** Roles and bindings that may be there and may allow. */
  readonly rbac: readonly Gap[];
  /** Not even one kind of them was collected, so that nothing is known of Kubernetes' own either. */
  readonly nothing: boolean;
  /** Absent: aws-auth, or that there is none, is known. */
  readonly awsAuth?: Gap;
}

const NONE: KubernetesGaps = { rbac: [], nothing: false };

/** What is not known of the objects of a cluster; nothing of one that the lab made itself. */
export function kubernetesGapsOf(store: Store, arn: string): KubernetesGaps {
  const kept = store.get(objectScope(arn), 'value', 'gaps')?.value;
  return kept === undefined ? NONE : (JSON.parse(kept) as KubernetesGaps);
}

/** The words of a refusal that stands on what nobody collected. */
export function cannotJudge(gaps: readonly Pick<Gap, 'what' | 'state'>[]): string {
  const [first] = gaps;
  if (first === undefined) return 'the lab cannot judge this call';
  const others = gaps.length === 1 ? '' : ` (and ${gaps.length - 1} more)`;
  return `the lab cannot judge this call: ${first.what}${WHY[first.state]}${others}`;
}

const WHY = { refused: ', which the collector was refused', notCollected: ', which nobody collected', unjudged: '' } as const;
