import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { AwsAuthRow } from './change.ts';

/**
 * The text of `mapRoles` with one more row at its end; what stands there stays byte for byte. The row takes the
 * indentation of the rows that are there. A text that is no list stays as it is.
 */
export function appendRow(text: string, row: AwsAuthRow): string {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  if (isSeq(contents) && contents.flow) {
    const end = contents.range?.[1] ?? text.length;
    const comma = contents.items.length === 0 ? '' : ', ';
    return `${text.slice(0, end - 1)}${comma}${JSON.stringify(row)}${text.slice(end - 1)}`;
  }
  const empty = contents === null || (isScalar(contents) && (contents.value === null || contents.value === ''));
  if (!isSeq(contents) && !empty) return text;
  const start = isSeq(contents) ? (contents.range?.[0] ?? 0) : 0;
  const indent = ' '.repeat(isSeq(contents) ? start - (text.lastIndexOf('\n', start - 1) + 1) : 0);
  const groups = row.groups.map((group) => `${indent}    - ${JSON.stringify(group)}`);
  const lines = [`${indent}- rolearn: ${row.rolearn}`, `${indent}  username: ${JSON.stringify(row.username)}`];
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
