import type { Ask } from '../aws/index.ts';
import { CallFailed, type Failure, failureOf, isPassing } from './failure.ts';
import type { CallAbout, Clock, Closed, Wire } from './types.ts';

/** What a line to one API is made of. */
export interface LineParts<Client> {
  readonly service: CallAbout['service'];
  /** Account, or the cluster's ARN. */
  readonly at: string;
  /** @param again those of the last one have expired */
  readonly connect: (again: boolean) => Promise<Client | Closed>;
  readonly clock: Clock;
  readonly wire: Wire;
  readonly onWait: (what: string, milliseconds: number) => void;
}

/** Requests that are in flight at one API of one account, at most. */
export const MOST_AT_ONCE = 8;

/** How often a call is tried that may succeed a moment later, and one where nobody has answered yet. */
const TRIES = 8;
const SILENT_TRIES = 3;

/** Milliseconds: the first wait and the longest (as the SDK's standard mode, facts/iam.md §5.4). */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 20_000;

/**
 * A way of asking one API of one account or cluster: at most eight requests at once; a throttle, a fault of the server or of
 * the network is tried again with growing waits; credentials that expire are asked for once more. Where the network or the
 * way in fails for good, every later call fails at once.
 *
 * Calls throw `CallFailed`.
 */
export function openLine<Client>({ service, at, connect, clock, wire, onWait }: LineParts<Client>): Ask<Client> {
  const slot = slots(MOST_AT_ONCE);
  let client: Promise<Client | Closed> | undefined;
  let dead: Failure | undefined;
  let answered = false;

  const clientNow = async (expired?: Promise<Client | Closed>): Promise<Client> => {
    // Of several calls that find the credentials expired, the first asks for others.
    if (client === undefined || client === expired) client = connect(expired !== undefined);
    const found = await client;
    if (!isClosed(found)) return found;
    dead = { kind: 'network', code: 'Closed', message: found.closed };
    throw new CallFailed(dead, at);
  };

  return (operation, send) =>
    slot(async () => {
      const about = { service, operation, at };
      let isRenewed = false;
      for (let tried = 1; ; tried++) {
        if (dead !== undefined) throw new CallFailed(dead, operation);
        const mine = await clientNow();
        const used = client;
        try {
          const answer = await wire(about, () => send(mine));
          answered = true;
          return answer;
        } catch (error) {
          const failure = failureOf(error);
          if (failure === undefined) throw error;
          if (failure.kind === 'expired' && !isRenewed) {
            isRenewed = true;
            await clientNow(used);
            continue;
          }
          const isSilence = failure.kind === 'network' || failure.kind === 'timeout';
          if (!isSilence) answered = true;
          if (!isPassing(failure) || tried >= (isSilence && !answered ? SILENT_TRIES : TRIES)) {
            if (isSilence && (!answered || failure.kind === 'network')) dead = failure;
            throw new CallFailed(failure, operation);
          }
          const wait = Math.min(FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT) * (0.5 + clock.random() / 2);
          onWait(`${service} ${operation}: ${failure.code}`, wait);
          await clock.sleep(wait);
        }
      }
    });
}

/** Lets so many run at once; the others wait in their order. */
function slots(most: number): <T>(run: () => Promise<T>) => Promise<T> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}

function isClosed(found: unknown): found is Closed {
  return typeof found === 'object' && found !== null && 'closed' in found;
}
