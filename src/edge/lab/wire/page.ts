/** A page of a list, and where the next begins. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/**
 * Cuts a page out of a list that is sorted by its keys. The marker is the key of the last item that was given, so that a
 * list which changes between two pages neither repeats nor loses what stayed.
 *
 * @param most items a page
 */
export function pageOf<T>(
  items: readonly T[],
  key: (item: T) => string,
  marker: string | undefined,
  most: number,
): Page<T> | { readonly error: string } {
  const last = marker === undefined ? '' : readMarker(marker);
  if (last === undefined) return { error: 'the marker is none that the lab gave' };
  const sorted = [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1)).filter((item) => key(item) > last);
  const page = sorted.slice(0, most);
  const end = page.at(-1);
  return sorted.length > most && end !== undefined ? { items: page, next: writeMarker(key(end)) } : { items: page };
}

const LEAD = 'lab1.';

function writeMarker(key: string): string {
  return Buffer.from(`${LEAD}${key}`).toString('base64url');
}

function readMarker(marker: string): string | undefined {
  const text = Buffer.from(marker, 'base64url').toString();
  return text.startsWith(LEAD) && writeMarker(text.slice(LEAD.length)) === marker ? text.slice(LEAD.length) : undefined;
}
