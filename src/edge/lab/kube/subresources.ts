import { readObject } from './body.ts';
import { type Answer, type Call, json } from './call.ts';
import { field, listAt, textAt } from './json.ts';
import { scaleOf } from './scale.ts';
import { badRequest, methodNotAllowed, noSuchResource, notFound, Refused } from './status.ts';
import type { Store } from './store.ts';
import type { Named, Writer } from './write.ts';

/**
 * Answers what is below an object and no part of it: pods that nothing runs have no log and no shell, and the answer is
 * the one of a pod that has not started. Source: kubernetes pkg/registry/core/pod/strategy.go, rest/subresources.go.
 */
export function belowObject(call: Call, named: Named, store: Store, writer: Writer): Answer {
  const { kind, namespace, name, subresource } = named;
  const object = store.get(kind, namespace, name);
  if (object === undefined) throw notFound(kind, name);
  switch (subresource) {
    case 'scale':
      if (call.method !== 'GET') throw methodNotAllowed();
      return json(200, scaleOf(kind, object));
    case 'status':
      if (call.method !== 'GET') throw methodNotAllowed();
      return json(200, object);
    case 'log': {
      const container = call.query.get('container') ?? textAt(listAt(object, 'spec', 'containers')[0], 'name');
      throw badRequest(
        `container ${JSON.stringify(container)} in pod ${JSON.stringify(name)} is waiting to start: ContainerCreating`,
      );
    }
    case 'attach':
    case 'exec':
    case 'portforward':
      throw badRequest(`pod ${name} does not have a host assigned`);
    case 'proxy':
      throw new Refused({
        code: 503,
        reason: 'ServiceUnavailable',
        message: `no endpoints available for service ${JSON.stringify(name)}`,
      });
    case 'eviction': {
      if (call.method !== 'POST') throw methodNotAllowed();
      const body = readObject(call);
      if (textAt(body, 'kind') !== 'Eviction') throw badRequest('an Eviction is expected');
      if (field(body, 'deleteOptions', 'dryRun') === undefined) writer.delete.remove(kind, object);
      return json(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
    }
    default:
      throw noSuchResource();
  }
}
