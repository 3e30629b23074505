import { applyChanges, type Inventory, type ResourceChange } from '../inventory/index.ts';
import type { Step } from './types.ts';

/** What steps do to an inventory, in their order; `done` ones and those whose state nobody can see do nothing. */
export function changesOf(steps: readonly Step[]): readonly ResourceChange[] {
  return steps.filter(({ state }) => state === 'to-do' || state === 'other-owner').flatMap(changes);
}

function changes({ verb, replace, resource, present }: Step): readonly ResourceChange[] {
  if (verb === 'delete') return [{ kind: 'remove', resource }];
  const put = { kind: 'put', resource } as const;
  return replace === true && present !== undefined ? [{ kind: 'remove', resource: present }, put] : [put];
}

/** The inventory as steps would leave it. */
export function afterSteps(steps: readonly Step[], inventory: Inventory): Inventory {
  return applyChanges(inventory, changesOf(steps));
}

/** The steps that a run of a plan would do: those that are to do, and wait for none that is another's or cannot be seen. */
export function stepsOfRun(steps: readonly Step[]): readonly Step[] {
  const left = new Set<string>();
  return steps.filter(({ id, state, after }) => {
    if (state === 'done') return false;
    const runs = state === 'to-do' && after.every((before) => !left.has(before));
    if (!runs) left.add(id);
    return runs;
  });
}
