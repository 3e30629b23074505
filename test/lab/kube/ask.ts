import { type Call, readTarget } from '../../../src/edge/lab/kube/call.ts';
import { type Cluster, createCluster } from '../../../src/edge/lab/kube/cluster.ts';
import type { Store } from '../../../src/edge/lab/kube/store.ts';
import type { WatchTimes } from '../../../src/edge/lab/kube/watch.ts';
import { ADMIN, type TestSeat } from './seat.ts';

/** What came back; `body` is JSON where the answer was. */
export interface Got {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any form
  readonly body: any;
  readonly headers: Readonly<Record<string, string>>;
}

/** How a request is sent. */
export interface Extra {
  readonly as?: string | null;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** What a watch was told. */
export interface Watched {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of any form
  readonly events: any[];
  readonly ended: () => boolean;
  readonly stop: () => void;
}

/** A cluster that is asked without sockets. */
export interface Asked {
  readonly store: Store;
  readonly ask: (method: string, target: string, body?: unknown, extra?: Extra) => Got;
  readonly watch: (target: string, extra?: Extra) => Watched;
}

/** Makes a cluster of a seat, and the functions that ask it; without `as` it is the administrator who asks. */
export function asking(seat: TestSeat, times?: WatchTimes): Asked {
  return askingOf(createCluster(seat, times));
}

/** The same for a cluster that is there. */
export function askingOf({ serve, store }: Cluster): Asked {
  const made = (method: string, target: string, body: unknown, { as = ADMIN, type, headers = {} }: Extra): Call => {
    const lists = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat()]));
    if (as !== null) lists.set('authorization', [`Bearer ${as}`]);
    if (type !== undefined) lists.set('content-type', [type]);
    const { path, query } = readTarget(target);
    const bytes =
      body instanceof Uint8Array
        ? body
        : Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
    return {
      method,
      path,
      query,
      headers: Object.fromEntries([...lists].map(([name, values]) => [name, values[0]])),
      all: (header) => lists.get(header) ?? [],
      body: bytes,
    };
  };
  return {
    store,
    ask: (method, target, body, extra = {}) => {
      const answer = serve(made(method, target, body, extra));
      if (!('body' in answer)) throw new Error('this is a stream');
      const text = Buffer.from(answer.body).toString();
      const isJson = answer.headers['content-type']?.includes('json') === true;
      return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
    },
    watch: (target, extra = {}) => {
      const answer = serve(made('GET', target, undefined, extra));
      const events: unknown[] = [];
      let over = false;
      if ('body' in answer) throw new Error(`no stream but ${answer.status}: ${Buffer.from(answer.body).toString()}`);
      const stop = answer.stream({
        write: (text) => {
          events.push(JSON.parse(text));
          return true;
        },
        end: () => {
          over = true;
        },
      });
      return { events, ended: () => over, stop };
    },
  };
}

export const NAMESPACE = '/api/v1/namespaces/default';
export const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
export const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** A ConfigMap. */
export function configMap(name: string, data: Readonly<Record<string, string>> = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

/** A Deployment of one container. */
export function deployment(name: string, replicas = 1): object {
  const labels = { app: name };
  const containers = [{ name: 'web', image: 'nginx:1' }];
  const template = { metadata: { labels }, spec: { containers } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}
