import { isFields } from './text/values.ts';

/** Tag of IAM roles and access entries: `<file>/<grant>`, the grant that they were made for. */
export const OWNER_TAG = 'causeway:owner';
/** Tag of IAM roles and access entries: digest of what was wished when they were last written. */
export const DIGEST_TAG = 'causeway:digest';
/** Label of Roles and bindings: the name of the grants file. */
export const FILE_LABEL = 'causeway/file';
/** Label of Roles and bindings: the name of the grant; absent on what several grants of a file share. */
export const GRANT_LABEL = 'causeway/grant';
/** Annotation of Roles and bindings: as `DIGEST_TAG`. */
export const DIGEST_ANNOTATION = 'causeway/digest';
/** Annotation of the ConfigMap aws-auth: which of its rows were made for which grant. */
export const ROWS_ANNOTATION = 'causeway/rows';

/**
 * Tags of rows of aws-auth by the ARN of the row, out of the ConfigMap's annotation: JSON, ARN → tags. Undefined when the
 * annotation is there and cannot be read: then nobody knows whose the rows are.
 *
 * @example readRowTags({ 'causeway/rows': '{"arn:aws:iam::1:role/x":{"causeway:owner":"f/g"}}' })
 */
export function readRowTags(
  annotations: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, Readonly<Record<string, string>>>> | undefined {
  const text = annotations?.[ROWS_ANNOTATION];
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (!isFields(value)) return undefined;
    const rows = Object.entries(value);
    const isTags = (tags: unknown): tags is Record<string, string> =>
      isFields(tags) && Object.values(tags).every((tag) => typeof tag === 'string');
    return rows.every((row): row is [string, Record<string, string>] => isTags(row[1])) ? Object.fromEntries(rows) : undefined;
  } catch {
    return undefined;
  }
}

/** The annotation's text for these rows, in the order of their ARNs; undefined for none, when the annotation goes. */
export function writeRowTags(rows: Readonly<Record<string, Readonly<Record<string, string>>>>): string | undefined {
  const sorted = Object.entries(rows).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0 ? undefined : JSON.stringify(Object.fromEntries(sorted));
}

/**
 * Whose a row of aws-auth without a mark is: `<file>/<grant>` where its one group is that grant's, which nothing else is
 * named after. A row that somebody made by hand, as a hand-over says, has no mark.
 *
 * @example ownerByGroups(['causeway:f:g']) // 'f/g'
 */
export function ownerByGroups(groups: readonly string[]): string | undefined {
  const [, file, grant] = /^causeway:([a-z0-9-]+):([\w.-]+)$/.exec(groups.length === 1 ? (groups[0] ?? '') : '') ?? [];
  return file === undefined ? undefined : `${file}/${grant}`;
}
