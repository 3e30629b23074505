import { isMap, isSeq, type YAMLMap } from 'yaml';
import { positionOf } from '../../base/index.ts';
import { isJsonMap, type Json, type JsonMap, sameJson } from './json.ts';
import { type OpenText, openText, type TextRefusal } from './open.ts';
import { blockLines } from './print.ts';
import { removeItem, removePair } from './remove.ts';
import { appendItems, CannotSplice, type Splice, setPair } from './splice.ts';

/** Keys and indexes from the root. */
export type TextPath = readonly (string | number)[];

/** One wish about a kubeconfig's text. The last step of a path is a key, and what is around it is there. */
export type TextEdit =
  | { readonly kind: 'set'; readonly path: TextPath; readonly value: Json }
  | { readonly kind: 'append'; readonly path: TextPath; readonly values: readonly Json[] }
  /** A key, or (with an index at the end) an item of a list. */
  | { readonly kind: 'remove'; readonly path: TextPath };

/**
 * Edits a kubeconfig by ranges of its text: what is not named stays byte for byte, with comments, order, style and line
 * ends. What is already as wished is left alone.
 *
 * The result is read again and compared with what was wished before it is handed out; a text that is written in a way
 * that would make anything else of it (an anchor that others share) is refused and stays as it is.
 *
 * @example editText('clusters: []\n', [{ kind: 'set', path: ['current-context'], value: 'prod' }])
 */
export function editText(text: string, edits: readonly TextEdit[]): { readonly text: string } | TextRefusal {
  const opened = openText(text);
  if ('error' in opened) return opened;
  let wished: JsonMap = opened.value;
  let open = opened;
  for (const batch of batches(edits)) {
    const needed = batch.filter((edit) => !isDone(wished, edit));
    if (needed.length === 0) continue;
    wished = needed.reduce(applied, wished);
    try {
      const next = openText(spliced(open, needed));
      if ('error' in next) return { ...next, error: `the result could not be read: ${next.error}` };
      open = next;
    } catch (error) {
      if (!(error instanceof CannotSplice)) throw error;
      return { error: `it is written in a way that is not edited: ${error.message}`, ...positionOf(open.text, error.offset) };
    }
  }
  if (sameJson(open.value, wished)) return { text: open.text };
  const shared = /(?:^|[\s[{,:-])&[^\s,[\]{}]/.exec(text);
  if (shared === null) return { error: 'it is written in a way that is not edited: the result would say something else' };
  return {
    error: 'an anchor (&) is shared with an entry that must not change: write its value out in full',
    ...positionOf(text, shared.index + 1),
  };
}

/** Edits that can be done on one reading: removals move what stands behind them, so each is done alone. */
function batches(edits: readonly TextEdit[]): readonly (readonly TextEdit[])[] {
  const all: TextEdit[][] = [];
  let open: TextEdit[] | undefined;
  for (const edit of edits) {
    if (edit.kind === 'remove') {
      all.push([edit]);
      open = undefined;
    } else if (open === undefined) {
      open = [edit];
      all.push(open);
    } else add(open, edit);
  }
  return all;
}

/** Items that go to the end of one list go there together. */
function add(to: TextEdit[], edit: TextEdit): void {
  const same = to.findIndex((each) => each.kind === 'append' && each.path.join('\0') === edit.path.join('\0'));
  const before = to[same];
  if (edit.kind !== 'append' || before?.kind !== 'append') to.push(edit);
  else to[same] = { ...before, values: [...before.values, ...edit.values] };
}

/** Deeper than anything that is inserted. */
const MOST = 1e9;

function spliced(open: OpenText, edits: readonly TextEdit[]): string {
  const { root } = open;
  if (root === undefined) return fromNothing(open, edits);
  const splices: Splice[] = edits.flatMap((edit) => splicesOf(open, root, edit));
  splices.sort((a, b) => a.start - b.start || a.end - b.end || (b.depth ?? MOST) - (a.depth ?? MOST));
  let made = '';
  let at = 0;
  for (const { start, end, text } of splices) {
    if (start < at) throw new CannotSplice('two changes meet', start);
    made += open.text.slice(at, start) + text;
    at = end;
  }
  return made + open.text.slice(at);
}

function splicesOf(open: OpenText, root: YAMLMap, edit: TextEdit): readonly Splice[] {
  const last = edit.path.at(-1);
  if (edit.kind === 'remove' && typeof last === 'number') {
    const map = mapAt(root, edit.path.slice(0, -2));
    return removeItem(open, map, String(edit.path.at(-2)), last);
  }
  const map = mapAt(root, edit.path.slice(0, -1));
  const key = String(last);
  if (edit.kind === 'append') return appendItems(open, map, key, edit.values);
  return edit.kind === 'set' ? setPair(open, map, key, edit.value) : removePair(open, map, key);
}

function mapAt(root: YAMLMap, path: TextPath): YAMLMap {
  let node: unknown = root;
  for (const step of path) {
    if (isMap(node)) node = node.items.find((pair) => keyOf(pair.key) === String(step))?.value;
    else if (isSeq(node) && typeof step === 'number') node = node.items[step];
    else break;
  }
  if (!isMap(node) || (node.items.length === 0 && !node.flow))
    throw new CannotSplice(`${path.join('.')} is an alias or no mapping of its own`, 0);
  return node;
}

function keyOf(key: unknown): string | undefined {
  return typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : undefined;
}

/** A text without a root: what is wished for stands below its comments. */
function fromNothing({ text, style }: OpenText, edits: readonly TextEdit[]): string {
  const value = edits.reduce(applied, {});
  const body = blockLines(value, 0, style).map((line) => line + style.eol);
  const isOpenEnd = text.replace(/^\ufeff/, '') !== '' && !text.endsWith('\n');
  return text + (isOpenEnd ? style.eol : '') + body.join('');
}

function isDone(value: JsonMap, edit: TextEdit): boolean {
  const there = valueAt(value, edit.path);
  if (edit.kind === 'append') return edit.values.length === 0;
  return edit.kind === 'remove' ? there === undefined : sameJson(there, edit.value);
}

function valueAt(value: Json | undefined, path: TextPath): Json | undefined {
  return path.reduce<Json | undefined>((at, step) => {
    if (Array.isArray(at)) return typeof step === 'number' ? at[step] : undefined;
    return isJsonMap(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }, value);
}

/** The same edit of the value alone. */
export function applied(value: JsonMap, edit: TextEdit): JsonMap {
  const done = change(value, edit.path, (old) => {
    if (edit.kind === 'set') return edit.value;
    return edit.kind === 'append' ? [...(Array.isArray(old) ? old : []), ...edit.values] : undefined;
  });
  return isJsonMap(done) ? done : value;
}

function change(
  value: Json | undefined,
  [step, ...rest]: TextPath,
  make: (old: Json | undefined) => Json | undefined,
): Json | undefined {
  if (step === undefined) return make(value);
  if (Array.isArray(value)) return value.flatMap((item: Json, i) => (i === step ? list(change(item, rest, make)) : [item]));
  const map = isJsonMap(value) ? value : {};
  const inner = change(Object.hasOwn(map, step) ? map[step] : undefined, rest, make);
  const { [step]: _, ...others } = map;
  if (inner === undefined) return others;
  return Object.hasOwn(map, step)
    ? Object.fromEntries(Object.entries(map).map(([key, old]) => [key, key === step ? inner : old]))
    : { ...map, [step]: inner };
}

function list(value: Json | undefined): Json[] {
  return value === undefined ? [] : [value];
}
