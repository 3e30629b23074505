import type { KubeConfig } from '@kubernetes/client-node';

/** How one API server is reached, and as whom. */
export interface KubeAccess {
  readonly server: string;
  /** Certificates that its own is signed by, PEM in base64; absent: the usual ones. */
  readonly ca?: string;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly token: string;
}

/** The official client's configuration for it. */
export async function kubeConfigOf({ server, ca, tlsServerName, proxyUrl, token }: KubeAccess): Promise<KubeConfig> {
  const { KubeConfig } = await import('./client.ts');
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [
      {
        name: 'cluster',
        server,
        skipTLSVerify: false,
        ...(ca === undefined ? {} : { caData: ca }),
        ...(tlsServerName === undefined ? {} : { tlsServerName }),
        ...(proxyUrl === undefined ? {} : { proxyUrl }),
      },
    ],
    users: [{ name: 'user', token }],
    contexts: [{ name: 'context', cluster: 'cluster', user: 'user' }],
    currentContext: 'context',
  });
  return config;
}
