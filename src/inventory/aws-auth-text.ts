import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { AwsAuthRow } from './change.ts';

/** The text of `mapRoles` with one more row at its end; what stands there stays byte for byte. */
export function appendRow(text: string, row: AwsAuthRow): string {
  const lines = [`- rolearn: ${row.rolearn}`, `  username: ${JSON.stringify(row.username)}`, '  groups:'];
  for (const group of row.groups) lines.push(`    - ${JSON.stringify(group)}`);
  if (row.groups.length === 0) lines[2] = '  groups: []';
  const before = text.trim() === '' ? '' : text.endsWith('\n') ? text : `${text}\n`;
  return `${before}${lines.join('\n')}\n`;
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
