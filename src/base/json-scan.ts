import { endOfString } from './json-text.ts';

/** What JSON.parse does not tell: where a text stops being JSON, which keys occur twice, how deep it goes. */
export interface JsonScan {
  /** Where and why the text is no JSON; `truncated` when it merely ends early. */
  readonly error?: { readonly offset: number; readonly truncated: boolean; readonly message: string };
  /** Keys that occur twice in one object, also when they differ only by case; `path` is that of the object. */
  readonly duplicates: readonly { readonly offset: number; readonly key: string; readonly path: readonly (string | number)[] }[];
  /** Offset of the first bracket deeper than `deepest`. */
  readonly tooDeep?: number;
}

/** An object or a list that the scan is in. */
interface Frame {
  readonly list: boolean;
  index: number;
  key: string;
  readonly keys: Set<string>;
}

const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;

const NUMBERISH = /[-+.\deE]+/y;

/**
 * Walks one JSON document (RFC 8259) without building it; never throws and never recurses.
 *
 * @param deepest levels of brackets that are allowed
 */
export function scanJson(text: string, deepest: number): JsonScan {
  const duplicates: { offset: number; key: string; path: readonly (string | number)[] }[] = [];
  const stack: Frame[] = [];
  let tooDeep: number | undefined;
  const end = (error?: JsonScan['error']): JsonScan => ({
    duplicates,
    ...(error === undefined ? {} : { error }),
    ...(tooDeep === undefined ? {} : { tooDeep }),
  });
  const fail = (offset: number, expected: string): JsonScan =>
    offset >= text.length
      ? end({ offset: text.length, truncated: true, message: 'the file ends early' })
      : end({ offset, truncated: false, message: `${expected} is expected here` });

  let i = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let expect: 'value' | 'first' | 'key' | 'colon' | 'after' = 'value';
  for (;;) {
    i = space(text, i);
    const code = text.charCodeAt(i);
    const frame = stack.at(-1);
    if (expect === 'after') {
      if (frame === undefined) return i < text.length ? fail(i, 'the end of the file') : end();
      if (code === 0x2c) {
        frame.index++;
        expect = frame.list ? 'value' : 'key';
      } else if (code === (frame.list ? 0x5d : 0x7d)) stack.pop();
      else return fail(i, frame.list ? '"," or "]"' : '"," or "}"');
      i++;
      continue;
    }
    if (expect === 'first' && frame !== undefined) {
      if (code === (frame.list ? 0x5d : 0x7d)) {
        stack.pop();
        expect = 'after';
        i++;
        continue;
      }
      expect = frame.list ? 'value' : 'key';
    }
    if (expect === 'key' && frame !== undefined) {
      if (code !== 0x22) return fail(i, 'a key in double quotes');
      const close = endOfString(text, i);
      if (close >= text.length) return fail(close, '"');
      frame.key = text.slice(i + 1, close);
      const folded = frame.key.toLowerCase();
      if (frame.keys.has(folded)) duplicates.push({ offset: i, key: frame.key, path: pathOf(stack.slice(0, -1)) });
      frame.keys.add(folded);
      i = space(text, close + 1);
      if (text.charCodeAt(i) !== 0x3a) return fail(i, '":"');
      i++;
      expect = 'value';
      continue;
    }
    if (code === 0x7b || code === 0x5b) {
      if (stack.length >= deepest) {
        tooDeep = i;
        return end();
      }
      stack.push({ list: code === 0x5b, index: 0, key: '', keys: new Set() });
      expect = 'first';
      i++;
      continue;
    }
    const next = code === 0x22 ? endOfString(text, i) + 1 : endOfLiteral(text, i);
    if (next > text.length) return fail(text.length, 'the end of the value');
    if (next < 0) return fail('truefalsenull-'.includes(text.slice(i)) ? text.length : i, 'a value');
    i = next;
    expect = 'after';
  }
}

function pathOf(stack: readonly Frame[]): readonly (string | number)[] {
  return stack.map((frame) => (frame.list ? frame.index : frame.key));
}

function space(text: string, from: number): number {
  let i = from;
  for (;;) {
    const code = text.charCodeAt(i);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return i;
    i++;
  }
}

/** Offset past a number or word; past the text's end when the text cuts a number off; -1 when it is neither. */
function endOfLiteral(text: string, at: number): number {
  LITERAL.lastIndex = at;
  const end = LITERAL.test(text) ? LITERAL.lastIndex : -1;
  NUMBERISH.lastIndex = at;
  const cut = NUMBERISH.test(text) && NUMBERISH.lastIndex === text.length && end !== text.length;
  return cut ? text.length + 1 : end;
}
