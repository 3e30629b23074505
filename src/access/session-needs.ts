import { FALSE, or, type Way, type Ways } from '../base/index.ts';
import type { AssumeStep } from './assume.ts';
import { judgeAction } from './assume.ts';
import { conjunctionOf } from './possible.ts';
import { type Found, findPrincipal } from './principals.ts';
import { mustBePresent } from './settle.ts';
import type { AccessFact } from './types.ts';
import type { JudgedPath } from './walk.ts';
import type { World } from './world.ts';

/**
 * Adds what a condition brings with it: a way that needs a session tag also needs sts:TagSession, one that needs a
 * source identity also needs sts:SetSourceIdentity, or the whole AssumeRole fails (facts/iam.md §2.2). A source identity
 * stays with every session after it and is checked again at each.
 */
export function withSessionNeeds(world: World, path: JudgedPath, caller: Found, now: Date): Ways<AccessFact> {
  let all: Ways<AccessFact> = FALSE;
  for (const way of path.ways) {
    let needed: Ways<AccessFact> = [way];
    path.steps.forEach((step, index) => {
      if (step.kind !== 'assume') return;
      const before = index === 0 ? caller : previousRole(world, path.steps[index - 1] as AssumeStep);
      for (const action of actionsNeeded(way, step, now))
        needed = conjunctionOf(needed, judgeAction(world, step, before, action));
    });
    all = or(all, needed);
  }
  return all;
}

function previousRole(world: World, step: AssumeStep): Found {
  return findPrincipal(world.inventory, step.role);
}

/** Actions that a way needs at a hop, beyond those that were judged because of what is stated. */
export function actionsNeeded(way: Way<AccessFact>, { number, decisions }: AssumeStep, now: Date): readonly string[] {
  const actions = new Set<string>();
  for (const { fact } of way) {
    if (fact.kind !== 'condition' || fact.hop > number) continue;
    const key = fact.key.toLowerCase();
    const need = NEEDS.find(({ keys }) => keys.test(key));
    if (need === undefined || (fact.hop < number && !need.stays)) continue;
    if (mustBePresent(way, fact.hop, fact.key, now)) actions.add(need.action);
  }
  for (const { action } of decisions) actions.delete(action);
  return [...actions];
}

const NEEDS = [
  { keys: /^aws:requesttag\/|^aws:tagkeys$|^sts:transitivetagkeys$/, action: 'sts:TagSession', stays: false },
  { keys: /^sts:sourceidentity$/, action: 'sts:SetSourceIdentity', stays: true },
];
