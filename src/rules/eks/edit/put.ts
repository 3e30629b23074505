import { checked, printedItem } from './check.ts';
import { type OpenRows, openRows, rowsOf } from './open.ts';
import { bracketOf, columnOf, flowItem, linesOf } from './places.ts';
import { blockRow, flowRow } from './print.ts';
import { behindMark, type RowEdit, type RowWish } from './types.ts';

/**
 * The text of mapRoles or mapUsers with a row in it: one that says the same stays as it stands, one of the same ARN is
 * replaced where it stands (of several the last, which is the one that counts, facts/eks.md §2.3), else the row comes to the
 * end, in the style of the others. Everything else stays byte for byte.
 *
 * The result is read as the cluster reads it, and compared, before it is given out. A text that cannot be edited so is
 * refused with the reason.
 *
 * @param text undefined where the ConfigMap has no such key
 * @example putAwsAuthRow('', { section: 'mapRoles', arn: 'arn:aws:iam::1…1:role/ci', username: 'ci', groups: [] })
 *   // { text: '- rolearn: arn:aws:iam::1…1:role/ci\n  username: "ci"\n  groups: []\n' }
 */
export function putAwsAuthRow(text: string | undefined, wish: RowWish): RowEdit {
  return behindMark(text ?? '', (rest) => put(rest, wish));
}

function put(text: string, wish: RowWish): RowEdit {
  const open = openRows(text, wish.section);
  if ('refused' in open) return open;
  const same = rowsOf(open, wish.arn);
  const spelled = same.find(({ arn }) => arn !== wish.arn);
  if (wish.section === 'mapUsers' && spelled !== undefined)
    return { refused: `mapUsers has the ARN in another spelling (${spelled.arn}), and which of them counts is random` };
  const counts = same.at(-1);
  if (counts !== undefined && isSame(counts, wish)) return { text };
  const at = counts?.index ?? open.items.length;
  for (const edit of counts === undefined ? additions(open, wish) : replacements(open, wish, at)) {
    const place = edit.place ?? at;
    const after = [
      ...open.items.slice(0, place),
      printedItem(wish),
      ...open.items.slice(counts === undefined ? place : place + 1),
    ];
    if (checked(edit.text, wish, place, after)) return { text: edit.text };
  }
  return { refused: `${wish.section} is written in a way in which no row can be set without changing others` };
}

interface Try {
  readonly text: string;
  /** Index of the row in the list, where it is not the one asked for. */
  readonly place?: number;
}

function replacements(open: OpenRows, wish: RowWish, index: number): readonly Try[] {
  const { text, list, eol } = open;
  if (list?.flow === true) {
    const range = flowItem(open, index);
    return range === undefined ? [] : [{ text: text.slice(0, range.start) + flowRow(wish) + text.slice(range.end) }];
  }
  const range = linesOf(open, index);
  if (range === undefined) return [];
  const ending = /\r?\n$/.exec(text.slice(range.start, range.end))?.[0] ?? '';
  const row = blockRow(wish, columnOf(open, index)).join(eol) + ending;
  return [{ text: text.slice(0, range.start) + row + text.slice(range.end) }];
}

/** Ways of adding a row, the best first: each is right for most texts, and the next for some of the rest. */
function* additions(open: OpenRows, wish: RowWish): Generator<Try> {
  const { text, list, eol, items } = open;
  const insert = (at: number, what: string): string => text.slice(0, at) + what + text.slice(at);
  if (list?.flow === true) {
    const last = flowItem(open, items.length - 1);
    const bracket = bracketOf(open);
    if (last !== undefined) yield { text: insert(last.end, `, ${flowRow(wish)}`) };
    else if (bracket !== undefined) yield { text: insert(bracket + 1, flowRow(wish)) };
    return;
  }
  const row = blockRow(wish, list === undefined ? 0 : columnOf(open, 0)).join(eol);
  const isOpenEnd = text !== '' && !text.endsWith('\n');
  // A text without a line end at its end gets none, so that taking the row away gives back what was there.
  yield { text: isOpenEnd ? `${text}${eol}${row}` : `${text}${row}${eol}` };
  const last = linesOf(open, items.length - 1);
  if (last !== undefined && text[last.end - 1] === '\n') yield { text: insert(last.end, `${row}${eol}`) };
  const first = linesOf(open, 0);
  if (first !== undefined) yield { text: insert(first.start, `${row}${eol}`), place: 0 };
}

function isSame(
  row: { readonly username: string; readonly groups: readonly string[]; readonly arn: string },
  wish: RowWish,
): boolean {
  const sameGroups = row.groups.length === wish.groups.length && row.groups.every((group, i) => group === wish.groups[i]);
  return row.username === wish.username && sameGroups;
}
