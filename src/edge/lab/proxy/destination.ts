import type { Lab } from '../context.ts';
import { accountScope, accountsIn, clusterScope, clustersIn } from '../state/scope.ts';
import { readAwsHost } from './aws-host.ts';
import { endpointHost } from './endpoint-host.ts';

/** Where a tunnel that a client asks for leads: never out of the lab. */
export type Destination =
  /** The lab's own AWS, or an issuer of tokens, under that name. */
  | { readonly to: 'aws'; readonly host: string }
  /** The API server of a cluster. */
  | { readonly to: 'cluster'; readonly arn: string }
  | { readonly to: 'nowhere'; readonly reason: string };

/**
 * Where `CONNECT HOST:PORT` leads: to a cluster of the lab, to the lab's AWS when the host is one of a partition that its
 * accounts are of, to the lab as issuer when an OIDC provider of its accounts trusts that host, and nowhere otherwise.
 */
export function destinationOf(lab: Lab, target: string): Destination {
  const [, name = '', port = ''] = /^([A-Za-z0-9.-]{1,253}):(\d{1,5})$/.exec(target) ?? [];
  if (name === '') return nowhere('the lab is a proxy for HOST:443 alone');
  const host = name.toLowerCase();
  if (port !== '443') return nowhere(`the lab is a proxy for port 443 alone, not for ${port}`);
  const scopes = lab.store.scopes();
  for (const arn of clustersIn(scopes)) {
    const document = lab.store.get(clusterScope(arn), 'cluster', arn);
    if (document !== undefined && endpointHost(document) === host) return { to: 'cluster', arn };
  }
  const aws = readAwsHost(host);
  // One after another: of a replayed organisation most accounts are never read.
  const accounts = accountsIn(scopes);
  if (aws !== undefined) {
    const isThere = (id: string): boolean => lab.store.get(accountScope(id), 'account', id)?.partition === aws.partition;
    if (accounts.some(isThere)) return { to: 'aws', host };
    return nowhere(`no account of the lab is of the partition ${aws.partition}`);
  }
  const trusted = accounts.some((id) =>
    lab.store.list(accountScope(id), 'provider').some(({ Url }) => Url.split('/')[0] === host),
  );
  return trusted ? { to: 'aws', host } : nowhere(`${host} is no host that the lab plays, and the lab forwards nothing`);
}

function nowhere(reason: string): Destination {
  return { to: 'nowhere', reason };
}
