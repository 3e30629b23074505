import { goQuote } from './go-text.ts';
import type { Attributes } from './types.ts';

/**
 * The message of the 403 that a client sees when no authorizer allows a request.
 *
 * `reason` is the authorizer's, appended when there is one.
 * Source: facts/eks.md §5.6 (kubernetes/apiserver pkg/endpoints/handlers/responsewriters/errors.go).
 *
 * @example forbidden('u', { verb: 'list', apiGroup: '', resource: 'pods', namespace: 'dev' })
 * // pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "dev"
 */
export function forbidden(userName: string, attributes: Attributes, reason = ''): string {
  const why = reason === '' ? '' : `: ${reason}`;
  const user = `User ${goQuote(userName)} cannot ${attributes.verb}`;
  if ('path' in attributes) return `forbidden: ${user} path ${goQuote(attributes.path)}${why}`;
  const kind = attributes.apiGroup === '' ? attributes.resource : `${attributes.resource}.${attributes.apiGroup}`;
  const name = attributes.name === undefined || attributes.name === '' ? '' : ` ${goQuote(attributes.name)}`;
  const resource = attributes.subresource ? `${attributes.resource}/${attributes.subresource}` : attributes.resource;
  const scope = attributes.namespace ? `in the namespace ${goQuote(attributes.namespace)}` : 'at the cluster scope';
  return `${kind}${name} is forbidden: ${user} resource ${goQuote(resource)} in API group ${goQuote(attributes.apiGroup)} ${scope}${why}`;
}
