import { isJsonMap, type Json } from './json.ts';
import type { TextStyle } from './open.ts';

/**
 * Texts that no YAML reader takes for something else, old ones included (kubectl's reads YAML 1.1: `no` is false, 1_0 a
 * number, 12:30 a time): they begin with a letter, a slash or a dash and a letter, and are no word of their own.
 */
const PLAIN = /^(?:[A-Za-z/]|--?[A-Za-z])[A-Za-z0-9_./:@=+~-]*$/;
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** A scalar as YAML; in brackets always as JSON writes it, so that a JSON file stays one. */
export function printScalar(value: string | number | boolean | null, inBrackets: boolean): string {
  if (typeof value !== 'string') return String(value);
  if (!inBrackets && PLAIN.test(value) && !WORDS.test(value) && !value.endsWith(':')) return value;
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A value in brackets on one line: `{"name": "a", "args": ["b"]}`. */
export function printFlow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(printFlow).join(', ')}]`;
  if (isJsonMap(value)) {
    const pairs = Object.entries(value).map(([key, inner]) => `${printScalar(key, true)}: ${printFlow(inner)}`);
    return `{${pairs.join(', ')}}`;
  }
  return printScalar(value as string | number | boolean | null, true);
}

/** A value in brackets over several lines; the first is not indented, the others start with `indent`. */
export function printPretty(value: Json, indent: string, step: string, eol: string): string {
  return JSON.stringify(value, null, step).split('\n').join(`${eol}${indent}`);
}

/** Lines of a list or mapping in block style, each without its line end, indented by `column`. */
export function blockLines(value: Json, column: number, style: TextStyle): readonly string[] {
  const pad = ' '.repeat(column);
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      if (isInline(item)) return [`${pad}- ${inline(item)}`];
      const [first = '', ...others] = blockLines(item, column + 2, style);
      return [`${pad}- ${first.slice(column + 2)}`, ...others];
    });
  }
  if (!isJsonMap(value)) return [`${pad}${inline(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => {
    const head = `${pad}${printScalar(key, false)}:`;
    if (isInline(inner)) return [`${head} ${inline(inner)}`];
    const shift = Array.isArray(inner) && style.dashBelowKey ? 0 : style.unit;
    return [head, ...blockLines(inner, column + shift, style)];
  });
}

function isInline(value: Json): boolean {
  return isJsonMap(value) ? Object.keys(value).length === 0 : !Array.isArray(value) || value.length === 0;
}

function inline(value: Json): string {
  if (Array.isArray(value)) return '[]';
  return isJsonMap(value) ? '{}' : printScalar(value as string | number | boolean | null, false);
}
