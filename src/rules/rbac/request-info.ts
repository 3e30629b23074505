import { nameOfFieldSelector } from './field-selector.ts';
import type { Attributes } from './types.ts';

/** Query parameters; of several values for one key Kubernetes reads the first. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/**
 * The attributes that the API server makes of an HTTP request, for authorization.
 *
 * `path` is the decoded URL path. Undefined where the server answers with an error before it authorizes (`/api/v1/watch`
 * with nothing behind it). Source: facts/eks.md §5.1; kubernetes/apiserver pkg/endpoints/request/requestinfo.go.
 *
 * @example requestInfo('GET', '/api/v1/namespaces/dev/pods', { watch: 'true' })
 * // { verb: 'watch', apiGroup: '', resource: 'pods', namespace: 'dev' }
 */
export function requestInfo(method: string, path: string, query: Query = {}): Attributes | undefined {
  const other: Attributes = { verb: method.toLowerCase(), path };
  const [prefix, ...afterPrefix] = path.replace(/^\/+|\/+$/g, '').split('/');
  const grouped = prefix === 'apis';
  if ((prefix !== 'api' && !grouped) || afterPrefix.length < (grouped ? 3 : 2)) return other;
  const apiGroup = grouped ? (afterPrefix[0] ?? '') : '';
  let parts = afterPrefix.slice(grouped ? 2 : 1);

  let verb = VERBS[method.toUpperCase()] ?? '';
  if (parts[0] === 'watch' || parts[0] === 'proxy') {
    if (parts.length < 2) return undefined;
    verb = parts[0];
    parts = parts.slice(1);
  }
  let namespace = '';
  if (parts[0] === 'namespaces' && parts[1] !== undefined) {
    namespace = parts[1];
    const third = parts[2];
    // These two belong to the namespace itself; anything else is a resource within it.
    if (third !== undefined && third !== 'status' && third !== 'finalize') parts = parts.slice(2);
  }
  const [resource = '', named = '', below = ''] = parts;
  const subresource = verb === 'proxy' ? '' : below;
  let name = named;
  if (name === '' && verb === 'get') {
    const listed = readListOptions(query);
    verb = listed.watch ? 'watch' : 'list';
    name = listed.name;
  }
  if (name === '' && verb === 'delete') verb = 'deletecollection';
  return {
    verb,
    apiGroup,
    resource,
    ...(subresource === '' ? {} : { subresource }),
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
  };
}

/** What list options mean for authorization; options that do not parse leave nothing but `watch`. */
function readListOptions(query: Query): { readonly watch: boolean; readonly name: string } {
  const value = first(query, 'watch');
  const watch = value !== undefined && !['false', '0'].includes(value.toLowerCase());
  const numbers = ['limit', 'timeoutSeconds'].every((key) => /^[+-]?\d+$/.test(first(query, key) ?? '0'));
  const name = nameOfFieldSelector(first(query, 'fieldSelector') ?? '');
  return { watch, name: numbers && name !== undefined ? name : '' };
}

function first(query: Query, key: string): string | undefined {
  const value = Object.hasOwn(query, key) ? query[key] : undefined;
  return typeof value === 'string' ? value : value?.[0];
}
