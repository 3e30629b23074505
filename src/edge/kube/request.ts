import { type KubeAccess, kubeConfigOf } from './access.ts';

/** One request to an API server. */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v1/namespaces/kube-system/configmaps/aws-auth`, with its query where it has one. */
  readonly path: string;
  /** Sent as JSON; with PATCH as a merge patch (RFC 7386). */
  readonly body?: unknown;
}

/** An answer that is no success. `reason` is the Status' own: `NotFound`, `Conflict`, `Forbidden`. */
export class KubeError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.name = 'KubeError';
    this.status = status;
    this.reason = reason;
  }
}

/** Sends requests to one API server and gives their JSON. Throws a KubeError, or what the network threw. */
export type KubeSend = (request: KubeRequest) => Promise<unknown>;

/** How long the API server may take, in milliseconds: a person waits. */
const PATIENCE = 15_000;

/**
 * A sender of plain requests through the official client: objects stay as the server gave them, so that fields which no
 * model knows survive being written back.
 */
export async function kubeSender(access: KubeAccess): Promise<KubeSend> {
  const { IsomorphicFetchHttpLibrary, RequestContext } = await import('./client.ts');
  const config = await kubeConfigOf(access);
  const library = new IsomorphicFetchHttpLibrary();
  return async ({ method, path, body }) => {
    const request = new RequestContext(`${access.server.replace(/\/+$/, '')}${path}`, method);
    request.setHeaderParam('Accept', 'application/json');
    if (body !== undefined) {
      request.setHeaderParam('Content-Type', method === 'PATCH' ? 'application/merge-patch+json' : 'application/json');
      request.setBody(JSON.stringify(body));
    }
    request.setSignal(AbortSignal.timeout(PATIENCE));
    await config.applySecurityAuthentication(request);
    const answer = await library.send(request).toPromise();
    const text = await answer.body.text();
    const json = parsed(text);
    if (answer.httpStatusCode >= 200 && answer.httpStatusCode < 300) return json;
    const { reason, message } = (typeof json === 'object' && json !== null ? json : {}) as {
      readonly reason?: unknown;
      readonly message?: unknown;
    };
    throw new KubeError(
      answer.httpStatusCode,
      typeof reason === 'string' ? reason : '',
      (typeof message === 'string' ? message : `HTTP ${answer.httpStatusCode}`).slice(0, 1000),
    );
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
