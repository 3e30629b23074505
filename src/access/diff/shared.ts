import type { Session } from '../../rules/sts/index.ts';
import type { AssumeStep } from '../assume.ts';
import { type Once, onceForAlike } from './alike.ts';
import type { Apart } from './apart.ts';
import { sides } from './clusters.ts';
import type { Onward } from './onward.ts';

/** What one side finds out for both, and what tells the two apart where it is not the same on both. */
export interface Shared {
  readonly onward: Once<Onward>;
  readonly step: Once<AssumeStep>;
  readonly satisfiable: Map<string, boolean>;
  readonly tellSession: (session: Session) => string;
  readonly tellStep: (session: Session, roleArn: string) => string;
}

/** Lets two sides share what is the same on both. */
export function share(apart: Apart): readonly [Shared, Shared] {
  const once = { onward: onceForAlike<Onward>(), step: onceForAlike<AssumeStep>(), satisfiable: new Map<string, boolean>() };
  return sides((i) => ({
    ...once,
    tellSession: (session) => (apart.onward(session) ? `${i}` : ''),
    tellStep: (session, roleArn) => (apart.step(session, roleArn) ? `${i}` : ''),
  }));
}
