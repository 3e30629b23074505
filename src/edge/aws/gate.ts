/** The clock that a gate waits by; given by tests. */
export interface GateWorld {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** 0 to 1, so that many who wait do not come back together. */
  readonly random: () => number;
}

/** How a try ended: done for good, or worth another one. */
export type TryEnd = 'final' | 'throttled' | 'passing';

/** Lets calls of one API through: few at once, fewer while it throttles, each tried again a bounded number of times. */
export interface Gate {
  /** @param endOf says of what was thrown whether another try may help; what is thrown at last is thrown on */
  readonly run: <T>(attempt: () => Promise<T>, endOf: (error: unknown) => TryEnd) => Promise<T>;
}

/** Calls of one API that are on their way at once. */
const WIDEST = 8;
/** Tries of one call. */
const TRIES = 8;
/** Tries of a call that met no throttling but a server's fault, a broken connection or silence. */
const PASSING_TRIES = 4;
/** Milliseconds without one success after which an API that throttles is given up. */
const PATIENCE = 90_000;
const [FIRST_WAIT, LONGEST_WAIT] = [500, 20_000] as const;

/**
 * A gate for one API of one account and region, which is what AWS counts requests by (facts/iam.md §5.3: the figures are not
 * published). Throttling halves how many go at once and makes all of them wait; each success lets a little more through
 * again (additive increase, multiplicative decrease, as the adaptive mode of the SDKs does it).
 */
export function makeGate({ now, sleep, random }: GateWorld): Gate {
  let width: number = WIDEST;
  let inside = 0;
  let opens = 0;
  let since: number | undefined;
  let givenUp: { readonly error: unknown } | undefined;
  const queue: (() => void)[] = [];

  const enter = async (): Promise<void> => {
    while (inside >= Math.floor(width)) await new Promise<void>((resolve) => queue.push(resolve));
    inside++;
  };
  const leave = (): void => {
    inside--;
    for (let free = Math.floor(width) - inside; free > 0 && queue.length > 0; free--) queue.shift()?.();
  };
  const throttled = (wait: number, error: unknown): void => {
    since ??= now();
    width = Math.max(1, width / 2);
    opens = Math.max(opens, now() + wait);
    // Whoever still waits would only be told the same, later.
    if (opens - since >= PATIENCE) givenUp = { error };
  };

  const run: Gate['run'] = async (attempt, endOf) => {
    for (let tried = 1; ; tried++) {
      await enter();
      try {
        if (givenUp !== undefined) throw givenUp.error;
        const wait = opens - now();
        if (wait > 0) await sleep(wait);
        const value = await attempt();
        since = undefined;
        width = Math.min(WIDEST, width + 1 / width);
        return value;
      } catch (error) {
        if (givenUp !== undefined) throw error;
        const end = endOf(error);
        const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tried - 1)) * (0.5 + random() / 2);
        if (end === 'final' || tried >= (end === 'throttled' ? TRIES : PASSING_TRIES)) throw error;
        if (end === 'throttled') throttled(wait, error);
        else await sleep(wait);
      } finally {
        leave();
      }
    }
  };
  return { run };
}
