import { isMap, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { isJsonMap, type Json } from './json.ts';
import { columnOf, type OpenText, type TextStyle } from './open.ts';
import {
  afterColon,
  afterComments,
  afterLine,
  endOf,
  endOfPair,
  isBlock,
  isUnwritten,
  lineStart,
  pairOf,
  startOf,
} from './places.ts';
import { blockLines, printFlow, printPretty, printScalar } from './print.ts';

/** One stretch of text and what stands there instead. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Of insertions at one place, those with more go first: what is deeper inside ends before what is around it. */
  readonly depth?: number;
}

/** Thrown where a text is written in a way that these splices do not know; nothing is changed then. */
export class CannotSplice extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Writes `value` at `key` of a mapping, in the style of what stands there. */
export function setPair(open: OpenText, map: YAMLMap, key: string, value: Json): readonly Splice[] {
  const pair = pairOf(map, key);
  if (pair === undefined) return [map.flow ? addToFlow(open, map, [value], key) : addPair(open, map, key, value)];
  return [replaceValue(open, map, pair, value)];
}

/** Puts items at the end of the list at `key` of the mapping; makes the list where there is none. */
export function appendItems(open: OpenText, map: YAMLMap, key: string, values: readonly Json[]): readonly Splice[] {
  const { text, style } = open;
  const pair = pairOf(map, key);
  const list = pair?.value;
  if (pair === undefined) return setPair(open, map, key, values);
  if (isSeq(list) && (map.flow || list.flow) && !(isEmptyList(open, list) && !map.flow)) {
    return [addToFlow(open, list, values)];
  }
  if (isSeq(list) && list.items.length > 0) {
    const column = columnOf(text, startOf(list));
    const at = afterComments(text, afterLine(text, endOf(list)), column + 1);
    return [{ ...insertLines(text, at, blockLines(values, column, style), style), depth: 2 * column + 1 }];
  }
  if (list !== null && !isSeq(list) && !(isScalar(list) && list.value === null))
    throw new CannotSplice(`${key} is no list here`, startOf(pair.key));
  if (map.flow) return [replaceValue(open, map, pair, values)];
  // `clusters:`, `clusters: null`, `clusters: []`: what stands for nothing goes, and the list comes below.
  const colon = colonOf(open, pair);
  const end = Math.max(colon, endOfPair(pair));
  if (/\n/.test(text.slice(colon, end)) && !/^\s*\[\s*\]$/.test(text.slice(colon, end)))
    throw new CannotSplice(`${key} is written over several lines`, startOf(pair.key));
  const column = columnOf(text, startOf(pair.key)) + (style.dashBelowKey ? 0 : style.unit);
  return [
    { start: colon, end, text: '' },
    { ...insertLines(text, afterLine(text, end), blockLines(values, column, style), style), depth: 2 * column + 1 },
  ];
}

/** `[]` with nothing but blanks inside. */
function isEmptyList({ text }: OpenText, list: YAMLSeq): boolean {
  return list.items.length === 0 && list.anchor === undefined && /^\[\s*\]$/.test(text.slice(startOf(list), endOf(list)));
}

function colonOf({ text }: OpenText, pair: Pair): number {
  const colon = afterColon(text, pair);
  if (colon === undefined) throw new CannotSplice('a key without its colon', startOf(pair.key));
  return colon;
}

function replaceValue(open: OpenText, map: YAMLMap, pair: Pair, value: Json): Splice {
  const { text, style } = open;
  const old = pair.value;
  const isCollection = Array.isArray(value) ? value.length > 0 : isJsonMap(value) && Object.keys(value).length > 0;
  const inline = isScalarJson(value) ? printScalar(value, map.flow === true) : printFlow(value);
  if (old === null || isUnwritten(old)) {
    const at = isScalar(old) && (old.anchor !== undefined || old.tag !== undefined) ? startOf(old) : colonOf(open, pair);
    return { start: at, end: at, text: ` ${inline}` };
  }
  if (isBlock(old) && isCollection) {
    const lines = blockLines(value, columnOf(text, startOf(old)), style);
    const written = lines.join(style.eol).trimStart();
    // Behind a block scalar the end is already that of the line.
    const end = endOf(old);
    return { start: startOf(old), end, text: text[end - 1] === '\n' ? written + style.eol : written };
  }
  if (isBlock(old)) return { start: colonOf(open, pair), end: endOf(old), text: ` ${inline}` };
  const end = endOf(old);
  return { start: startOf(old), end, text: text[end - 1] === '\n' ? inline + style.eol : inline };
}

