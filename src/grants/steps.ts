import { DIGEST_ANNOTATION, DIGEST_TAG, GRANT_LABEL, type Inventory, type Resource, resourceId } from '../inventory/index.ts';
import { differences, isEnough, isSame, mustReplace, policyThatAllows } from './compare.ts';
import { ownerOf, rolePath } from './marks.ts';
import type { Owned } from './owned.ts';
import { presentOf } from './present.ts';
import type { There } from './present-parts.ts';
import type { PlanNote, Step } from './types.ts';
import type { Wanted } from './wish/wanted.ts';
import { resourceName } from './words.ts';

/** What decides about the state of steps beside the inventory. */
export interface StepOptions {
  /** Name of the grants file. */
  readonly file: string;
  /** Accounts that whoever plans has credentials for; absent: nobody said, and nothing is held against a step. */
  readonly mine?: ReadonlySet<string>;
  /** Take over what is there under our names and is not ours. */
  readonly adopt?: boolean;
}

/** A step, and why the plan may not be applied because of it. */
export interface Judged {
  readonly step: Step;
  readonly refusals: readonly PlanNote[];
}

/** Compares one wished resource with what is there. */
export function stepFor(wanted: Wanted, inventory: Inventory, options: StepOptions): Judged {
  const present = presentOf(wanted.resource, inventory);
  const base = baseOf(wanted);
  const open = openState(wanted, options);
  if (present.state === 'taken') {
    const text = `${resourceName(wanted.resource)} cannot be made: ${present.by} has its name`;
    const refusal = { code: 'name-taken', grant: wanted.grant, text };
    return { step: { ...base, verb: 'create', state: 'other-owner', notes: [...wanted.notes, text] }, refusals: [refusal] };
  }
  if (present.state === 'there') return { step: thereStep(wanted, present, inventory, options), refusals: [] };
  if (wanted.gap !== undefined || present.state === 'unseen') {
    const gap = wanted.gap ?? (present.state === 'unseen' ? present.gap : undefined);
    const why = gap === undefined ? 'the inventory does not show it' : `not known: ${gap.what}`;
    const state = options.mine?.has(wanted.account) === false || wanted.handOver !== undefined ? 'other-owner' : 'not-visible';
    return { step: { ...base, verb: 'create', state, notes: [...notesOf(wanted), why] }, refusals: [] };
  }
  if (wanted.resource.kind === 'inline-policy') {
    const other = policyThatAllows(wanted.resource, inventory);
    if (other !== undefined) {
      const note = `${other} of ${wanted.resource.principalArn} says it already; it is used, and stays its owner's`;
      return { step: { ...base, verb: 'create', state: 'done', notes: [...wanted.notes, note] }, refusals: [] };
    }
  }
  const foreign = foreignEntry(wanted, inventory, options);
  if (foreign !== undefined) {
    return { step: { ...base, verb: 'create', state: 'other-owner', notes: [...notesOf(wanted), foreign] }, refusals: [] };
  }
  return { step: { ...base, verb: 'create', state: open, notes: notesOf(wanted) }, refusals: [] };
}

/** An association has no marks: on an entry of somebody else nobody could tell later that it is ours to take away. */
function foreignEntry({ resource, grant }: Wanted, inventory: Inventory, { adopt, file }: StepOptions): string | undefined {
  if (resource.kind !== 'access-policy' || adopt === true) return undefined;
  const { clusterArn, principalArn } = resource;
  const entry = presentOf({ kind: 'access-entry', clusterArn, principalArn, groups: [], tags: {} }, inventory);
  if (entry.state !== 'there' || entry.owner === ownerOf(file, grant)) return undefined;
  return 'the access entry is not ours: its owner associates the policy, or --adopt takes the entry over';
}

/** The step that takes away what a file made. */
export function deleteStep(
  { resource, grant, account }: Owned,
  notes: readonly string[],
  { mine }: Pick<StepOptions, 'mine'>,
): Step {
  return {
    id: resourceId(resource),
    verb: 'delete',
    resource,
    present: resource,
    state: mine?.has(account) === false ? 'other-owner' : 'to-do',
    account,
    grant,
    after: [],
    notes,
  };
}

function baseOf({ resource, account, grant, after }: Wanted): Pick<Step, 'id' | 'resource' | 'account' | 'grant' | 'after'> {
  return { id: resourceId(resource), resource, account, grant, after };
}

