import { isFields } from './values.ts';

/**
 * A cheap proof that no key of a JSON text occurs twice: as many keys were parsed as the text has.
 *
 * A key of the text ends in `":`; so do some strings, and a key may have space before its colon. Where no colon has
 * space before it, equal counts mean that nothing was lost. False only says that it is not proven (then the text is
 * scanned). Depth over `deepest` is not proven either.
 */
export function isUnique(text: string, value: unknown, deepest: number): boolean {
  let inText = 0;
  for (let i = text.indexOf(':'); i >= 0; i = text.indexOf(':', i + 1)) {
    const before = text.charCodeAt(i - 1);
    if (before === 0x22) inText++;
    else if (isSpace(before) && endsString(text, i - 1)) return false;
  }
  return typeof value === 'object' && value !== null && inText === countKeys(value, deepest);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Whether only space stands between a quote and the end. */
function endsString(text: string, last: number): boolean {
  let i = last;
  while (isSpace(text.charCodeAt(i))) i--;
  return text.charCodeAt(i) === 0x22;
}

/** Keys of all objects in a value; -1 when it goes deeper than `deepest`. Written for speed: it walks every value of every file. */
function countKeys(value: object, deepest: number): number {
  if (deepest === 0) return -1;
  let keys = 0;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (typeof item !== 'object' || item === null) continue;
      const below = countKeys(item, deepest - 1);
      if (below < 0) return -1;
      keys += below;
    }
    return keys;
  }
  if (!isFields(value)) return 0;
  for (const key in value) {
    keys++;
    const item = value[key];
    if (typeof item !== 'object' || item === null) continue;
    const below = countKeys(item, deepest - 1);
    if (below < 0) return -1;
    keys += below;
  }
  return keys;
}

/** Parses JSON; undefined when the text is none. */
export function tryJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
