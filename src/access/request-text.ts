import type { Attributes } from '../rules/rbac/index.ts';

/** A request in words: `create deployments.apps in my-app-ns`, `get /metrics`. */
export function describeRequest(request: Attributes): string {
  if ('path' in request) return `${request.verb} ${request.path}`;
  const group = request.apiGroup === '' ? '' : `.${request.apiGroup}`;
  const sub = request.subresource === undefined ? '' : `/${request.subresource}`;
  const name = request.name === undefined ? '' : ` "${request.name}"`;
  const where = request.namespace === undefined ? '' : ` in ${request.namespace}`;
  return `${request.verb} ${request.resource}${group}${sub}${name}${where}`;
}
