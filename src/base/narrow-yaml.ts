/** A part of a text that holds the whole answer. */
export interface Narrowed {
  readonly text: string;
  /** Offset of the part in the whole. */
  readonly start: number;
  readonly path: readonly (string | number)[];
}

/**
 * Cuts one item out of the `items` list of a YAML text, as `kubectl get -o yaml` writes it, so that a position is found
 * by parsing that item and not the whole file.
 *
 * Undefined where anything about the text could make the cut wrong: several documents, anchors (an item may refer to one
 * outside), another shape. Lines of a block text are indented deeper than the items around them, so they cannot be taken
 * for one.
 */
export function narrowToItem(text: string, path: readonly (string | number)[]): Narrowed | undefined {
  const [key, index, ...rest] = path;
  if (key !== 'items' || typeof index !== 'number' || /^---|^\.\.\.|\t|[&*][\w-]/m.test(text)) return undefined;
  const list = /^items:[ ]*\n/m.exec(text);
  if (list === null || text.indexOf('\nitems:', list.index + 1) >= 0) return undefined;
  let at = list.index + list[0].length;
  const indent = /^( *)- /.exec(text.slice(at))?.[1];
  if (indent === undefined) return undefined;
  const item = `\n${indent}- `;
  for (let skipped = 0; skipped < index; skipped++) {
    const next = text.indexOf(item, at);
    if (next < 0) return undefined;
    at = next + 1;
  }
  const next = text.indexOf(item, at);
  const end = next < 0 ? endOfList(text, at, indent) : next + 1;
  return { text: text.slice(at, end), start: at, path: [0, ...rest] };
}

/** The list ends where a key stands at the left margin. */
function endOfList(text: string, from: number, indent: string): number {
  const pattern = indent === '' ? /\n[^\s#-]/g : /\n\S/g;
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  return found === null ? text.length : found.index + 1;
}
