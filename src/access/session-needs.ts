import { FALSE, or, TooManyWays, unsettled, type Way, type Ways } from '../base/index.ts';
import type { AssumeStep } from './assume.ts';
import { judgeAction } from './assume.ts';
import { conjunctionOf, TOO_MANY } from './possible.ts';
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
export function withSessionNeeds(
  world: World,
  path: Pick<JudgedPath, 'ways' | 'steps'>,
  caller: Found,
  now: Date,
): Ways<AccessFact> {
  if (!path.ways.some((way) => way.some(({ fact }) => fact.kind === 'condition' && needOf(fact.key) !== undefined)))
    return path.ways;
  let all: Ways<AccessFact> = FALSE;
  for (const way of path.ways) {
    let needed: Ways<AccessFact> = [way];
    path.steps.forEach((step, index) => {
      if (step.kind !== 'assume') return;
      const before = index === 0 ? caller : previousRole(world, path.steps[index - 1] as AssumeStep);
      for (const action of actionsNeeded(way, step, now))
        needed = conjunctionOf(needed, judgeAction(world, step, before, action));
    });
    all = eitherOf(all, needed);
  }
  return all;
}

function eitherOf(a: Ways<AccessFact>, b: Ways<AccessFact>): Ways<AccessFact> {
  try {
    return or(a, b);
  } catch (error) {
    if (error instanceof TooManyWays) return unsettled<AccessFact>(TOO_MANY);
    throw error;
  }
}

function previousRole(world: World, step: AssumeStep): Found {
  return findPrincipal(world.inventory, step.role);
}

/** Actions that a way needs at a hop, beyond those that were judged because of what is stated. */
export function actionsNeeded(way: Way<AccessFact>, { number, decisions }: AssumeStep, now: Date): readonly string[] {
  const actions = new Set<string>();
  for (const { fact } of way) {
    if (fact.kind !== 'condition' || fact.hop > number) continue;
    const need = needOf(fact.key);
    if (need === undefined || (fact.hop < number && !need.stays)) continue;
    if (mustBePresent(way, fact.hop, fact.key, now)) actions.add(need.action);
  }
  for (const { action } of decisions) actions.delete(action);
  return [...actions];
}

function needOf(key: string): (typeof NEEDS)[number] | undefined {
  const lower = key.toLowerCase();
  return NEEDS.find(({ keys }) => keys.test(lower));
}

const NEEDS = [
  { keys: /^aws:requesttag\/|^aws:tagkeys$|^sts:transitivetagkeys$/, action: 'sts:TagSession', stays: false },
  { keys: /^sts:sourceidentity$/, action: 'sts:SetSourceIdentity', stays: true },
];

/** The actions that what a session is to carry needs at the step which makes it. */
export const SESSION_ACTIONS: readonly string[] = NEEDS.map(({ action }) => action);
