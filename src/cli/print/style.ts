import { styleText } from 'node:util';
import type { Io } from '../context.ts';

/** A role that a piece of text plays; its colour is decided here alone. */
export type Tone = 'good' | 'bad' | 'open' | 'quiet' | 'strong' | 'plain' | 'yes' | 'no' | 'maybe';

/** How to draw for one reader. */
export interface Style {
  readonly paint: (tone: Tone, text: string) => string;
  /** Marks of one column each. */
  readonly mark: {
    readonly yes: string;
    readonly no: string;
    readonly unknown: string;
    readonly skipped: string;
    readonly arrow: string;
  };
  /** Columns that prose may fill. */
  readonly width: number;
}

const FORMATS = {
  good: ['green'],
  bad: ['red'],
  open: ['yellow'],
  quiet: ['dim'],
  strong: ['bold'],
  plain: [],
  yes: ['bold', 'green'],
  no: ['bold', 'red'],
  maybe: ['bold', 'yellow'],
} as const;

const UNICODE = { yes: '✔', no: '✖', unknown: '?', skipped: '─', arrow: '→' };
const ASCII = { yes: '+', no: 'x', unknown: '?', skipped: '-', arrow: '->' };

/** Widest line of prose: longer ones are hard to read however wide the terminal is. */
const WIDEST = 80;
const NARROWEST = 40;

/**
 * Colour only on a terminal and never with NO_COLOR (https://no-color.org: any value but the empty one) or TERM=dumb;
 * FORCE_COLOR asks for it elsewhere. Marks beyond ASCII only where the locale says UTF-8, or where nothing is said at all.
 */
export function styleFor(io: Pick<Io, 'stdout' | 'env'>): Style {
  const colour = wantsColour(io);
  return {
    paint: (tone, text) => (colour && tone !== 'plain' ? styleText([...FORMATS[tone]], text, { validateStream: false }) : text),
    mark: speaksUtf8(io.env) ? UNICODE : ASCII,
    width: Math.min(WIDEST, Math.max(NARROWEST, io.stdout.columns ?? WIDEST)),
  };
}

function wantsColour({ stdout, env }: Pick<Io, 'stdout' | 'env'>): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0') return true;
  return stdout.isTTY === true && env.TERM !== 'dumb';
}

/** POSIX: LC_ALL wins over LC_CTYPE, which wins over LANG. */
function speaksUtf8(env: Io['env']): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return locale === undefined || locale === '' || /utf-?8/i.test(locale);
}
