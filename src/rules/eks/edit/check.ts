import { readAwsAuth } from '../aws-auth.ts';
import type { YamlValue } from '../decode.ts';
import { readYaml } from '../yaml.ts';
import { flowRow } from './print.ts';
import type { RowWish } from './types.ts';

/** What the cluster is to read where the row stands. */
export function printedItem(wish: RowWish): YamlValue {
  const read = readYaml(`[${flowRow(wish)}]`);
  const item = read.state === 'read' && read.value.kind === 'list' ? read.value.items[0] : undefined;
  return item ?? { kind: 'null', source: '' };
}

/** Whether the cluster reads a text as just these items, and the row at its place as it was wished. */
export function checked(text: string, wish: RowWish, place: number, items: readonly YamlValue[]): boolean {
  if (!saysItems(text, items)) return false;
  const auth = readAwsAuth({ [wish.section]: text });
  const row = (wish.section === 'mapRoles' ? auth.roles : auth.users).find(({ index }) => index === place);
  if (auth.problems.some((problem) => problem.index === place) || row === undefined || row.sso !== undefined) return false;
  return row.arn === wish.arn && row.username === wish.username && JSON.stringify(row.groups) === JSON.stringify(wish.groups);
}

/** Whether a text says just these items; no items may also be said by nothing. */
export function saysItems(text: string, items: readonly YamlValue[]): boolean {
  const read = readYaml(text);
  if (read.state !== 'read') return false;
  if (read.value.kind === 'null') return items.length === 0;
  return read.value.kind === 'list' && says(read.value) === says({ kind: 'list', items });
}

/** A value as a text that is the same for the same meaning. */
function says(value: YamlValue): string {
  switch (value.kind) {
    case 'list':
      return `[${value.items.map(says).join()}]`;
    case 'map':
      return `{${[...value.entries].map(([key, inner]) => `${JSON.stringify(key)}:${says(inner)}`).join()}|${value.repeated.length}}`;
    case 'string':
      return JSON.stringify(value.text);
    default:
      return `${value.kind} ${value.source}`;
  }
}
