import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { makeCa } from './certificates.ts';

/** A user as an API server knows it. */
export interface KubernetesUser {
  readonly username: string;
  readonly groups: readonly string[];
}

/** An API server on the loopback that knows discovery, pods and SelfSubjectReviews. */
export interface KubernetesDouble {
  readonly url: string;
  /** The CA of its certificate, PEM. */
  readonly ca: string;
  /** Paths that were asked, with the user's name (or 401). */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

/** Asks STS whom a token is of, as the webhook of an EKS cluster does: the URL in it, with the cluster's name as a header. */
export async function callerOfToken(token: string, cluster: string): Promise<string | undefined> {
  const [, encoded] = /^k8s-aws-v1\.([\w-]+)$/.exec(token) ?? [];
  if (encoded === undefined) return undefined;
  const answer = await fetch(Buffer.from(encoded, 'base64url').toString(), {
    headers: { 'x-k8s-aws-id': cluster, accept: 'application/json' },
  });
  if (!answer.ok) return undefined;
  const body = (await answer.json()) as { GetCallerIdentityResponse: { GetCallerIdentityResult: { Arn: string } } };
  return body.GetCallerIdentityResponse.GetCallerIdentityResult.Arn;
}

const GROUPS = [
  {
    name: 'authentication.k8s.io',
    version: 'v1',
    resources: [{ name: 'selfsubjectreviews', kind: 'SelfSubjectReview', namespaced: false, verbs: ['create'] }],
  },
];
const PODS = [{ name: 'pods', singularName: 'pod', shortNames: ['po'], kind: 'Pod', namespaced: true, verbs: ['get', 'list'] }];

/**
 * Starts it. HTTP/1.1 over TLS is what kubectl needs (facts/clients.md §5); discovery is the plain one.
 *
 * @param authenticate the user of a bearer token; undefined is a 401
 */
export async function startKubernetes(
  authenticate: (token: string) => Promise<KubernetesUser | undefined>,
): Promise<KubernetesDouble> {
  const ca = await makeCa();
  const asked: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    request.resume();
    const path = (request.url ?? '').split('?')[0] ?? '';
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    const user = token === '' ? undefined : await authenticate(token);
    asked.push(`${request.method} ${path} ${user?.username ?? 401}`);
    const [status, body] = user === undefined ? [401, failure(401, 'Unauthorized')] : route(path, user);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const server = createServer(await ca.issue('127.0.0.1', 'localhost'), (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: ca.cert,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function route(path: string, user: KubernetesUser): readonly [number, object] {
  if (path === '/api') return [200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }];
  if (path === '/api/v1') return [200, { kind: 'APIResourceList', groupVersion: 'v1', resources: PODS }];
  if (path === '/apis') return [200, { kind: 'APIGroupList', apiVersion: 'v1', groups: GROUPS.map(group) }];
  const found = GROUPS.find(({ name, version }) => path === `/apis/${name}/${version}`);
  if (found !== undefined)
    return [
      200,
      { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${found.name}/${found.version}`, resources: found.resources },
    ];
  if (path === '/apis/authentication.k8s.io/v1/selfsubjectreviews')
    return [201, { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, status: { userInfo: user } }];
  const [, namespace] = /^\/api\/v1\/namespaces\/([^/]+)\/pods$/.exec(path) ?? [];
  if (namespace !== undefined)
    return [200, { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: [pod(namespace, user)] }];
  return [404, failure(404, 'NotFound')];
}

function group({ name, version }: (typeof GROUPS)[number]): object {
  const one = { groupVersion: `${name}/${version}`, version };
  return { name, versions: [one], preferredVersion: one };
}

/** One pod, named by who asks. */
function pod(namespace: string, { username }: KubernetesUser): object {
  return {
    metadata: { name: `seen-by-${username.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}`, namespace, creationTimestamp: null },
    spec: { containers: [] },
    status: {},
  };
}

function failure(code: number, reason: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message: reason, code };
}
