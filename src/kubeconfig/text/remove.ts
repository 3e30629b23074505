import { isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import type { OpenText } from './open.ts';
import { afterColon, afterLine, endOf, endOfPair, lineStart, pairOf, startOf } from './places.ts';
import { CannotSplice, type Splice } from './splice.ts';

/** Takes a key and its value out of a mapping. */
export function removePair({ text }: OpenText, map: YAMLMap, key: string): readonly Splice[] {
  const pair = pairOf(map, key);
  if (pair === undefined) return [];
  const index = map.items.indexOf(pair);
  if (map.flow) {
    return [
      cutFromFlow(
        text,
        map.items.map((each) => [startOf(each.key), endOfPair(each)]),
        index,
      ),
    ];
  }
  const start = startOf(pair.key);
  const end = afterLine(text, endOfPair(pair));
  const next = map.items[index + 1];
  if (text.slice(lineStart(text, start), start).trim() === '') {
    if (map.items.length === 1) throw new CannotSplice('the only key of its mapping', start);
    return [{ start: lineStart(text, start), end, text: '' }];
  }
  // It stands behind a dash: what follows moves up to it.
  if (next === undefined || /#/.test(text.slice(endOfPair(pair), startOf(next.key))))
    throw new CannotSplice(`${key} stands behind a dash`, start);
  return [{ start, end: startOf(next.key), text: '' }];
}

/** Takes an item out of the list at `key` of a mapping; an empty list becomes `[]`. Comments above the item stay. */
export function removeItem({ text }: OpenText, map: YAMLMap, key: string, index: number): readonly Splice[] {
  const pair = pairOf(map, key);
  const list = pair?.value;
  if (pair === undefined || !isSeq(list) || list.items[index] === undefined) return [];
  if (list.flow) {
    const spans = list.items.map((item): readonly [number, number] => [startOf(item), endOf(item)]);
    return [cutFromFlow(text, spans, index)];
  }
  const start = lineStart(text, dashOf(text, list, index));
  const cut = { start, end: afterLine(text, endOf(list.items[index])), text: '' };
  if (list.items.length > 1) return [cut];
  const colon = afterColon(text, pair);
  if (colon === undefined) throw new CannotSplice('a key without its colon', startOf(pair.key));
  return [{ start: colon, end: colon, text: ' []' }, cut];
}

/** Offset of the dash of an item: the last one of its column before the item. */
function dashOf(text: string, list: YAMLSeq, index: number): number {
  const first = startOf(list);
  const column = first - lineStart(text, first);
  const item = list.items[index];
  for (let line = lineStart(text, startOf(item)); line >= lineStart(text, first); line = lineStart(text, line - 1)) {
    if (text[line + column] === '-' && text.slice(line, line + column).trim() === '') return line + column;
    if (line === 0) break;
  }
  throw new CannotSplice('an item without its dash', isMap(item) ? startOf(item) : first);
}

function cutFromFlow(text: string, spans: readonly (readonly [number, number])[], index: number): Splice {
  const [start, end] = spans[index] ?? [0, 0];
  const next = spans[index + 1];
  const before = spans[index - 1];
  if (next !== undefined) return { start, end: next[0], text: '' };
  if (before !== undefined) return { start: before[1], end, text: '' };
  const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end: end + comma, text: '' };
}
