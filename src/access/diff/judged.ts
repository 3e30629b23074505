import type { Identity } from '../../rules/arn/index.ts';
import { type AssumeStep, judgeAssume } from '../assume.ts';
import type { State } from '../search.ts';
import type { World } from '../world.ts';
import { onceForAlike } from './alike.ts';

/** Judges the step from a state to a role. */
export type Judge = (world: World, state: State, role: Identity, number: number) => AssumeStep;

/** Judges each step once, however many principals take it at the same hop. */
export function makeJudge(): Judge {
  const once = onceForAlike<AssumeStep>();
  return (world, state, role, number) =>
    once(world, state, `${number} ${role.arn}`, (noting) => judgeAssume(noting, state.session, state.found, role, number));
}
