import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** DescribeCluster and ListClusters on the loopback; who may describe is known by the access key alone. */
export interface EksDouble {
  readonly url: string;
  /** `GET /clusters/prod KEYID`. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

/** A cluster as DescribeCluster gives it, and the access keys that may not see it. */
export interface EksCluster {
  readonly cluster: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly refused?: readonly string[];
}

/** Starts it (EKS API reference: `GET /clusters`, `GET /clusters/NAME`). */
export async function startEks(clusters: readonly EksCluster[]): Promise<EksDouble> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
    asked.push(`${request.method} ${path} ${key}`);
    const send = (status: number, body: object, error?: string): void => {
      const headers = { 'content-type': 'application/json', ...(error === undefined ? {} : { 'x-amzn-errortype': error }) };
      response.writeHead(status, headers).end(JSON.stringify(body));
    };
    if (path === '/clusters') return send(200, { clusters: clusters.map((each) => each.cluster.name) });
    const found = clusters.find((each) => path === `/clusters/${each.cluster.name}`);
    if (found === undefined) return send(404, { message: 'No cluster found for name.' }, 'ResourceNotFoundException');
    if (found.refused?.includes(key) === true) {
      const message = `User: ${key} is not authorized to perform: eks:DescribeCluster on resource: ${String(found.cluster['arn'])}`;
      return send(403, { message }, 'AccessDeniedException');
    }
    send(200, { cluster: found.cluster });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
