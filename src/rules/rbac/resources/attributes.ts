import type { Attributes } from '../types.ts';
import { type KnownResource, resolveResource, type UnresolvedResource } from './resolve.ts';

/** A request in the words of a person. */
export interface RequestWords {
  readonly verb: string;
  /** `deploy`, `deployments.apps/scale` (a subresource follows the slash), or a path such as `/metrics`. */
  readonly resource: string;
  readonly subresource?: string;
  readonly name?: string;
  /** Left out of account for what is in no namespace. */
  readonly namespace?: string;
  /** Further resources of the cluster at hand. */
  readonly known?: readonly KnownResource[];
}

/** The request, and what should be said about how it was understood. */
export interface WordedRequest {
  readonly attributes: Attributes;
  readonly remarks: readonly string[];
}

/** Verbs that `kubectl auth can-i` knows for resources and for paths (kubectl pkg/cmd/auth/cani.go). */
const RESOURCE_VERBS = new Set(
  'get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest'.split(' '),
);
const PATH_VERBS = new Set('get put post head options delete patch *'.split(' '));

/** Whether `kubectl auth can-i` knows the verb; another one is asked all the same, with a warning. */
export function isKnownVerb(verb: string, of: 'resource' | 'path'): boolean {
  return (of === 'resource' ? RESOURCE_VERBS : PATH_VERBS).has(verb);
}

/**
 * Makes the attributes that the API server would see for a request in words.
 *
 * A request about one namespace (`get namespaces`, name `dev`) carries that namespace itself, and one about a resource
 * in no namespace carries none, as both have it in their URLs. Source: facts/eks.md §5.1.
 *
 * @example attributesOf({ verb: 'create', resource: 'deploy', namespace: 'x' })
 * // { attributes: { verb: 'create', apiGroup: 'apps', resource: 'deployments', namespace: 'x' }, remarks: [] }
 */
export function attributesOf(words: RequestWords): WordedRequest | UnresolvedResource {
  const { verb, name } = words;
  const isPath = words.resource.startsWith('/');
  const remarks = isKnownVerb(verb, isPath ? 'path' : 'resource') ? [] : [`"${verb}" is not a known verb`];
  if (isPath) return { attributes: { verb, path: words.resource }, remarks };
  const found = resolveResource(words.resource, words.known);
  if ('error' in found) return found;
  const subresource = words.subresource ?? found.subresource;
  if (!found.known) remarks.push(`${found.resource}.${found.apiGroup} is not a resource of Kubernetes itself`);
  const own = found.apiGroup === '' && found.resource === 'namespaces' ? name : undefined;
  if (found.namespaced === false && own === undefined && words.namespace !== undefined) {
    remarks.push(`${found.resource} are in no namespace`);
  }
  const namespace = found.namespaced === false ? own : words.namespace;
  return {
    attributes: {
      verb,
      apiGroup: found.apiGroup,
      resource: found.resource,
      ...(subresource === undefined ? {} : { subresource }),
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
    },
    remarks,
  };
}
