/** The value as a record, or an Error that names the field. */
export function record(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(field, 'an object', value);
  return value as Readonly<Record<string, unknown>>;
}

/** The value as a list of records, or an Error that names the field. */
export function records(value: unknown, field: string): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) throw wrong(field, 'a list', value);
  return value.map((item, index) => record(item, `${field}[${index}]`));
}

/** The value as a text, or an Error that names the field. */
export function text(value: unknown, field: string): string {
  if (typeof value !== 'string') throw wrong(field, 'a text', value);
  return value;
}

/** The value as a list of texts, or an Error that names the field. */
export function strings(value: unknown, field: string): readonly string[] {
  if (!Array.isArray(value)) throw wrong(field, 'a list of texts', value);
  return value.map((item, index) => text(item, `${field}[${index}]`));
}

/** The value as one of the texts named, or an Error that names the field. */
export function choice<T extends string>(value: unknown, allowed: readonly T[], field: string): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw wrong(field, `one of ${allowed.join(', ')}`, value);
  return found;
}

/** The value as a moment in RFC 3339 text, also where it is given as epoch seconds (EKS' wire form), or an Error that names the field. */
export function moment(value: unknown, field: string): string {
  const date = typeof value === 'number' ? new Date(value * 1000) : new Date(typeof value === 'string' ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) throw wrong(field, 'a time such as 2026-03-01T09:00:00Z', value);
  return typeof value === 'string' ? value : date.toISOString();
}

/** Undefined where the line says nothing (absent or null), else what `read` makes of the value. */
export function optional<T>(value: unknown, field: string, read: (value: unknown, field: string) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value, field);
}

function wrong(field: string, wanted: string, value: unknown): Error {
  const got = value === undefined ? 'it is missing' : `it is ${JSON.stringify(value)?.slice(0, 80)}`;
  return new Error(`${field} must be ${wanted}; ${got}`);
}
