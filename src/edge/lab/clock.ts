import { LAB } from './state/scope.ts';
import type { Store } from './state/store.ts';

/** The lab's clock: the machine's, moved forward as often as somebody asked. */
export interface Clock {
  readonly now: () => Date;
  /**
   * The lab's present on the clock of somebody who signed something at the given moment. The clients keep the machine's
   * time, so what they sign now is of now, however far the lab's clock was moved before; what they signed before a move has
   * become older by it.
   *
   * @param signedAt by the signer's clock
   */
  readonly nowFor: (signedAt: Date) => Date;
  /** Moves the clock forward by so many milliseconds. */
  readonly move: (by: number) => void;
}

/** When the clock was moved, in milliseconds of the machine's clock, and how far it was ahead from then on. */
type Move = readonly [at: number, ahead: number];

/** A signing date has no parts of a second. */
const SECOND = 1000;

/** Makes the clock of a lab; its moves are kept with the state. */
export function makeClock(store: Store, machine: () => Date): Clock {
  const moves = (): readonly Move[] => readMoves(store.get(LAB, 'value', 'clock')?.value);
  const ahead = (): number => moves().at(-1)?.[1] ?? 0;
  return {
    now: () => new Date(machine().getTime() + ahead()),
    nowFor: (signedAt) => {
      const then = moves().findLast(([at]) => at < signedAt.getTime() + SECOND)?.[1] ?? 0;
      return new Date(machine().getTime() + ahead() - then);
    },
    move: (by) => {
      const value = JSON.stringify([...moves(), [machine().getTime(), ahead() + by]]);
      store.commit({ scope: LAB, kind: 'value', name: 'clock', document: { value } });
    },
  };
}

function readMoves(value: string | undefined): readonly Move[] {
  if (value === undefined) return [];
  const kept: unknown = JSON.parse(value);
  // A state of before knows how far alone.
  return typeof kept === 'number' ? [[0, kept]] : (kept as readonly Move[]);
}
