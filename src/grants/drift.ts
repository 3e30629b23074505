import type { Gap } from '../base/index.ts';
import { type Inventory, type Resource, resourceId } from '../inventory/index.ts';
import { canonicalTrust, isMap } from './canonical.ts';
import { differences } from './compare.ts';
import { repairsSessions } from './end-sessions.ts';
import { draftPlan, openGaps, type PlanOptions } from './plan.ts';
import { presentOf } from './present.ts';
import { principalOf } from './present-parts.ts';
import { isSessionsPolicy } from './sessions.ts';
import { digestIn } from './steps.ts';
import type { Step } from './types.ts';
import { warningsOf } from './warn/warnings.ts';
import type { GrantsFile } from './wish/types.ts';
import { resourceName } from './words.ts';

/** One thing that is not as it was left. */
export interface DriftFinding {
  /**
   * `changed`: somebody wrote over it. `gone`: a part of a grant that was applied is not there. `recreated`: it names a principal
   * that was deleted. `renamed`: a permission set has another role now. `extra`: it gives more than was wished.
   * `edited`: the file says something else than what was applied. `not-applied`: nothing of the grant is there.
   */
  readonly code: 'changed' | 'gone' | 'recreated' | 'renamed' | 'extra' | 'edited' | 'not-applied';
  readonly grant: string;
  /** Id of the step that sets it right; absent where no step does. */
  readonly step?: string;
  readonly text: string;
}

/** What differs from the applied wish. */
export interface Drift {
  readonly file: string;
  /** Drift proper: somebody or something changed what was applied. */
  readonly drifted: readonly DriftFinding[];
  /** No drift: the file was edited, or a grant was never applied. */
  readonly pending: readonly DriftFinding[];
  /** What could not be looked at. */
  readonly gaps: readonly Gap[];
  readonly unseen: readonly Step[];
}

/**
 * What is not as a file's last apply left it, across trust, policies, mapping and RBAC. The digest in the marks tells what was
 * applied: where it is the present wish's, everything that differs is drift; where it is another's, the file was edited since, and
 * what was there in between cannot be told.
 */
export function findDrift(file: GrantsFile, inventory: Inventory, options: PlanOptions): Drift {
  const plan = draftPlan(file, inventory, options);
  const applied = new Set(plan.steps.filter(isApplied).map(({ grant }) => grant));
  const drifted: DriftFinding[] = [];
  const pending: DriftFinding[] = [];
  const unseen = plan.steps.filter((step) => step.state === 'not-visible' || isBlind(step, inventory));
  for (const step of plan.steps) {
    if (step.state === 'done' || unseen.includes(step)) continue;
    // That sessions end with a principal's way in is no difference of its own.
    if (isSessionsPolicy(step.resource) && step.verb !== 'delete') {
      const { id, grant, resource } = step;
      const text = `${resourceName(resource)} was changed: document`;
      if (repairsSessions(step, options.now)) drifted.push({ code: 'changed', grant, step: id, text });
      continue;
    }
    const finding = classify(step, isThere(step, plan.steps, inventory) ? applied : new Set());
    (finding.code === 'edited' || finding.code === 'not-applied' ? pending : drifted).push(finding);
  }
  for (const { code, grant = '', text } of warningsOf(file, inventory, options.now)) {
    if (code === 'extra-policy' || code === 'broad-binding') drifted.push({ code: 'extra', grant, text });
  }
  return {
    file: file.name,
    drifted,
    pending,
    gaps: openGaps(plan),
    unseen,
  };
}

/** What is another's to make may be there, where nobody looked. */
function isBlind({ state, present, resource }: Step, inventory: Inventory): boolean {
  return state === 'other-owner' && present === undefined && presentOf(resource, inventory).state === 'unseen';
}

/** Whether something carries the digest of the present wish. */
function isApplied({ verb, resource, present }: Step): boolean {
  if (verb === 'delete') return false;
  const digest = digestIn(resource);
  return digest !== undefined && present !== undefined && digestIn(present) === digest;
}

/** What a principal that is not there itself would have cannot be gone, nor a policy of an entry that is not ours. */
function isThere({ resource }: Step, steps: readonly Step[], inventory: Inventory): boolean {
  if (!('principalArn' in resource)) return true;
  if (resource.kind === 'access-policy') {
    const { clusterArn, principalArn } = resource;
    const entry = resourceId({ kind: 'access-entry', clusterArn, principalArn, groups: [], tags: {} });
    return steps.some((step) => step.id === entry && isApplied(step));
  }
  const { known, whole } = principalOf(resource.principalArn, inventory);
  if (known?.arn === resource.principalArn) return true;
  return resource.kind !== 'inline-policy' && !whole && known === undefined;
}

function classify(step: Step, applied: ReadonlySet<string>): DriftFinding {
  const { id, grant, resource, present, verb, notes } = step;
  const name = resourceName(resource);
  const found = (code: DriftFinding['code'], text: string): DriftFinding => ({ code, grant, step: id, text });
  if (verb === 'delete') {
    if (isSessionsPolicy(resource)) return found('edited', `${name} has nothing to end any more, and goes`);
    const isBeside = resource.kind === 'access-policy' && applied.has(grant);
    return isBeside
      ? found('extra', `${name} is there, and was not wished for`)
      : found('edited', `${name} is left of an earlier wish`);
  }
  if (present === undefined && step.state === 'other-owner' && resource.kind === 'inline-policy') {
    // Whether its owner ever made it nobody can tell.
    return found('not-applied', `${name} is not there: ${notes.at(-1) ?? 'its owner makes it'}`);
  }
  if (present === undefined) {
    return applied.has(grant) ? found('gone', `${name} is gone`) : found('not-applied', `${name} was not made yet`);
  }
  const mark = digestIn(resource);
  const isEdited = mark === undefined ? !applied.has(grant) : digestIn(present) !== mark;
  const gone = goneIn(present);
  if (step.replace === true && resource.kind === 'access-entry')
    return found('recreated', `${name}: ${notes.at(-1) ?? 'its principal was made again'}`);
  if (gone.length > 0)
    return found(
      'recreated',
      `${name} trusts ${gone.join(', ')}: that is what IAM shows of a principal that was deleted; one that was made again under the same ARN is a stranger`,
    );
  if (isEdited) return found('edited', `${name} is as an earlier wish had it`);
  const renamed = renamedIn(resource, present);
  if (renamed !== undefined) return found('renamed', `${name} trusts ${renamed}, and the permission set has another role now`);
  return found('changed', `${name} was changed: ${differences(resource, present).join(', ')}`);
}

/** Unique ids that stand where a principal should: IAM shows them when the principal is gone (facts iam.md §1.4). */
function goneIn(present: Resource): readonly string[] {
  if (present.kind !== 'role') return [];
  return [...JSON.stringify(present.trust).matchAll(/"(A(?:ROA|IDA)[A-Z0-9]+)"/g)].flatMap(([, id]) => id ?? []);
}

/** A role of Identity Center that the trust names and the wish does not. */
function renamedIn(wanted: Resource, present: Resource): string | undefined {
  if (wanted.kind !== 'role' || present.kind !== 'role') return undefined;
  const wished = JSON.stringify(canonicalTrust(wanted.trust) ?? null);
  const trust = canonicalTrust(present.trust);
  const rows = isMap(trust) ? JSON.stringify(trust.rows) : '';
  return [...rows.matchAll(/arn:[^"\\]*\/AWSReservedSSO_[^"\\]+/g)].map(([arn]) => arn).find((arn) => !wished.includes(arn));
}
