import { randomBytes } from 'node:crypto';
import type { AssumptionName } from '../../access/index.ts';
import { makeClock } from './clock.ts';
import type { Lab, LogEntry } from './context.ts';
import { LAB } from './state/scope.ts';
import { type Change, type Loader, makeStore } from './state/store.ts';
import { makeView } from './state/view.ts';
import { sessionTokens } from './sts/tokens.ts';

/** What a lab is made of. */
export interface LabParts {
  /** Its documents: a seed, an inventory, or the kept state. */
  readonly initial: readonly Change[];
  /** More of it, read when it is asked for. */
  readonly loader?: Loader;
  /** Called with each commit before it counts. */
  readonly keep?: (changes: readonly Change[]) => void;
  /** The clock of the machine. */
  readonly now: () => Date;
  readonly assume?: readonly AssumptionName[];
  /** Told of every call as it is answered. */
  readonly onLog?: (entry: LogEntry) => void;
  readonly endpointOf?: Lab['endpointOf'];
  readonly clustersChanged?: Lab['clustersChanged'];
}

/** A lab without sockets. */
export interface BareLab extends Lab {
  /** The newest calls, oldest first. */
  readonly calls: () => readonly LogEntry[];
  /** Moves the lab's clock forward by so many milliseconds. */
  readonly moveClock: (by: number) => void;
}

/** Calls that are remembered for `causeway lab log`. */
const MOST_CALLS = 2_000;

/** Makes a lab: its state, its keys, its clock and its log. */
export function makeLab({
  initial,
  loader,
  keep,
  now,
  assume = [],
  onLog,
  endpointOf = () => undefined,
  clustersChanged = () => undefined,
}: LabParts): BareLab {
  const store = makeStore(initial, keep, loader);
  const stored = store.get(LAB, 'value', 'key')?.value;
  const key = stored === undefined ? randomBytes(32) : Buffer.from(stored, 'base64');
  if (stored === undefined) {
    store.commit({ scope: LAB, kind: 'value', name: 'key', document: { value: key.toString('base64') } });
  }
  const clock = makeClock(store, now);
  const calls: LogEntry[] = [];
  return {
    store,
    view: makeView(store),
    now: clock.now,
    nowFor: clock.nowFor,
    assume,
    tokens: sessionTokens(key),
    log: (entry) => {
      calls.push(entry);
      if (calls.length > MOST_CALLS) calls.splice(0, calls.length - MOST_CALLS);
      onLog?.(entry);
    },
    endpointOf,
    clustersChanged,
    calls: () => calls,
    moveClock: clock.move,
  };
}
