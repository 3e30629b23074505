import { domainsOf, partitionOfRegion } from '../arn/index.ts';
import { shownHost } from './check-refusal.ts';
import { stsEndpoint } from './endpoint.ts';

/** Which STS hosts a server takes. */
export interface HostPolicy {
  /** The partition that the server stands in; one that AWS does not run has no host. */
  readonly partition: string;
  /** The region that the server stands in, where it is known: the only one of a form that no table knows. */
  readonly region?: string;
  /**
   * Whether a region of a form that no partition has is taken for one of `aws`, as aws-iam-authenticator does. A server
   * of ours does not: `sts.s3.amazonaws.com` would be such a host.
   */
  readonly anyRegion?: boolean;
}

/**
 * Check 6: why a host is no STS endpoint of the server's partition; undefined when it is one. The steps and the words are
 * those of aws-iam-authenticator pkg/token verifySTSHostnameFormat (facts §1.4). A port makes a host another one.
 *
 * @example refuseHost('sts.eu-west-1.amazonaws.com', { partition: 'aws' }) // undefined
 */
export function refuseHost(host: string, policy: HostPolicy): string | undefined {
  const { partition } = policy;
  const labels = host.split('.');
  if (labels.length < 3) {
    const why = host === '' ? 'host is empty' : `invalid host format: ${shownHost(host)}`;
    return `could not parse region for pre-signed URL ${shownHost(host)}, ${why}`;
  }
  if (host === 'sts.amazonaws.com') {
    return partition === 'aws' ? undefined : `global endpoint unsupported in partition ${partition}`;
  }
  const region = labels[1] ?? '';
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(region)) {
    return `could not parse region for pre-signed URL ${shownHost(host)}, invalid region identifier format provided: ${shownHost(region)}`;
  }
  const own = domainsOf(partition);
  if (!endpointsOf(region, policy).includes(host)) {
    const isOwn =
      policy.region !== undefined && policy.region !== '' && own.some((domain) => host === `sts.${policy.region}.${domain}`);
    if (!isOwn) return `unexpected hostname ${JSON.stringify(shownHost(host))} in pre-signed URL`;
  }
  if (labels.length < 4) return `invalid host format, too few labels: ${shownHost(host)}`;
  if (own.includes(labels.slice(2).join('.'))) return undefined;
  return `partition {${partition}} does not support hostname ${shownHost(host)}`;
}

/** The region in messages and metrics: the second label, `global` for the endpoint that has none. */
export function regionOfHost(host: string): string {
  return host === 'sts.amazonaws.com' ? 'global' : (host.split('.')[1] ?? '');
}

/** The four endpoints of a region: plain, FIPS, dual-stack, both. */
function endpointsOf(region: string, { anyRegion = false }: HostPolicy): readonly string[] {
  // The pseudo region of the global endpoint resolves to sts.amazonaws.com, which was judged before.
  if (region === 'aws-global' || (!anyRegion && partitionOfRegion(region) === undefined)) return [];
  return FORMS.flatMap((form) => {
    const endpoint = stsEndpoint(region, form);
    return 'error' in endpoint ? [] : [endpoint.url.slice('https://'.length)];
  });
}

const FORMS = [{}, { fips: true }, { dualStack: true }, { fips: true, dualStack: true }] as const;
