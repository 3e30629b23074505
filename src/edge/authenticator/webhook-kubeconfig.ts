import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { makeFolder } from '../files/index.ts';
import { writeWhole } from './certificate.ts';

/** Where the API server finds the webhook, and whom it trusts there. */
export interface WebhookAddress {
  readonly hostname: string;
  readonly port: number;
  /** PEM. */
  readonly cert: string;
}

/**
 * The kubeconfig for `--authentication-token-webhook-config-file` of kube-apiserver, with the names of the original
 * (pkg/config/kubeconfig.go; facts §1.9). It holds no secret.
 */
export function webhookKubeconfig({ hostname, port, cert }: WebhookAddress): string {
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'aws-iam-authenticator',
          cluster: {
            'certificate-authority-data': Buffer.from(cert).toString('base64'),
            server: `https://${host}:${port}/authenticate`,
          },
        },
      ],
      users: [{ name: 'apiserver' }],
      contexts: [{ name: 'webhook', context: { cluster: 'aws-iam-authenticator', user: 'apiserver' } }],
      'current-context': 'webhook',
    },
    { lineWidth: 0 },
  );
}

/** Writes it, whole or not at all; makes its folder. */
export async function writeWebhookKubeconfig(file: string, address: WebhookAddress): Promise<void> {
  makeFolder(dirname(file));
  await writeWhole(file, webhookKubeconfig(address), 0o644);
}
