import { type KubeAccess, kubeConfigOf } from './access.ts';

/** Who Kubernetes says that the holder of a token is, or why it does not. Plain data: this room is a bundle of its own. */
export type SelfSubject =
  | { readonly username: string; readonly groups: readonly string[]; readonly uid?: string }
  | { readonly failure: { readonly status?: number; readonly message: string } };

/** How long the API server may take, in milliseconds: a person waits. */
const PATIENCE = 15_000;

/**
 * Asks an API server who it takes the holder of a token for (SelfSubjectReview of authentication.k8s.io/v1, Kubernetes 1.28
 * and later; every authenticated user may ask: ClusterRole system:basic-user).
 */
export async function selfSubject(access: KubeAccess): Promise<SelfSubject> {
  const { AuthenticationV1Api } = await import('./client.ts');
  const config = await kubeConfigOf(access);
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE / 1000} s`)), PATIENCE);
    });
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const { status } = await Promise.race([config.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body }), late]);
    const { username = '', groups = [], uid } = status?.userInfo ?? {};
    return { username, groups, ...(uid === undefined ? {} : { uid }) };
  } catch (error) {
    return { failure: failureOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** The message of a Status that the server sent, or of the network; never the request, which holds the token. */
function failureOf(error: unknown): { readonly status?: number; readonly message: string } {
  if (!(error instanceof Error)) return { message: 'unknown error' };
  if (!('code' in error) || typeof error.code !== 'number') return { message: causeOf(error) };
  const body: unknown = 'body' in error && typeof error.body === 'string' ? parsed(error.body) : undefined;
  const message = typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : `HTTP ${error.code}`;
  return { status: error.code, message: message.slice(0, 500) };
}

function causeOf(error: Error): string {
  const { cause } = error;
  return (cause instanceof Error ? cause.message : error.message).split('\n')[0] ?? error.name;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
