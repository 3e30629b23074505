import type { Attributes } from '../../../rules/rbac/index.ts';
import type { Answer, Call } from './call.ts';
import type { Identity } from './identity.ts';
import { type Kind, kindOfResource, REVIEW_KINDS } from './kinds.ts';
import { readListOptions } from './list-options.ts';
import { review } from './reviews.ts';
import type { Parts } from './serve.ts';
import { methodNotAllowed } from './status.ts';
import { belowObject } from './subresources.ts';
import { requestToken } from './token-request.ts';
import { watch } from './watch.ts';

type ResourceRequest = Exclude<Attributes, { readonly path: string }>;

/**
 * Answers a request for a resource that has been allowed; undefined where nothing is served.
 *
 * What is answered is read from the very attributes that were authorized, and the path must be the one that they make:
 * nothing can be asked under one name and answered under another.
 */
export function answerResource(call: Call, identity: Identity, attributes: ResourceRequest, parts: Parts): Answer | undefined {
  const { apiGroup, resource, verb, subresource = '' } = attributes;
  const segments = call.path.split('/');
  const version = (apiGroup === '' && segments[1] === 'api' ? segments[2] : segments[3]) ?? '';
  const kind = kindOfResource(apiGroup, version, resource);
  const collection = verb === 'list' || verb === 'watch' || verb === 'deletecollection' || attributes.name === undefined;
  const name = collection ? '' : (attributes.name ?? '');
  const own = apiGroup === '' && resource === 'namespaces';
  const namespace = own ? '' : (attributes.namespace ?? '');
  const path = pathOf(apiGroup, version, namespace, resource, name, subresource);
  const proxied = subresource === 'proxy' && call.path.startsWith(`${path}/`);
  if (call.path !== path && call.path !== `${path}/` && !proxied) return undefined;
  if (kind === undefined) {
    const asked = REVIEW_KINDS.find((each) => each.group === apiGroup && each.version === version && each.resource === resource);
    if (asked === undefined || name !== '' || asked.namespaced !== (namespace !== '')) return undefined;
    if (verb !== 'create') throw methodNotAllowed();
    return review(call, identity, asked, namespace, parts);
  }
  if (subresource !== '' && !kind.subresources.includes(subresource)) return undefined;
  if (!kind.namespaced && namespace !== '') return undefined;
  return name === ''
    ? answerMany(call, identity, kind, namespace, verb, parts)
    : answerOne(call, identity, { kind, namespace, name, subresource }, verb, parts);
}

function pathOf(group: string, version: string, namespace: string, resource: string, name: string, subresource: string): string {
  const root = group === '' ? ['api', version] : ['apis', group, version];
  const home = namespace === '' ? [] : ['namespaces', namespace];
  return `/${[...root, ...home, resource, ...(name === '' ? [] : [name]), ...(subresource === '' ? [] : [subresource])].join('/')}`;
}

function answerMany(call: Call, identity: Identity, kind: Kind, namespace: string, verb: string, parts: Parts): Answer {
  const { store, seat, reader, writer } = parts;
  switch (verb) {
    case 'list':
      return reader.list(call, kind, namespace, readListOptions(call.query, kind));
    case 'watch':
      return watch(call, store, kind, namespace, readListOptions(call.query, kind), seat.now, parts.times);
    case 'deletecollection':
      if (kind.kind === 'Namespace' || (kind.namespaced && namespace === '')) throw methodNotAllowed();
      return writer.delete.many(call, kind, namespace, readListOptions(call.query, kind));
    case 'create':
      if (kind.namespaced && namespace === '') throw methodNotAllowed();
      return writer.create(call, identity, { kind, namespace, name: '', subresource: '' });
    default:
      throw methodNotAllowed();
  }
}

interface OneRequest {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

function answerOne(call: Call, identity: Identity, named: OneRequest, verb: string, parts: Parts): Answer | undefined {
  const { store, reader, writer, accounts } = parts;
  const { kind, namespace, name, subresource } = named;
  // What is in a namespace has a path in it.
  if (kind.namespaced && namespace === '') return undefined;
  const part = subresource === '' || subresource === 'status' || subresource === 'scale';
  if (subresource === 'token') {
    if (verb !== 'create') throw methodNotAllowed();
    return requestToken(call, namespace, name, store, accounts);
  }
  if (part && verb === 'update') return writer.replace(call, identity, named);
  if (part && verb === 'patch') return writer.patch(call, identity, named);
  if (subresource !== '') return belowObject(call, named, store, writer);
  if (verb === 'get') return reader.get(call, kind, namespace, name);
  if (verb === 'delete') return writer.delete.one(call, kind, namespace, name);
  throw methodNotAllowed();
}
