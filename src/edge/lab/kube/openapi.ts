import { createHash } from 'node:crypto';
import { type Answer, json } from './call.ts';
import type { Json, JsonObject } from './json.ts';
import { apiVersionOf, KINDS, type Kind } from './kinds.ts';

const WRITES = ['post', 'put', 'patch'];

/**
 * OpenAPI v3, as little of it as kubectl needs: for each kind the operations that write it, with the kind that they are
 * about and the parameter `fieldValidation`, without which kubectl would check fields itself (facts/clients.md §5).
 *
 * Undefined for other paths.
 */
export function openApi(path: string): Answer | undefined {
  const below = /^\/openapi\/v3(?:\/(apis?\/.*?))?\/?$/.exec(path);
  if (below === null) return undefined;
  if (below[1] === undefined) {
    const paths = [...DOCUMENTS].map(([name, text]): [string, Json] => [
      name,
      { serverRelativeURL: `/openapi/v3/${name}?hash=${hashOf(text)}` },
    ]);
    return json(200, { paths: Object.fromEntries(paths) });
  }
  const document = DOCUMENTS.get(below[1]);
  if (document === undefined) return undefined;
  return { status: 200, headers: { 'content-type': 'application/json' }, body: document };
}

const DOCUMENTS: ReadonlyMap<string, string> = new Map(
  [...Map.groupBy(KINDS, rootOf)].map(([root, kinds]) => [root, JSON.stringify(documentOf(kinds))]),
);

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
  const schemas = kinds.map((kind): [string, Json] => [
    schemaName(kind),
    {
      type: 'object',
      description: `${kind.kind} of ${apiVersionOf(kind)}; the lab publishes no fields.`,
      'x-kubernetes-group-version-kind': [gvk(kind)],
    },
  ]);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(schemas) },
  };
}

function operation(kind: Kind, action: string): JsonObject {
  const query = (name: string): JsonObject => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } });
  const schema = { $ref: `#/components/schemas/${schemaName(kind)}` };
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

function schemaName({ group, version, kind }: Kind): string {
  return `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] ?? '')}.${version}.${kind}`;
}
