/**
 * A cheap proof that no key of a large JSON text occurs twice: as many keys were parsed as the text has.
 *
 * A key of the text ends in `":`; so do some strings, and a key may have space before its colon. With no such space,
 * equal counts mean that nothing was lost. False only says that it is not proven (then the text is scanned).
 * Depth over `deepest` is not proven either.
 */
export function isUnique(text: string, value: unknown, deepest: number): boolean {
  if (text.includes('" :') || text.includes('"\t:')) return false;
  let inText = 0;
  for (let i = text.indexOf('":'); i >= 0; i = text.indexOf('":', i + 2)) inText++;
  return inText === countKeys(value, deepest);
}

/** Keys of all objects in a value; -1 when it goes deeper than `deepest`. */
function countKeys(value: unknown, deepest: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (deepest === 0) return -1;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) {
      const below = countKeys(item, deepest - 1);
      if (below < 0) return -1;
      keys += below;
    }
    return keys;
  }
  for (const item of Object.values(value)) {
    const below = countKeys(item, deepest - 1);
    if (below < 0) return -1;
    keys += below + 1;
  }
  return keys;
}