function isScalarJson(value: Json): value is string | number | boolean | null {
  return typeof value !== 'object' || value === null;
}

function addPair({ text, style }: OpenText, map: YAMLMap, key: string, value: Json): Splice {
  const [first] = map.items;
  const last = map.items.at(-1);
  if (first === undefined || last === undefined) throw new CannotSplice('an empty mapping', 0);
  const column = columnOf(text, startOf(first.key));
  const at = afterLine(text, endOfPair(last));
  return { ...insertLines(text, at, blockLines({ [key]: value }, column, style), style), depth: 2 * column };
}

/** Whole lines at the start of a line, or behind a last line that has no end. */
function insertLines(text: string, at: number, lines: readonly string[], { eol }: TextStyle): Splice {
  const isOpenEnd = at > 0 && at === text.length && text[at - 1] !== '\n' && text.replace(/^\ufeff/, '') !== '';
  const body = lines.join(eol);
  return { start: at, end: at, text: isOpenEnd ? eol + body : body + eol };
}

/** More items of a list, or pairs of a mapping, in brackets, laid out as those before them. */
function addToFlow(open: OpenText, node: YAMLMap | YAMLSeq, values: readonly Json[], key?: string): Splice {
  const { text, style } = open;
  const lead = key === undefined ? '' : `${printScalar(key, true)}: `;
  const inside = startOf(node) + 1;
  const close = endOf(node) - 1;
  const [first] = node.items;
  const last = node.items.at(-1);
  if (first === undefined || last === undefined) {
    if (text.slice(inside, close).trim() !== '') throw new CannotSplice('a comment stands between empty brackets', inside);
    if (!spansLines(open)) return { start: inside, end: close, text: values.map((value) => lead + printFlow(value)).join(', ') };
    const before = /^[ \t]*/.exec(text.slice(lineStart(text, startOf(node))))?.[0] ?? '';
    return { start: inside, end: close, text: `${lines(before + stepOf(open))}${style.eol}${before}` };
  }
  const end = isMap(node) ? endOfPair(last as Pair) : endOf(last);
  const rest = text.slice(end, close);
  const [, comma] = /^(\s*),/.exec(rest) ?? [];
  const at = comma === undefined ? end : end + comma.length + 1;
  const gap = text.slice(inside, startOf(isMap(node) ? (first as Pair).key : first));
  const joint = comma === undefined ? ',' : '';
  if (!gap.includes('\n'))
    return { start: at, end: at, text: `${joint} ${values.map((value) => lead + printFlow(value)).join(', ')}` };
  return { start: at, end: at, text: joint + lines(/[^\n]*$/.exec(gap)?.[0] ?? '') };

  function lines(indent: string): string {
    const printed = values.map((value) => lead + printPretty(value, indent, stepOf(open), style.eol));
    return printed.map((each) => `${style.eol}${indent}${each}`).join(',');
  }
}

function spansLines({ text, root }: OpenText): boolean {
  return root?.flow === true && text.slice(startOf(root), endOf(root)).includes('\n');
}

/** What one level of a JSON file is indented by. */
function stepOf({ text, root }: OpenText): string {
  const first = root?.items[0]?.key;
  if (root?.flow !== true || first === undefined) return '  ';
  return /\n([ \t]+)[^\n]*$/.exec(text.slice(startOf(root), startOf(first) + 1))?.[1] ?? '  ';
}
