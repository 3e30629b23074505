import { escapeForTerminal } from '../../base/index.ts';
import type { LogEntry } from '../../edge/lab/index.ts';
import type { Io } from '../context.ts';
import { styleFor } from '../print/style.ts';
import { wrap } from '../print/wrap.ts';

const WORDS = { allow: 'allowed', implicitDeny: 'denied', explicitDeny: 'denied', unknown: 'cannot judge, so denied' } as const;
const INDENT = ' '.repeat(9);

/**
 * One call as lines: when (UTC), the status, where, what and who; below it each decision with its reason, and the refusal.
 * On a terminal they are broken at its width; elsewhere a line stays a line, for grep.
 */
export function shownCall(io: Pick<Io, 'stdout' | 'env'>, entry: LogEntry): string {
  const { at, service, operation, caller, cluster, status, code, message = '', note, decisions } = entry;
  const { paint, width } = styleFor(io);
  const head = `${at.slice(11, 19)} ${status} ${cluster ?? service} ${operation}${caller === undefined ? '' : ` as ${caller}`}`;
  const below = [
    ...decisions.map(({ decision, reason }) => `${WORDS[decision]}: ${reason}`),
    ...(code === undefined ? [] : [`${code}: ${message}`]),
    ...(note === undefined ? [] : [`note: ${note}`]),
  ];
  const lines = (text: string, first: string): readonly string[] =>
    io.stdout.isTTY === true ? wrap(escapeForTerminal(text), width, first, INDENT) : [`${first}${escapeForTerminal(text)}`];
  const tone = status < 300 ? 'good' : 'bad';
  return [...lines(head, '').map((line) => paint(tone, line)), ...below.flatMap((text) => lines(text, INDENT)), ''].join('\n');
}
