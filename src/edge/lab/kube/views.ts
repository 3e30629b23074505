import type { Query } from './call.ts';
import { type Json, type JsonObject, objectAt } from './json.ts';
import type { Kind } from './kinds.ts';
import type { Wanted } from './negotiate.ts';

/** Where tables and metadata alone belong. */
export const META = 'meta.k8s.io/v1';

/** How an object is shown: as it is, as a row of a Table, or its metadata alone. */
export function viewOf(kind: Kind, wanted: Wanted, query: Query, now: () => Date): (object: JsonObject) => JsonObject {
  switch (wanted.as) {
    case 'object':
      return (object) => object;
    case 'Table':
      return (object) => table(kind, [object], query, now(), objectAt(object, 'metadata')['resourceVersion']);
    default:
      return metadataAlone;
  }
}

/** The `Table` of objects that kubectl prints. Source: kubernetes meta/v1 Table; `includeObject` is Metadata by default. */
export function table(
  kind: Kind,
  objects: readonly JsonObject[],
  query: Query,
  now: Date,
  resourceVersion: Json | undefined,
  more: JsonObject = {},
): JsonObject {
  const include = query.get('includeObject') ?? 'Metadata';
  return {
    kind: 'Table',
    apiVersion: META,
    metadata: { ...(resourceVersion === undefined ? {} : { resourceVersion }), ...more },
    columnDefinitions: kind.columns.map(({ name, type, priority }) => ({
      name,
      type,
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority,
    })),
    rows: objects.map((object) => ({
      cells: kind.columns.map((column) => column.cell(object, now)),
      ...(include === 'None' ? {} : { object: include === 'Object' ? object : metadataAlone(object) }),
    })),
  };
}

/** `PartialObjectMetadata` of an object. */
export function metadataAlone(object: JsonObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: META, metadata: objectAt(object, 'metadata') };
}