function openState({ handOver, account }: Wanted, { mine }: StepOptions): 'to-do' | 'other-owner' {
  return handOver !== undefined || mine?.has(account) === false ? 'other-owner' : 'to-do';
}

function notesOf({ notes, handOver }: Wanted): readonly string[] {
  return handOver === undefined ? notes : [...notes, handOver];
}

function thereStep(wanted: Wanted, present: There, inventory: Inventory, options: StepOptions): Step {
  const { resource, rename } = wanted;
  const step: Omit<Step, 'state'> = { ...baseOf(wanted), verb: 'update', present: present.resource, notes: wanted.notes };
  const done = (...notes: readonly string[]): Step => ({
    ...step,
    state: 'done',
    notes: [...wanted.notes, ...notes, ...unseenNote(present)],
  });
  const change = (...notes: readonly string[]): Step => ({
    ...step,
    ...(mustReplace(resource, present) ? { replace: true } : {}),
    state: wanted.gap === undefined ? openState(wanted, options) : 'not-visible',
    notes: [...notesOf(wanted), ...notes, ...(present.dead === undefined ? [] : [present.dead])],
  });
  const ours = isOurs(wanted, present, inventory, options.file);
  const same = present.dead === undefined && isSame(resource, present.resource, rename);
  if (ours === true) {
    if (!same) return change(differs(wanted, present));
    // A digest that is not the wish's: the file was edited and came to mean the same, or an older Causeway wrote it.
    return hasDigest(resource, present) ? done() : change('only its mark changes');
  }
  if (present.dead === undefined && (same || isEnough(resource, present.resource, rename))) {
    if (options.adopt === true && same) return change('it is as wished, and becomes ours (--adopt)');
    if (options.adopt === true) return change('it gives what is wished and more; it becomes ours and gives no more (--adopt)');
    return done("it is not ours: it is used as it is, and stays its owner's");
  }
  if (ours === undefined) {
    return {
      ...step,
      state: 'not-visible',
      notes: [...notesOf(wanted), `it differs, and whose it is was not collected (${present.unseen.join(', ')})`],
    };
  }
  if (options.adopt === true) return change('it is not ours, and is taken over (--adopt)', differs(wanted, present));
  const whose = present.owner === null || present.owner === undefined ? 'nobody knows whose it is' : `it is of ${present.owner}`;
  return {
    ...step,
    state: 'other-owner',
    notes: [
      ...wanted.notes,
      `it is there, differs from the wish, and is not ours (${whose}): its owner changes it, or --adopt takes it over`,
    ],
  };
}

function differs({ resource, rename }: Wanted, present: There): string {
  const parts = differences(resource, present.resource, rename);
  return parts.length === 0 ? 'it is made anew' : `differs in ${parts.join(', ')}`;
}

function unseenNote({ unseen }: There): readonly string[] {
  return unseen.length === 0 ? [] : [`not collected, and taken to be as wished: ${unseen.join(', ')}`];
}

function hasDigest(resource: Resource, { digest, resource: present }: There): boolean {
  const wished = digestIn(resource);
  return wished === undefined || wished === digest || digestIn(present) === wished;
}

/** Digest of the wish in the marks of a resource; undefined where it carries none. */
export function digestIn(resource: Resource): string | undefined {
  if (resource.kind === 'rbac-object') return resource.manifest.metadata.annotations[DIGEST_ANNOTATION];
  return 'tags' in resource ? resource.tags[DIGEST_TAG] : undefined;
}

/** Undefined where the marks were not collected. What cannot be tagged is owned by its name, or with the role or entry that it is on. */
function isOurs(wanted: Wanted, present: There, inventory: Inventory, file: string): boolean | undefined {
  const { resource, grant } = wanted;
  if (resource.kind === 'inline-policy') {
    if (!resource.principalArn.includes(`:role${rolePath(file)}`)) return true;
    const role = presentOf(
      { kind: 'role', arn: resource.principalArn, trust: null, description: '', maxSessionDuration: 0, tags: {} },
      inventory,
    );
    return role.state === 'there' && role.owner === ownerOf(file, grant);
  }
  if (present.owner === undefined) return undefined;
  const shared = resource.kind === 'rbac-object' && resource.manifest.metadata.labels[GRANT_LABEL] === undefined;
  return present.owner === ownerOf(file, shared ? '' : grant);
}
