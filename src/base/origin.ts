/**
 * Where something stands: a file and the way to it through the parsed text.
 *
 * Lines and columns are not kept; they are found when something is printed, by parsing the text again for the one
 * place that is needed (`locate` in position.ts). A `nested` step goes into a text that is itself a document: the YAML
 * of `data.mapRoles` in a ConfigMap, the JSON of a policy in a string.
 */
export interface Origin {
  /** Path of the file as it was given, relative to the inventory folder where there is one. */
  readonly file: string;
  /** Keys and indexes from the root of the parsed document; in a file of several documents the first is the document's index. */
  readonly path: readonly (string | number)[];
  /** The way on inside a text value that is a document of its own. */
  readonly nested?: { readonly syntax: 'yaml' | 'json'; readonly path: readonly (string | number)[] };
}
