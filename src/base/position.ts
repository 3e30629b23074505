import { findInJson, jsonDocuments, looksLikeJson } from './json-text.ts';
import { narrowToItem } from './narrow-yaml.ts';
import type { Origin } from './origin.ts';
import { findInYaml, type YamlPlace, yamlDocuments } from './yaml-text.ts';

/** A place in a text, both 1-based; columns count UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

type Path = readonly (string | number)[];

/**
 * Finds the line and column of a value by parsing the text again.
 *
 * The text is JSON (also several documents in a row) or YAML (also several documents); where there are several, the
 * first step of the path is the document's index. A `nested` step is followed exactly where the characters of the inner
 * text stand one by one in the outer one (YAML block scalars, JSON strings whose escapes can be counted); otherwise the
 * place of the outer text is given. Undefined when the path leads nowhere.
 */
export function locate(text: string, at: Pick<Origin, 'path' | 'nested'>): Position | undefined {
  const offset = looksLikeJson(text) ? inJson(text, at.path, at.nested) : inYaml(text, at.path, at.nested);
  return offset === undefined ? undefined : positionOf(text, offset);
}

/** Line and column of an offset; an offset past the end is the end. */
export function positionOf(text: string, offset: number): Position {
  let line = 1;
  let start = 0;
  for (;;) {
    const next = text.indexOf('\n', start);
    if (next < 0 || next >= offset) break;
    line++;
    start = next + 1;
  }
  const bom = line === 1 && text.charCodeAt(0) === 0xfeff ? 1 : 0;
  return { line, column: Math.max(1, Math.min(offset, text.length) - start + 1 - bom) };
}

function inJson(text: string, path: Path, nested: Origin['nested']): number | undefined {
  const documents = spansOf(text);
  const index = documents.length > 1 ? path[0] : 0;
  const document = typeof index === 'number' ? documents[index] : undefined;
  if (document === undefined) return undefined;
  const found = findInJson(text, document, documents.length > 1 ? path.slice(1) : path);
  if (found === undefined || nested === undefined || text[found.start] !== '"') return found?.start;
  const inner = innerText(text, found.start, found.end);
  return inner === undefined ? found.start : throughOffsets(inner, nested, found.start);
}

/** An answer prints a dozen places of a few files: what was last found out about their texts is kept. */
function kept<T>(make: (text: string) => T): (text: string) => T {
  const last = new Map<string, T>();
  return (text) => {
    const known = last.get(text);
    if (known !== undefined) return known;
    if (last.size >= 4) last.clear();
    const made = make(text);
    last.set(text, made);
    return made;
  };
}

const parsedYaml = kept(yamlDocuments);
const spansOf = kept(jsonDocuments);

function inYaml(text: string, path: Path, nested: Origin['nested']): number | undefined {
  const part = narrowToItem(text, path);
  if (part === undefined) return inWholeYaml(text, path, nested);
  const offset = inWholeYaml(part.text, part.path, nested);
  return offset === undefined ? undefined : part.start + offset;
}

function inWholeYaml(text: string, path: Path, nested: Origin['nested']): number | undefined {
  const documents = parsedYaml(text);
  const index = documents.length > 1 ? path[0] : 0;
  const document = typeof index === 'number' ? documents[index] : undefined;
  if (document === undefined) return path.length === 0 ? 0 : undefined;
  const found = findInYaml(document, documents.length > 1 ? path.slice(1) : path);
  if (found?.scalar === undefined || nested === undefined) return found?.offset;
  const inner = innerYaml(text, found.offset, found.scalar);
  return inner === undefined ? found.offset : throughOffsets(inner, nested, found.offset);
}

/** A text inside a text: its characters, and for each where it stands in the outer one. */
interface Inner {
  readonly value: string;
  readonly offsets: readonly number[];
}

/** The place inside, or of the nearest thing around it that is found; at last the outer text itself. */
function throughOffsets(inner: Inner, nested: NonNullable<Origin['nested']>, fallback: number): number {
  const find = nested.syntax === 'json' ? inJson : inYaml;
  for (let length = nested.path.length; length >= 0; length--) {
    const offset = find(inner.value, nested.path.slice(0, length), undefined);
    if (offset !== undefined) return inner.offsets[offset] ?? fallback;
  }
  return fallback;
}

/** The value of a JSON string literal at `start` with the place of each of its characters. */
function innerText(text: string, start: number, end: number): Inner | undefined {
  let value = '';
  const offsets: number[] = [];
  for (let i = start + 1; i < end - 1; ) {
    const long = text[i] === '\\' ? (text[i + 1] === 'u' ? 6 : 2) : 1;
    offsets.push(i);
    value += long === 1 ? text[i] : readEscape(text.slice(i, i + long));
    i += long;
  }
  return value.length === offsets.length ? { value, offsets } : undefined;
}

const SHORT: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function readEscape(sequence: string): string {
  const kind = sequence.charAt(1);
  return kind === 'u' ? String.fromCharCode(Number.parseInt(sequence.slice(2), 16)) : (SHORT[kind] ?? kind);
}

/** The same for a YAML scalar: exact in literal blocks, plain and quoted scalars of one line; undefined elsewhere. */
function innerYaml(text: string, start: number, scalar: NonNullable<YamlPlace['scalar']>): Inner | undefined {
  if (scalar.type === 'BLOCK_LITERAL') return innerBlock(text, start, scalar.end, scalar.value);
  const source = text.slice(start, scalar.end);
  if (scalar.type === 'QUOTE_DOUBLE') {
    const inner = source.includes('\n') ? undefined : innerText(text, start, scalar.end);
    return inner?.value === scalar.value ? inner : undefined;
  }
  const shift = scalar.type === 'QUOTE_SINGLE' ? 1 : 0;
  if (source.slice(shift, shift + scalar.value.length) !== scalar.value) return undefined;
  return { value: scalar.value, offsets: Array.from(scalar.value, (_, i) => start + shift + i) };
}

/** A literal block: each line of the value is a line of the file after the indentation. */
function innerBlock(text: string, start: number, end: number, value: string): Inner | undefined {
  const offsets: number[] = [];
  let at = text.indexOf('\n', start) + 1;
  if (at === 0) return undefined;
  const lines = value.split('\n');
  const indent = /^(?:[ \t]*\r?\n)*( *)/.exec(text.slice(at, end))?.[1]?.length ?? 0;
  for (const line of lines) {
    const stop = text.indexOf('\n', at);
    const raw = text.slice(at, stop < 0 ? text.length : stop);
    const shift =
      line === '' ? Math.min(indent, raw.length) : raw.indexOf(line, Math.min(indent, Math.max(0, raw.length - line.length)));
    if (shift < 0) return line === '' ? { value, offsets } : undefined;
    for (let i = 0; i <= line.length; i++) offsets.push(at + shift + i);
    at = stop < 0 ? text.length : stop + 1;
  }
  return { value, offsets };
}
