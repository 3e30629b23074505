import { isMap, isScalar } from 'yaml';
import { arnKeyOf } from '../aws-auth.ts';
import { sameText } from '../fold.ts';
import { openRows } from './open.ts';
import type { RowEdit, RowWish } from './types.ts';

/** The text with the ARN of each row that says `from` written as `to`, and nothing else changed: a path taken out, a name put right. */
export function replaceAwsAuthArn(text: string, section: RowWish['section'], from: string, to: string): RowEdit {
  const open = openRows(text, section);
  if ('refused' in open) return open;
  const key = arnKeyOf(section);
  let edited = text;
  for (const row of [...(open.list?.items ?? [])].reverse()) {
    if (!isMap(row)) continue;
    for (const pair of [...row.items].reverse()) {
      const { value } = pair;
      if (!isScalar(pair.key) || !sameText(String(pair.key.value), key)) continue;
      if (!isScalar(value) || value.value !== from || value.range === undefined || value.range === null) continue;
      if (value.type === 'BLOCK_FOLDED' || value.type === 'BLOCK_LITERAL' || value.anchor !== undefined)
        return { refused: `the ARN ${from} in ${section} is written in a way that is not edited` };
      const written = value.type === 'PLAIN' ? to : JSON.stringify(to);
      edited = edited.slice(0, value.range[0]) + written + edited.slice(value.range[1]);
    }
  }
  return { text: edited };
}
