import type { Identity } from '../../rules/arn/index.ts';
import type { Session } from '../../rules/sts/index.ts';
import { type AssumeStep, judgeAssume } from '../assume.ts';
import type { State } from '../search.ts';
import type { World } from '../world.ts';
import { type Once, onceForAlike } from './alike.ts';

/** Judges the step from a state to a role. */
export type Judge = (world: World, state: State, role: Identity, number: number) => AssumeStep;

/**
 * Judges each step once, however many principals take it at the same hop.
 *
 * @param once may be another side's too, where `tell` sets apart what is not the same there
 */
export function makeJudge(
  once: Once<AssumeStep> = onceForAlike(),
  tell: (session: Session, roleArn: string) => string = () => '',
): Judge {
  return (world, state, role, number) =>
    once(world, state, `${tell(state.session, role.arn)} ${number} ${role.arn}`, (noting) =>
      judgeAssume(noting, state.session, state.found, role, number),
    );
}
