import { FALSE, or, type Way, type Ways } from '../base/index.ts';
import type { AssumeStep } from './assume.ts';
import { judgeAction } from './assume.ts';
import { type Found, findPrincipal } from './principals.ts';
import { mustBePresent } from './settle.ts';
import type { AccessFact } from './types.ts';
import { conjunction, type JudgedPath } from './walk.ts';
import type { World } from './world.ts';

/**
 * Adds what a condition brings with it: a way that needs a session tag also needs sts:TagSession, one that needs a
 * source identity also needs sts:SetSourceIdentity, or the whole AssumeRole fails (facts/iam.md §2.2).
 */
export function withSessionNeeds(world: World, path: JudgedPath, caller: Found, now: Date): Ways<AccessFact> {
  let all: Ways<AccessFact> = FALSE;
  for (const way of path.ways) {
    let needed: Ways<AccessFact> = [way];
    path.steps.forEach((step, index) => {
      if (step.kind !== 'assume') return;
      const before = index === 0 ? caller : previousRole(world, path.steps[index - 1] as AssumeStep);
      for (const action of actionsNeeded(way, step.number, now)) {
        needed = conjunction(needed, judgeAction(world, step, before, action));
      }
    });
    all = or(all, needed);
  }
  return all;
}

function previousRole(world: World, step: AssumeStep): Found {
  return findPrincipal(world.inventory, step.role);
}

function actionsNeeded(way: Way<AccessFact>, hop: number, now: Date): readonly string[] {
  const actions = new Set<string>();
  for (const { fact } of way) {
    if (fact.kind !== 'condition' || fact.hop !== hop) continue;
    const key = fact.key.toLowerCase();
    const action = ACTION_OF.find(([pattern]) => pattern.test(key))?.[1];
    if (action !== undefined && mustBePresent(way, hop, fact.key, now)) actions.add(action);
  }
  return [...actions];
}

const ACTION_OF: readonly (readonly [RegExp, string])[] = [
  [/^aws:requesttag\/|^aws:tagkeys$|^sts:transitivetagkeys$/, 'sts:TagSession'],
  [/^sts:sourceidentity$/, 'sts:SetSourceIdentity'],
];
