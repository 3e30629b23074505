import type { Step } from '../../grants/index.ts';
import type { Resource } from '../../inventory/index.ts';
import { differences, isAsWanted, isBetween } from './fields.ts';
import { ownerOf } from './owner.ts';

/** What to do about a step, once it is known what stands there. */
export type Decision =
  | { readonly act: 'nothing' }
  | { readonly act: 'put'; readonly now?: Resource }
  | { readonly act: 'remove'; readonly now: Resource }
  /** Taken away and made again: it looks right, and names a principal that is gone. */
  | { readonly act: 'remake'; readonly now: Resource }
  | { readonly act: 'stop'; readonly outcome: 'changed' | 'not-ours'; readonly text: string };

/** What decides beside the step. */
export interface DecisionWorld {
  /** Name of the grants file; marks of another one are never written over. */
  readonly owner: string;
  /** Whether what has no owner may be taken over (`--adopt`). */
  readonly mayAdopt: boolean;
  /** Whether this run has made it anew already. */
  readonly isRemade?: boolean;
}

/**
 * Decides a step by what stands there now: done, to be written, or not to be touched. Only what the plan saw, what it
 * wants, or a mix of both (a run that was killed half-way) is ever written over.
 *
 */
export function decide(
  { verb, resource, present, replace }: Step,
  now: Resource | undefined,
  { owner, mayAdopt, isRemade = false }: DecisionWorld,
): Decision {
  if (verb === 'delete') {
    if (now === undefined) return { act: 'nothing' };
    const seen = present ?? resource;
    return notOurs(now, owner, false) ?? (isBetween(now, seen, undefined) ? { act: 'remove', now } : changed(now, seen));
  }
  if (now === undefined) return verb === 'create' || replace === true ? { act: 'put' } : gone();
  if (replace === true && resource.kind === 'access-entry' && !isRemade) {
    return notOurs(now, owner, mayAdopt) ?? (isBetween(now, present, resource) ? { act: 'remake', now } : changed(now, present));
  }
  if (isAsWanted(now, resource)) return { act: 'nothing' };
  if (verb === 'create') return notOurs(now, owner, false) ?? changed(now, resource);
  return notOurs(now, owner, mayAdopt) ?? (isBetween(now, present, resource) ? { act: 'put', now } : changed(now, present));
}

function notOurs(now: Resource, owner: string, mayAdopt: boolean): Decision | undefined {
  const mark = ownerOf(now);
  if (mark === undefined || mark.split('/')[0] === owner) return undefined;
  if (mark === '') {
    return mayAdopt ? undefined : { act: 'stop', outcome: 'not-ours', text: 'it stands there without an owner of ours: --adopt' };
  }
  return { act: 'stop', outcome: 'not-ours', text: `it belongs to ${mark}` };
}

function changed(now: Resource, seen: Resource | undefined): Decision {
  const names = seen === undefined ? [] : differences(now, seen);
  const what = names.length === 0 ? '' : ` (${names.join(', ')})`;
  return { act: 'stop', outcome: 'changed', text: `it is not what the plan saw${what}: it was changed meanwhile` };
}

function gone(): Decision {
  return { act: 'stop', outcome: 'changed', text: 'it is not there any more: it was taken away meanwhile' };
}
