import { isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';

/** Offset where a node begins; anchors and tags stand before it. */
export function startOf(node: unknown): number {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
  if (range == null) throw new Error('a parsed node has a range');
  return range[0];
}

/** Offset behind the last character of a node that says something: comments and blank lines behind it are not its own. */
export function endOf(node: unknown): number {
  if (isMap(node) && !node.flow && node.items.length > 0) return endOfPair(node.items.at(-1) as Pair);
  if (isSeq(node) && !node.flow && node.items.length > 0) return endOf(node.items.at(-1));
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
  if (range == null) throw new Error('a parsed node has a range');
  return range[1];
}

/** The same of a key and its value; a value that is not written ends with the key. */
export function endOfPair({ key, value }: Pair): number {
  return value === null || isUnwritten(value) ? endOf(key) : endOf(value);
}

/** A null of which nothing stands in the text: `clusters:`. */
export function isUnwritten(node: unknown): boolean {
  return isScalar(node) && node.range != null && node.range[0] === node.range[1];
}

/** Offset behind the line of `offset`; `offset` itself where a line begins there already (behind a block scalar). */
export function afterLine(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

/** Behind the lines of comment that follow and are indented to at least `column`: they belong to what stands above them. */
export function afterComments(text: string, offset: number, column: number): number {
  let at = offset;
  for (;;) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline + 1;
    const [, indent] = /^( *)#/.exec(text.slice(at, end)) ?? [];
    if (indent === undefined || indent.length < column) return at;
    at = end;
  }
}

/** Offset of the first character of the line. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset behind the colon of a pair. */
export function afterColon(text: string, { key }: Pair): number | undefined {
  const end = endOf(key);
  const [gap] = /^\s*:/.exec(text.slice(end, end + 200)) ?? [];
  return gap === undefined ? undefined : end + gap.length;
}

/** The pair of a key; a key is a text or a number. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

/** Whether a node is a list of which at least one item is written below the other. */
export function isBlock(node: unknown): node is YAMLMap | YAMLSeq {
  return (isMap(node) || isSeq(node)) && !node.flow;
}
