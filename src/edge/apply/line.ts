import { type Ask, makeGate, type TryEnd } from '../aws/index.ts';
import { CallFailed, type Failure, failureOf, isPassing } from './failure.ts';
import type { CallAbout, Clock, Closed, Wire } from './types.ts';

/** What a line to one API is made of. */
export interface LineParts<Client> {
  readonly service: CallAbout['service'];
  /** Account, with its region where that counts, or the cluster's ARN. */
  readonly at: string;
  /** @param again those of the last one have expired */
  readonly connect: (again: boolean) => Promise<Client | Closed>;
  readonly clock: Clock;
  readonly wire: Wire;
  readonly onWait: (what: string, milliseconds: number) => void;
}

/**
 * A way of asking one API of one account or cluster: at most eight requests at once, fewer while it throttles; what may
 * succeed a moment later is tried again with growing waits (`makeGate`); credentials that expire are asked for once more.
 * Where there is no way in, or nobody answers, every later call fails at once.
 *
 * Calls throw `CallFailed`.
 */
export function openLine<Client>({ service, at, connect, clock, wire, onWait }: LineParts<Client>): Ask<Client> {
  let client: Promise<Client | Closed> | undefined;
  let dead: Failure | undefined;
  let answered = false;
  const sleep = (milliseconds: number): Promise<void> => {
    onWait(`${service} of ${at}`, milliseconds);
    return clock.sleep(milliseconds);
  };
  const gate = makeGate({ ...clock, sleep });

  const clientNow = async (expired?: Promise<Client | Closed>): Promise<Client> => {
    // Of several calls that find the credentials expired, the first asks for others.
    if (client === undefined || client === expired) client = connect(expired !== undefined);
    const found = await client;
    if (!isClosed(found)) return found;
    dead = { kind: 'network', code: 'Closed', message: found.closed };
    throw new CallFailed(dead, at);
  };
  const endOf = (error: unknown): TryEnd => {
    const failure = failureOf(error);
    if (failure === undefined || dead !== undefined || !isPassing(failure)) return 'final';
    return failure.kind === 'throttled' ? 'throttled' : 'passing';
  };

  return async (operation, send) => {
    for (let isRenewed = false; ; isRenewed = true) {
      if (dead !== undefined) throw new CallFailed(dead, operation);
      const mine = await clientNow();
      const used = client;
      try {
        const answer = await gate.run(async () => {
          // It may have waited for its turn while others found out that nobody answers.
          if (dead !== undefined) throw new CallFailed(dead, operation);
          return wire({ service, operation, at }, () => send(mine));
        }, endOf);
        answered = true;
        return answer;
      } catch (error) {
        const failure = failureOf(error);
        if (error instanceof CallFailed || failure === undefined) throw error;
        if (failure.kind === 'expired' && !isRenewed) {
          await clientNow(used);
          continue;
        }
        const isSilence = failure.kind === 'network' || failure.kind === 'timeout';
        if (!isSilence) answered = true;
        if (isSilence && !answered) dead ??= failure;
        throw new CallFailed(dead ?? failure, operation);
      }
    }
  };
}

function isClosed(found: unknown): found is Closed {
  return typeof found === 'object' && found !== null && 'closed' in found;
}
