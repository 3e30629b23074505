/** An object of parsed JSON or YAML. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is an object (and no list). */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as text; undefined when it is none. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value as a list; a value that is none is an empty list. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list; what is no text is left out. */
export function asTexts(value: unknown): readonly string[] {
  return asList(value).filter((item) => typeof item === 'string');
}

/** Whether a value is a list of texts and of nothing else. */
export function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** The text values of an object (labels, tags as a map). */
export function asTextMap(value: unknown): Readonly<Record<string, string>> {
  if (!isFields(value)) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])));
}

/** Tags as IAM writes them: a list of `{Key, Value}`. */
export function asTags(value: unknown): Readonly<Record<string, string>> {
  const tags: [string, string][] = [];
  for (const tag of asList(value)) {
    if (!isFields(tag)) continue;
    const key = asText(tag.Key);
    if (key !== undefined) tags.push([key, asText(tag.Value) ?? '']);
  }
  return Object.fromEntries(tags);
}

/** A time as RFC 3339 text: services answer with that, the wire format of EKS has epoch seconds (botocore, rest-json). */
export function asTime(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) > 8.64e12) return undefined;
  return new Date(value * 1000).toISOString();
}

/** The names of an object's keys for a message, few and short. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list, first ${describeValue(value[0])}`;
  if (!isFields(value)) return value === null ? 'null' : `a ${typeof value}`;
  const keys = Object.keys(value);
  const shown = keys.slice(0, 5).map((key) => JSON.stringify(key.slice(0, 40)));
  return `an object with ${keys.length === 0 ? 'no keys' : `the keys ${shown.join(', ')}${keys.length > 5 ? ', …' : ''}`}`;
}

/** Whether an answer of IAM says that another page follows. */
export function hasMarker(fields: Fields): boolean {
  if (fields.IsTruncated === false) return false;
  return fields.IsTruncated === true || typeof fields.Marker === 'string' || typeof fields.NextToken === 'string';
}

/** Whether an answer says that another page follows: nextToken as APIs write it, NextToken as the aws CLI does (`--max-items`). */
export function hasNextToken(fields: Fields): boolean {
  return [fields.nextToken, fields.NextToken].some((token) => typeof token === 'string' && token !== '');
}
