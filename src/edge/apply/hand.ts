import type { Resource } from '../../inventory/index.ts';
import type { KubeSend } from '../kube/index.ts';
import { CallFailed } from './failure.ts';

/** Reads and writes resources of one kind, as they are in AWS or in a cluster. Each throws `CallFailed`. */
export interface Hand<R extends Resource> {
  /** What stands there now; undefined when nothing does. */
  readonly read: (resource: R) => Promise<R | undefined>;
  /** Sends the calls that make what stands there what is wanted. Killed between two of them, the same call goes on. */
  readonly put: (wanted: R, now: R | undefined) => Promise<void>;
  readonly remove: (now: R) => Promise<void>;
  /** Takes it away and makes it again, with what hangs on it; only where it can be needed. */
  readonly remake?: (wanted: R, now: R) => Promise<void>;
}

/** An object of a cluster; undefined when there is none of that name. */
export async function readOrNothing(kube: KubeSend, path: string): Promise<unknown> {
  try {
    return await kube({ method: 'GET', path });
  } catch (error) {
    if (error instanceof CallFailed && error.failure.kind === 'absent') return undefined;
    throw error;
  }
}
