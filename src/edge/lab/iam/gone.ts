import type { Lab } from '../context.ts';
import { entriesBound } from '../eks/bound.ts';
import type { Change } from '../state/store.ts';
import { randomId } from '../sts/tokens.ts';
import { renamedInTrust } from './trust.ts';

/**
 * What the whole lab remembers of a user or role that is deleted: trust policies and access entries mean the one that was,
 * by its unique id, and never one that is made anew under its ARN (facts/iam.md §2.2, facts/eks.md §3.3).
 *
 * @param uniqueId empty where an inventory does not tell it: then an id stands for it that nobody has
 */
export function principalGone(lab: Lab, arn: string, uniqueId: string): readonly Change[] {
  const id = uniqueId === '' ? randomId(arn.includes(':user/') ? 'AIDA' : 'AROA', 17) : uniqueId;
  return [...renamedInTrust(lab, arn, id), ...entriesBound(lab, arn, id)];
}

/** The same of a user that has another name: the trust policies and entries that meant it mean it still. */
export function principalRenamed(lab: Lab, arn: string, to: string, uniqueId: string): readonly Change[] {
  return [...renamedInTrust(lab, arn, to), ...entriesBound(lab, arn, uniqueId === '' ? randomId('AIDA', 17) : uniqueId)];
}
