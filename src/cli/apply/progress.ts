import { escapeForTerminal } from '../../base/index.ts';
import type { ApplyEvent } from '../../edge/apply/index.ts';
import { type Step, stepName } from '../../grants/index.ts';
import type { Io } from '../context.ts';

/** Tells what happens during a run. */
export interface Telling {
  readonly onEvent: (event: ApplyEvent) => void;
  readonly end: () => void;
}

/**
 * On a terminal one line that says how far it is; with `-o json` a line of JSON for each event on stdout; else a line of text
 * for each step on stderr.
 */
export function tellEvents(steps: readonly Step[], io: Pick<Io, 'stdout' | 'stderr'>, isJson: boolean): Telling {
  const names = new Map(steps.map((step) => [step.id, stepName(step)]));
  if (isJson) {
    return {
      onEvent: (event) => {
        if (event.kind !== 'waiting') io.stdout.write(`${JSON.stringify({ event: event.kind, ...without(event) })}\n`);
      },
      end: () => {},
    };
  }
  const total = steps.filter(({ state }) => state === 'to-do').length;
  let ended = 0;
  const isTerminal = io.stderr.isTTY === true;
  const show = (what: string): void => {
    const width = (io.stderr.columns ?? 80) - 1;
    io.stderr.write(`\r\u001b[K${escapeForTerminal(`applying: ${ended} of ${total} steps; ${what}`).slice(0, width)}`);
  };
  return {
    onEvent: (event) => {
      if (event.kind === 'ended') ended++;
      if (isTerminal) {
        if (event.kind === 'begun') show(names.get(event.id) ?? event.id);
        if (event.kind === 'waiting') show(`waiting for ${event.what}`);
        return;
      }
      if (event.kind !== 'ended') return;
      const { id, outcome, text } = event.result;
      const line = outcome === 'done' ? `done: ${names.get(id) ?? id}` : `not done: ${names.get(id) ?? id}: ${text}`;
      io.stderr.write(`${escapeForTerminal(line)}\n`);
    },
    end: () => {
      if (isTerminal) io.stderr.write('\r\u001b[K');
    },
  };
}

function without({ kind: _, ...rest }: ApplyEvent): object {
  return rest;
}
