/** Keys and indexes from a document's root. */
export type Path = readonly (string | number)[];

/** Takes down what is wrong with a statement, and where. */
export type Fail = (code: string, message: string, path: Path) => void;

/** A JSON object of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text or a list of texts, as a list; undefined for anything else. */
export function texts(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.every((one): one is string => typeof one === 'string') ? list : undefined;
}
