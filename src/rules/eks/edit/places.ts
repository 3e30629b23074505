import type { OpenRows } from './open.ts';

/** A part of a text, by offsets. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The lines of an item of a block list: from its dash to the end of its last line of content, line end included. */
export function linesOf({ text, list }: OpenRows, index: number): Range | undefined {
  const dash = dashOf(list, index);
  if (dash === undefined) return undefined;
  const start = text.lastIndexOf('\n', dash - 1) + 1;
  // Before the dash there may be nothing but blanks: a mark, a tag or another dash belongs to somebody else.
  if (!/^ *$/.test(text.slice(start, dash))) return undefined;
  const end = endOf(list, index) ?? dash + 1;
  if (end > dash + 1 && text[end - 1] === '\n') return { start, end };
  const next = text.indexOf('\n', end);
  return { start, end: next < 0 ? text.length : next + 1 };
}

/** Column of the dash of an item. */
export function columnOf({ text, list }: OpenRows, index: number): number {
  const dash = dashOf(list, index) ?? 0;
  return dash - (text.lastIndexOf('\n', dash - 1) + 1);
}

/** An item of a flow list without the comma around it. */
export function flowItem({ list }: OpenRows, index: number): Range | undefined {
  const node = list?.items[index];
  const range = node?.range;
  return range === undefined || range === null ? undefined : { start: propsOf(list, index) ?? range[0], end: range[1] };
}

/** Offset of the comma before an item of a flow list; the first has none. */
export function commaBefore({ list }: OpenRows, index: number): number | undefined {
  return startTokens(list, index).find(({ type }) => type === 'comma')?.offset;
}

/** Offset of the bracket that opens a flow list. */
export function bracketOf({ list }: OpenRows): number | undefined {
  const token = list?.srcToken;
  return token?.type === 'flow-collection' ? token.start.offset : undefined;
}

interface StartToken {
  readonly type: string;
  readonly offset: number;
}

function startTokens(list: OpenRows['list'], index: number): readonly StartToken[] {
  const token = list?.srcToken;
  if (token?.type !== 'block-seq' && token?.type !== 'flow-collection') return [];
  // A comment at the end is an item of its own, without a value.
  return token.items[index]?.start ?? [];
}

function dashOf(list: OpenRows['list'], index: number): number | undefined {
  return startTokens(list, index).find(({ type }) => type === 'seq-item-ind')?.offset;
}

/** An anchor or a tag that stands before the item. */
function propsOf(list: OpenRows['list'], index: number): number | undefined {
  return startTokens(list, index).find(({ type }) => type === 'anchor' || type === 'tag')?.offset;
}

function endOf(list: OpenRows['list'], index: number): number | undefined {
  return list?.items[index]?.range?.[1];
}
