import type { Identity } from '../../rules/arn/index.ts';
import { type AssumeStep, judgeAssume } from '../assume.ts';
import type { State } from '../search.ts';
import type { World } from '../world.ts';
import { sameOnward } from './onward.ts';

/** Judges the step from a state to a role. */
export type Judge = (world: World, state: State, role: Identity, number: number) => AssumeStep;

/**
 * Judges each step once, however many principals take it at the same hop: many come to the same roles, and go on from there
 * alike (`sameOnward`).
 */
export function makeJudge(): Judge {
  const known = new Map<string, { readonly step: AssumeStep; readonly ownTags: boolean }>();
  return (world, state, role, number) => {
    const from = sameOnward(world, state);
    if (from === undefined) return judgeAssume(world, state.session, state.found, role, number);
    const key = `${number} ${from} ${role.arn}`;
    let judged = known.get(key);
    if (judged === undefined) {
      const noticed = { ownTags: false };
      judged = { step: judgeAssume({ ...world, noticed }, state.session, state.found, role, number), ownTags: noticed.ownTags };
      known.set(key, judged);
    }
    if (judged.ownTags && world.noticed !== undefined) world.noticed.ownTags = true;
    return judged.step;
  };
}
