/** A piece of a text, by its offsets; `end` is past the last character. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const SPACE = /[\s\ufeff]/;

/** Whether the text is meant as JSON: its first character opens an object or a list. */
export function looksLikeJson(text: string): boolean {
  const i = skipSpace(text, 0);
  return text[i] === '{' || text[i] === '[';
}

/**
 * Where each JSON document of a text begins and ends; concatenated documents are what `aws … --no-paginate` in a loop
 * writes. Only brackets and strings are looked at; a last document that the text cuts off ends with the text.
 */
export function jsonDocuments(text: string): readonly Span[] {
  const spans: Span[] = [];
  let depth = 0;
  let start = -1;
  const mark = /["[\]{}]/g;
  while (mark.test(text)) {
    const i = mark.lastIndex - 1;
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      mark.lastIndex = endOfString(text, i) + 1;
    } else if (code === 0x7b || code === 0x5b) {
      if (depth++ === 0) start = i;
    } else if ((code === 0x7d || code === 0x5d) && depth > 0 && --depth === 0) {
      spans.push({ start, end: i + 1 });
      start = -1;
    }
  }
  if (start >= 0) spans.push({ start, end: text.length });
  return spans;
}

/** Offset of the quote that closes the string opened at `open`; the text's length when none does. */
export function endOfString(text: string, open: number): number {
  let i = open;
  for (;;) {
    i = text.indexOf('"', i + 1);
    if (i < 0) return text.length;
    let back = i - 1;
    while (text.charCodeAt(back) === 0x5c) back--;
    if ((i - 1 - back) % 2 === 0) return i;
  }
}

/**
 * The value at a path in one JSON document, as offsets in `text`; undefined when the path leads nowhere.
 * Of a key that occurs twice the last counts, as with JSON.parse.
 */
export function findInJson(text: string, document: Span, path: readonly (string | number)[]): Span | undefined {
  let start = skipSpace(text, document.start);
  for (const step of path) {
    const next = typeof step === 'number' ? findElement(text, start, step) : findProperty(text, start, step);
    if (next === undefined) return undefined;
    start = next;
  }
  const end = endOfValue(text, start);
  return end > start ? { start, end: Math.min(end, document.end) } : undefined;
}

function findProperty(text: string, open: number, key: string): number | undefined {
  if (text[open] !== '{') return undefined;
  let found: number | undefined;
  let i = skipSpace(text, open + 1);
  while (text[i] === '"') {
    const close = endOfString(text, i);
    const name = readString(text.slice(i, close + 1));
    i = skipSpace(text, close + 1);
    if (text[i] !== ':') return found;
    i = skipSpace(text, i + 1);
    if (name === key) found = i;
    i = skipSpace(text, endOfValue(text, i));
    if (text[i] !== ',') return found;
    i = skipSpace(text, i + 1);
  }
  return found;
}

function findElement(text: string, open: number, index: number): number | undefined {
  if (text[open] !== '[') return undefined;
  let i = skipSpace(text, open + 1);
  for (let n = 0; i < text.length && text[i] !== ']'; n++) {
    if (n === index) return i;
    const end = skipSpace(text, endOfValue(text, i));
    if (text[end] !== ',') return undefined;
    i = skipSpace(text, end + 1);
  }
  return undefined;
}

/** Offset past the value that begins at `start`; the text's length when it is cut off. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === 0x22) i = endOfString(text, i);
    else if (character === 0x7b || character === 0x5b) depth++;
    else if (character === 0x7d || character === 0x5d) {
      if (depth === 0) return i;
      depth--;
    } else if (depth > 0 || !isPunctuationOrSpace(character)) {
      continue;
    } else return i;
    if (depth === 0 && (character === 0x22 || character === 0x7d || character === 0x5d)) return Math.min(i + 1, text.length);
  }
  return text.length;
}

function isPunctuationOrSpace(code: number): boolean {
  return code === 0x2c || code === 0x3a || code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function skipSpace(text: string, from: number): number {
  let i = from;
  while (i < text.length && isSpace(text, i)) i++;
  return i;
}

/** An indented text is half space: a regular expression for each would be most of the work. */
function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 0x80 ? code === 0x20 || (code >= 0x09 && code <= 0x0d) : SPACE.test(text.charAt(at));
}

function readString(literal: string): string | undefined {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
