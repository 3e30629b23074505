import { arnKeyOf } from '../aws-auth.ts';
import type { RowWish } from './types.ts';

/** A row as lines of a block list, the dash in so many columns. */
export function blockRow({ section, arn, username, groups }: RowWish, column: number): readonly string[] {
  const indent = ' '.repeat(column);
  return [
    `${indent}- ${arnKeyOf(section)}: ${/^arn:[\w+=,.@:/-]*[\w+=.@/-]$/.test(arn) ? arn : quoted(arn)}`,
    `${indent}  username: ${quoted(username)}`,
    ...(groups.length === 0 ? [`${indent}  groups: []`] : [`${indent}  groups:`]),
    ...groups.map((group) => `${indent}    - ${quoted(group)}`),
  ];
}

/** A row as an item of a flow list. */
export function flowRow({ section, arn, username, groups }: RowWish): string {
  return `{"${arnKeyOf(section)}": ${quoted(arn)}, "username": ${quoted(username)}, "groups": [${groups.map(quoted).join(', ')}]}`;
}

/** A double-quoted scalar, which YAML 1.1 and 1.2 read alike; what libyaml takes for unprintable is escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
