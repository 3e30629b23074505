import type { Json } from '../../inventory/index.ts';

/** A text as Terraform writes it: `${` and `%{` would be templates (Terraform language, Strings and Templates). */
export function hclString(text: string): string {
  return JSON.stringify(text).replaceAll(/[$%](?=\{)/g, (mark) => mark + mark);
}

/**
 * A JSON value as a Terraform expression, indented by two spaces a level.
 *
 * @param indent spaces before the line on which the value starts
 */
export function hclValue(value: Json, indent = 0): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return hclString(value);
  const inner = ' '.repeat(indent + 2);
  const end = ' '.repeat(indent);
  if (isList(value)) {
    if (value.length === 0) return '[]';
    if (value.every((item) => typeof item !== 'object' || item === null))
      return `[${value.map((item) => hclValue(item)).join(', ')}]`;
    return `[\n${value.map((item) => `${inner}${hclValue(item, indent + 2)},\n`).join('')}${end}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, item]) => [hclKey(key), hclValue(item, indent + 2)] as const);
  // As `terraform fmt` has it: the values of lines that follow each other stand below each other.
  return `{\n${aligned(lines, inner)}${end}}`;
}

/** `key = value` lines; a value of several lines ends a run of aligned ones. */
export function aligned(lines: readonly (readonly [key: string, value: string])[], indent: string): string {
  let out = '';
  for (let from = 0; from < lines.length; ) {
    let to = from;
    while (to < lines.length && !(lines[to]?.[1].includes('\n') ?? false)) to++;
    const run = lines.slice(from, Math.max(to, from + 1));
    const width = Math.max(...run.map(([key]) => key.length));
    for (const [key, value] of run) out += `${indent}${key.padEnd(width)} = ${value}\n`;
    from += run.length;
  }
  return out;
}

function hclKey(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? key : hclString(key);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
