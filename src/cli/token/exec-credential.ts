const GROUP = 'client.authentication.k8s.io';

/** The version that answers when the client does not say which it wants, as with the AWS CLI (facts/eks.md §4.5). */
const USUAL = `${GROUP}/v1beta1`;

/**
 * The API version that the client asked for in KUBERNETES_EXEC_INFO, and what is odd about how it asked
 * (Kubernetes documentation, "Authenticating", input and output formats of credential plugins).
 */
export function apiVersionFor(execInfo: string | undefined): { readonly apiVersion: string; readonly remark?: string } {
  if (execInfo === undefined || execInfo === '') return { apiVersion: USUAL };
  let asked: unknown;
  try {
    asked = (JSON.parse(execInfo) as { readonly apiVersion?: unknown } | null)?.apiVersion;
  } catch {
    return { apiVersion: USUAL, remark: `KUBERNETES_EXEC_INFO is not JSON; the answer is in ${USUAL}` };
  }
  if (asked === `${GROUP}/v1` || asked === USUAL) return { apiVersion: asked };
  if (asked === `${GROUP}/v1alpha1`) {
    const remark = `the kubeconfig asks for ${asked}, which Kubernetes dropped in 1.24: write ${USUAL} in its user entry`;
    return { apiVersion: asked, remark };
  }
  return { apiVersion: USUAL, remark: `KUBERNETES_EXEC_INFO names no version of ExecCredential; the answer is in ${USUAL}` };
}

/** What kubectl reads: the token, and when to ask for the next one. */
export function execCredential(apiVersion: string, token: string, expires: Date): string {
  const expirationTimestamp = expires.toISOString().replace(/\.\d{3}Z$/, 'Z');
  return JSON.stringify({ kind: 'ExecCredential', apiVersion, spec: {}, status: { expirationTimestamp, token } });
}
