import type { Lab } from '../context.ts';
import { issuersOf } from '../issuer.ts';
import { accountScope, accountsIn } from '../state/scope.ts';
import { readAwsHost } from './aws-host.ts';

/** Where a tunnel that a client asks for leads: never out of the lab. */
export type Destination =
  /** The lab's own AWS, or an issuer of tokens, under that name. */
  | { readonly to: 'aws'; readonly host: string }
  /** The API server of a cluster. */
  | { readonly to: 'cluster'; readonly arn: string }
  | { readonly to: 'nowhere'; readonly reason: string };

/**
 * Where `CONNECT HOST:PORT` leads: to a cluster of the lab, to the lab's AWS when the host is one of a partition that its
 * accounts are of, to the lab as issuer when it gave out tokens of that host, and nowhere otherwise.
 *
 * @param clusterAt the ARN of the cluster whose API server AWS would have under that name
 */
export function destinationOf(lab: Lab, target: string, clusterAt: (host: string) => string | undefined): Destination {
  const [, name = '', port = ''] = /^([A-Za-z0-9.-]{1,253}):(\d{1,5})$/.exec(target) ?? [];
  if (name === '') return nowhere('the lab is a proxy for HOST:443 alone');
  const host = name.toLowerCase();
  if (port !== '443') return nowhere(`the lab is a proxy for port 443 alone, not for ${port}`);
  const arn = clusterAt(host);
  if (arn !== undefined) return { to: 'cluster', arn };
  const aws = readAwsHost(host);
  if (aws === undefined) {
    const isIssuer = issuersOf(lab.store).some((place) => place.split('/')[0] === host);
    return isIssuer ? { to: 'aws', host } : nowhere(`${host} is no host that the lab plays, and the lab forwards nothing`);
  }
  // One after the other: of a large inventory an account is read when it is asked for.
  const plays = accountsIn(lab.store.scopes()).some(
    (id) => lab.store.get(accountScope(id), 'account', id)?.partition === aws.partition,
  );
  return plays ? { to: 'aws', host } : nowhere(`no account of the lab is of the partition ${aws.partition}`);
}

function nowhere(reason: string): Destination {
  return { to: 'nowhere', reason };
}
