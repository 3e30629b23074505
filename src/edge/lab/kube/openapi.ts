import { createHash } from 'node:crypto';
import { type Answer, json } from './call.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { apiVersionOf, KINDS, type Kind } from './kinds.ts';
import { schemaName, schemasOf } from './openapi-schema.ts';

const WRITES = ['post', 'put', 'patch'];

/**
 * OpenAPI v3, as much of it as kubectl needs: for each kind its fields and the operations that write it, with the kind that
 * they are about and the parameter `fieldValidation`, without which kubectl would check fields itself (facts/clients.md §5).
 *
 * Undefined for other paths.
 */
export function openApi(path: string): Answer | undefined {
  const below = /^\/openapi\/v3(?:\/(apis?\/.*?))?\/?$/.exec(path);
  if (below === null) return undefined;
  if (below[1] === undefined) {
    const paths = [...documents()].map(([name, text]): [string, Json] => [
      name,
      { serverRelativeURL: `/openapi/v3/${name}?hash=${hashOf(text)}` },
    ]);
    return json(200, { paths: Object.fromEntries(paths) });
  }
  const document = documents().get(below[1]);
  if (document === undefined) return undefined;
  return { status: 200, headers: { 'content-type': 'application/json' }, body: document };
}

let made: ReadonlyMap<string, string> | undefined;

/** Made when the first client asks. */
function documents(): ReadonlyMap<string, string> {
  made ??= new Map([...Map.groupBy(KINDS, rootOf)].map(([root, kinds]) => [root, JSON.stringify(documentOf(kinds))]));
  return made;
}

function rootOf(kind: Kind): string {
  return kind.group === '' ? `api/${kind.version}` : `apis/${apiVersionOf(kind)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').toUpperCase();
}

function documentOf(kinds: readonly Kind[]): JsonObject {
  const paths = kinds.flatMap((kind): readonly [string, Json][] => {
    const scope = kind.namespaced ? '/namespaces/{namespace}' : '';
    const collection = `/${rootOf(kind)}${scope}/${kind.resource}`;
    return [
      [collection, { get: operation(kind, 'list'), post: operation(kind, 'post') }],
      [
        `${collection}/{name}`,
        {
          get: operation(kind, 'get'),
          put: operation(kind, 'put'),
          patch: operation(kind, 'patch'),
          delete: operation(kind, 'delete'),
        },
      ],
    ];
  });
  const schemas = new Map(schemasOf(kinds.map(({ kind }) => kind)));
  for (const kind of kinds) {
    const name = schemaName(kind.kind);
    const { properties = {}, ...rest } = schemas.get(name) ?? {};
    const own = { apiVersion: { type: 'string' }, kind: { type: 'string' }, ...(isObject(properties) ? properties : {}) };
    schemas.set(name, { ...rest, properties: own, 'x-kubernetes-group-version-kind': [gvk(kind)] });
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(schemas) },
  };
}

function operation(kind: Kind, action: string): JsonObject {
  const query = (name: string): JsonObject => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } });
  const schema = { $ref: `#/components/schemas/${schemaName(kind.kind)}` };
  return {
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk(kind),
    parameters: WRITES.includes(action) ? ['dryRun', 'fieldManager', 'fieldValidation'].map(query) : [],
    responses: { '200': { description: 'OK', content: { 'application/json': { schema } } } },
  };
}

function gvk({ group, version, kind }: Kind): JsonObject {
  return { group, version, kind };
}
