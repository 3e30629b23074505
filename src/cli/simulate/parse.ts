import { scanJson } from '../../base/index.ts';

/** Deeper lines are refused: no policy and no object that AWS or Kubernetes takes is nested like that. */
const DEEPEST = 200;

/** A line read as JSON, or what is wrong with it and where (1-based column). */
export type Parsed = { readonly value: Readonly<Record<string, unknown>> } | { readonly wrong: string; readonly column?: number };

/** Reads one line as a JSON object; an object that says one key twice is refused, because nobody knows which one was meant. */
export function parseLine(text: string): Parsed {
  const scan = scanJson(text, DEEPEST);
  if (scan.tooDeep !== undefined) return { wrong: `nested more than ${DEEPEST} levels deep`, column: scan.tooDeep + 1 };
  if (scan.error !== undefined) {
    const what = scan.error.truncated ? 'the line ends early' : scan.error.message;
    return { wrong: `not JSON: ${what}`, column: scan.error.offset + 1 };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { wrong: 'not JSON: a string or a number is malformed' };
  }
  if (!isObject(value)) return { wrong: 'a JSON object is expected', column: 1 };
  for (const { key, path, offset } of scan.duplicates) {
    if (saysTwice(value, path, key)) return { wrong: `the key "${key}" occurs twice`, column: offset + 1 };
  }
  return { value };
}

/** Whether a value is a JSON object (no list, no null). */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The scan compares keys without case; `{"a":…,"A":…}` holds two keys and is in order. */
function saysTwice(root: unknown, path: readonly (string | number)[], key: string): boolean {
  let at: unknown = root;
  for (const step of path) {
    if (Array.isArray(at)) at = at[Number(step)];
    else if (isObject(at)) at = at[String(step)];
  }
  if (!isObject(at)) return true;
  return Object.keys(at).filter((other) => other.toLowerCase() === key.toLowerCase()).length < 2;
}
