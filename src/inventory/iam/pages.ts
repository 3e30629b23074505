import type { Place } from '../text/place.ts';
import { hasMarker, isFields } from '../text/values.ts';

/** One page of a list: which list, what is on it, and whether it says that more follows. */
export interface ListPage {
  /** `details` for get-account-authorization-details, else the key of the list (`Roles`). */
  readonly list: string;
  /** Keys that hold something. */
  readonly holds: readonly string[];
  readonly file: string;
  readonly more: boolean;
}

const DETAILS = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'];
const LISTS = ['Users', 'Roles', 'Groups', 'Policies'];

/** The lists that an answer is a page of. `Groups` in a user's folder are the groups of the user, no list of the account. */
export function listPages(page: Place, ofUser: boolean): readonly ListPage[] {
  const { value } = page;
  if (!isFields(value)) return [];
  const { file } = page.document;
  const more = hasMarker(value);
  const holds = (key: string): boolean => Array.isArray(value[key]) && value[key].length > 0;
  const isDetails = DETAILS.some((key) => key.endsWith('DetailList') && value[key] !== undefined);
  if (isDetails) return [{ list: 'details', holds: DETAILS.filter(holds), file, more }];
  const keys = LISTS.filter((key) => value[key] !== undefined && !(key === 'Groups' && ofUser));
  return keys.map((list) => ({ list, holds: [list], file, more }));
}

/**
 * The lists of which the last page is missing. Pages of one list belong together when they stand in one file or hold the same
 * kind of thing (`--filter` makes lists of its own for each kind); one of them must say that nothing follows.
 */
export function cutOffLists(pages: readonly ListPage[]): readonly ListPage[] {
  const left = new Set(pages);
  const cut: ListPage[] = [];
  for (const first of pages) {
    if (!left.delete(first)) continue;
    const together = [first];
    for (const page of together) {
      for (const other of left) {
        if (!isSameList(page, other)) continue;
        left.delete(other);
        together.push(other);
      }
    }
    if (together.every(({ more }) => more)) cut.push(first);
  }
  return cut;
}

function isSameList(a: ListPage, b: ListPage): boolean {
  return a.list === b.list && (a.file === b.file || a.holds.some((key) => b.holds.includes(key)));
}
