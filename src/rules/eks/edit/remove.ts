import { saysItems } from './check.ts';
import { type OpenRows, openRows, rowsOf } from './open.ts';
import { commaBefore, flowItem, linesOf, type Range } from './places.ts';
import { behindMark, type RowEdit, type RowWish } from './types.ts';

/**
 * The text of mapRoles or mapUsers without the row of an ARN; one that has none stays as it is. Comments beside the row stay,
 * those inside it go with it.
 *
 * Refused is a text in which several rows have the ARN (one of them would then count, and nobody can say whose it is), in
 * which another row leans on this one (an anchor), or that cannot be read for certain.
 */
export function removeAwsAuthRow(text: string | undefined, row: Pick<RowWish, 'section' | 'arn'>): RowEdit {
  return behindMark(text ?? '', (rest) => remove(rest, row));
}

function remove(text: string, { section, arn }: Pick<RowWish, 'section' | 'arn'>): RowEdit {
  const open = openRows(text, section);
  if ('refused' in open) return open;
  const [row, second] = rowsOf(open, arn);
  if (row === undefined) return { text };
  if (second !== undefined) {
    const both = `rows ${row.index + 1} and ${second.index + 1} of ${section}`;
    return {
      refused: `${both} have the ARN ${arn}: without one of them the other would count, so that is for a person to decide`,
    };
  }
  const items = open.items.filter((_, index) => index !== row.index);
  for (const range of open.list?.flow === true ? flowRanges(open, row.index) : blockRanges(open, row.index)) {
    const edited = open.text.slice(0, range.start) + open.text.slice(range.end);
    if (saysItems(edited, items)) return { text: edited };
  }
  return { refused: `row ${row.index + 1} of ${section} cannot be taken out without changing others (an anchor that they use?)` };
}

/** The row's lines; of the last one in a text without a line end at its end, also the line end before it. */
function blockRanges(open: OpenRows, index: number): readonly Range[] {
  const range = linesOf(open, index);
  if (range === undefined) return [];
  if (range.end < open.text.length || open.text.endsWith('\n') || range.start === 0) return [range];
  const before = /\r?\n$/.exec(open.text.slice(0, range.start))?.[0].length ?? 0;
  return [{ start: range.start - before, end: range.end }, range];
}

function flowRanges(open: OpenRows, index: number): readonly Range[] {
  const item = flowItem(open, index);
  if (item === undefined) return [];
  const comma = commaBefore(open, index);
  if (comma !== undefined) return [{ start: comma, end: item.end }];
  // The first: the comma after it goes, and the blanks behind that.
  const next = commaBefore(open, index + 1);
  if (next === undefined) return [item];
  const blanks = /^ */.exec(open.text.slice(next + 1))?.[0].length ?? 0;
  return [
    { start: item.start, end: next + 1 + blanks },
    { start: item.start, end: next + 1 },
  ];
}
