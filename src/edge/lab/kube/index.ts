import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClusterApi, ClusterSeat, KubernetesObject } from '../cluster-seam.ts';
import type { Answer } from './call.ts';
import { createCluster, isKubernetesObject } from './cluster.ts';
import { failure, readCall, send } from './http.ts';
import { objectAt } from './json.ts';
import { kindNamed } from './kinds.ts';

/**
 * Makes the Kubernetes API of one cluster: its objects in memory, and a handler for the requests over its TLS listener.
 *
 * What counts is kept through the seat before it is answered. Source of what clients send: facts/clients.md §5.
 */
export function makeClusterApi(seat: ClusterSeat): ClusterApi {
  const { store, serve } = createCluster(seat);
  const streams = new Set<() => void>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let result: Answer;
    try {
      result = serve(await readCall(request));
    } catch (error) {
      result = failure(error);
      // What was not read of a body that is too large is not waited for.
      response.setHeader('connection', 'close');
    }
    const stop = send(response, result, request.method === 'HEAD');
    if (stop === undefined) return;
    streams.add(stop);
    response.on('close', () => streams.delete(stop));
  };
  return {
    handler: (request, response) => {
      answer(request, response).catch(() => response.destroy());
    },
    awsAuth: () => {
      const map = store.get(kindNamed('ConfigMap'), 'kube-system', 'aws-auth');
      return map === undefined ? null : objectAt(map, 'data');
    },
    objects: () => store.all().flatMap((object): readonly KubernetesObject[] => (isKubernetesObject(object) ? [object] : [])),
    close: () => {
      for (const stop of streams) stop();
      streams.clear();
    },
  };
}
