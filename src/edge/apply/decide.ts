import type { Step } from '../../grants/index.ts';
import type { Resource } from '../../inventory/index.ts';
import { differences, fieldsOf, isAsWanted, isBetween } from './fields.ts';
import { ownerOf } from './owner.ts';

/** What to do about a step, once it is known what stands there. */
export type Decision =
  | { readonly act: 'nothing' }
  | { readonly act: 'put'; readonly now?: Resource }
  | { readonly act: 'remove'; readonly now: Resource }
  | { readonly act: 'stop'; readonly outcome: 'changed' | 'not-ours'; readonly text: string };

/**
 * Decides a step by what stands there now: done, to be written, or not to be touched. Only what the plan saw, what it
 * wants, or a mix of both (a run that was killed half-way) is ever written over.
 *
 * @param owner name of the grants file; marks of another one are never written over
 * @param mayAdopt whether what has no owner may be taken over (`--adopt`)
 */
export function decide(
  { verb, resource, present }: Step,
  now: Resource | undefined,
  { owner, mayAdopt }: { readonly owner: string; readonly mayAdopt: boolean },
): Decision {
  if (verb === 'delete') {
    if (now === undefined) return { act: 'nothing' };
    const seen = present ?? resource;
    return notOurs(now, owner, false) ?? (isBetween(now, seen, undefined) ? { act: 'remove', now } : changed(now, seen));
  }
  if (now === undefined) return verb === 'create' || isRemade(resource, present) ? { act: 'put' } : gone();
  if (isAsWanted(now, resource)) return { act: 'nothing' };
  if (verb === 'create') return notOurs(now, owner, false) ?? changed(now, resource);
  return notOurs(now, owner, mayAdopt) ?? (isBetween(now, present, resource) ? { act: 'put', now } : changed(now, present));
}

/** Whether the change of a binding takes it away first: a run that was killed then leaves nothing. */
function isRemade(wanted: Resource, present: Resource | undefined): boolean {
  return present !== undefined && fieldsOf(wanted).get('roleRef') !== fieldsOf(present).get('roleRef');
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
