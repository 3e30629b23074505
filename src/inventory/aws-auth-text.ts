import { isMap, isScalar, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import type { AwsAuthRow } from './change/change.ts';

/** A row of either list: `arn` stands under `rolearn` or `userarn`. */
export interface Row {
  readonly arn: string;
  readonly username: string;
  readonly groups: readonly string[];
}

type RowList = 'mapRoles' | 'mapUsers';

/**
 * The text with the row in it and no other of its ARN (of several the last one counts as a whole, facts/eks.md §2.3); a row
 * that says the same already stays as it stands.
 */
export function putRow(text: string, section: RowList, row: Row): string {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  const own = isSeq(contents) ? rowsOf(contents, section, row.arn) : [];
  const [only] = own;
  if (isSeq(contents) && only !== undefined && own.length === 1) {
    if (sameRow(itemsOf(text)?.[only], row)) return text;
  }
  const bare = removeRow(text, section, row.arn);
  return append(bare, section === 'mapRoles' ? 'rolearn' : 'userarn', row);
}

/** The text without the rows of an ARN, whose lines go; the comments between rows stay. Where that cannot be done, the text as it is. */
export function removeRow(text: string, section: RowList, arn: string): string {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  if (!isSeq(contents)) return text;
  const index = rowsOf(contents, section, arn).at(-1);
  if (index === undefined) return text;
  const [start, end] = (contents.flow ? flowItem(contents, index) : blockItem(contents, index, text)) ?? [];
  if (start === undefined || end === undefined) return text;
  const out = text.slice(0, start) + text.slice(end);
  // An anchor may have gone that another row leans on.
  const wanted = itemsOf(text)?.filter((_, at) => at !== index);
  const same = wanted !== undefined && JSON.stringify(itemsOf(out)) === JSON.stringify(wanted);
  return same ? removeRow(out, section, arn) : text;
}

/** The items as plain values; undefined where the text is no list or leans on an anchor that is not there. */
function itemsOf(text: string): readonly unknown[] | undefined {
  try {
    const document = parseDocument(text, { uniqueKeys: false });
    const value: unknown = document.errors.length === 0 ? (document.toJS() ?? []) : undefined;
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The indexes of the rows of an ARN, which is compared without regard to case. */
function rowsOf(list: YAMLSeq, section: RowList, arn: string): readonly number[] {
  const key = section === 'mapRoles' ? 'rolearn' : 'userarn';
  return list.items.flatMap((row, index) => {
    if (!isMap(row)) return [];
    const named = row.items.some(
      (pair) =>
        isScalar(pair.key) &&
        String(pair.key.value).toLowerCase() === key &&
        isScalar(pair.value) &&
        String(pair.value.value).toLowerCase() === arn.toLowerCase(),
    );
    return named ? [index] : [];
  });
}

function sameRow(said: unknown, { username, groups }: Row): boolean {
  if (typeof said !== 'object' || said === null) return false;
  const row = said as { readonly username?: unknown; readonly groups?: unknown };
  return row.username === username && JSON.stringify(row.groups ?? []) === JSON.stringify(groups);
}

type Range = readonly [start: number, end: number];

/** From the start of the line with the dash to the end of the row's last line. */
function blockItem(list: YAMLSeq, index: number, text: string): Range | undefined {
  const [start, end] = rangeOf(list.items[index]) ?? [];
  if (start === undefined || end === undefined) return undefined;
  const dash = text.lastIndexOf('-', start - 1);
  const line = text.lastIndexOf('\n', dash) + 1;
  if (dash < 0 || text.slice(line, dash).trim() !== '') return undefined;
  if (text[end - 1] === '\n') return [line, end];
  const next = text.indexOf('\n', end);
  return [line, next < 0 ? text.length : next + 1];
}

/** With the comma after it, or for the last one the comma before it. */
function flowItem(list: YAMLSeq, index: number): Range | undefined {
  const here = rangeOf(list.items[index]);
  const next = rangeOf(list.items[index + 1]);
  const last = rangeOf(list.items[index - 1]);
  if (here === undefined) return undefined;
  if (next !== undefined) return [here[0], next[0]];
  return [last?.[1] ?? here[0], here[1]];
}

function rangeOf(node: unknown): Range | undefined {
  const range = isMap(node) ? node.range : undefined;
  return range === undefined || range === null ? undefined : [range[0], range[1]];
}

/**
 * The text of `mapRoles` with one more row at its end; what stands there stays byte for byte. The row takes the
 * indentation of the rows that are there. A text that is no list stays as it is.
 */
export function appendRow(text: string, { rolearn, ...rest }: AwsAuthRow): string {
  return append(text, 'rolearn', { arn: rolearn, ...rest });
}

function append(text: string, key: 'rolearn' | 'userarn', row: Row): string {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  if (isSeq(contents) && contents.flow) {
    const end = contents.range?.[1] ?? text.length;
    const comma = contents.items.length === 0 ? '' : ', ';
    return `${text.slice(0, end - 1)}${comma}${JSON.stringify({ [key]: row.arn, username: row.username, groups: row.groups })}${text.slice(end - 1)}`;
  }
  const empty = contents === null || (isScalar(contents) && (contents.value === null || contents.value === ''));
  if (!isSeq(contents) && !empty) return text;
  const start = isSeq(contents) ? (contents.range?.[0] ?? 0) : 0;
  const indent = ' '.repeat(isSeq(contents) ? start - (text.lastIndexOf('\n', start - 1) + 1) : 0);
  const groups = row.groups.map((group) => `${indent}    - ${JSON.stringify(group)}`);
  const lines = [`${indent}- ${key}: ${row.arn}`, `${indent}  username: ${JSON.stringify(row.username)}`];
  lines.push(groups.length === 0 ? `${indent}  groups: []` : `${indent}  groups:`, ...groups);
  const before = text.trim() === '' || !isSeq(contents) ? keptComments(text) : text.endsWith('\n') ? text : `${text}\n`;
  return `${before}${lines.join('\n')}\n`;
}

/** Of a text without rows the comments; the marks that stand for nothing (`""`, `''`) make no list. */
function keptComments(text: string): string {
  const comments = text.split('\n').filter((line) => line.trimStart().startsWith('#'));
  return comments.map((line) => `${line}\n`).join('');
}

/** The text of `mapRoles` with the ARN of each row that says `from` replaced, by text range: nothing else moves. */
export function replaceRowArn(text: string, from: string, to: string): string {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  if (!isSeq(contents)) return text;
  let out = text;
  for (const row of [...contents.items].reverse()) {
    if (!isMap(row)) continue;
    for (const { key, value } of row.items) {
      if (!isScalar(key) || String(key.value).toLowerCase() !== 'rolearn') continue;
      if (!isScalar(value) || value.value !== from || !value.range) continue;
      out = out.slice(0, value.range[0]) + to + out.slice(value.range[1]);
    }
  }
  return out;
}
