import { PARTITIONS, partitionOfRegion } from '../../rules/arn/index.ts';
import { type QueryService, queryEndpoint, type StsEndpoint, stsEndpoint } from '../../rules/token/index.ts';
import { wrong } from './error.ts';
import { type ProfileSettings, pathOf, readSharedFiles, type SharedFiles } from './shared-files.ts';
import type { Surroundings } from './types.ts';

/** How STS, or another service, is reached. */
export interface Connection {
  readonly region: string;
  readonly endpoint: StsEndpoint;
  /** A file of certificates that are trusted instead of the usual ones. */
  readonly caBundle?: string;
  /** URL of the proxy for the endpoint. */
  readonly proxy?: string;
}

/** The profile that settings are read from: `--profile`, AWS_PROFILE, AWS_DEFAULT_PROFILE, `default`. */
export function profileName(asked: string | undefined, env: Surroundings['env']): string {
  return asked ?? (env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default');
}

/** The region: the asked one, AWS_REGION, AWS_DEFAULT_REGION, the profile's; nothing is assumed. */
export function regionOf(
  asked: string | undefined,
  env: Surroundings['env'],
  profile: ProfileSettings | undefined,
): string | undefined {
  return asked ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || profile?.get('region')?.value || undefined);
}

/** Where a service is asked and how it is reached, from the environment and the profile, in the order of the AWS CLI. */
export function connectionOf(
  asked: string | undefined,
  name: string,
  files: SharedFiles,
  around: Pick<Surroundings, 'env' | 'home' | 'cwd'>,
  service: QueryService = 'sts',
): Connection {
  const { env } = around;
  const profile = files.profiles.get(name);
  const region = regionOf(asked, env, profile);
  if (region === undefined) {
    throw wrong(
      `there is no region to ask ${service.toUpperCase()} in`,
      `--region REGION, AWS_REGION, a cluster ARN, or "region" in profile ${name} of ${files.configFile} names one`,
    );
  }
  const setting = (variable: string, key: string): string | undefined => env[variable] || profile?.get(key)?.value || undefined;
  const yes = (variable: string, key: string): boolean => setting(variable, key)?.toLowerCase() === 'true';
  const options = {
    fips: yes('AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint'),
    dualStack: yes('AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint'),
    legacy: setting('AWS_STS_REGIONAL_ENDPOINTS', 'sts_regional_endpoints')?.toLowerCase() === 'legacy',
  };
  const found = service === 'sts' ? stsEndpoint(region, options) : queryEndpoint(service, region, options);
  if ('error' in found) throw wrong(found.error);
  const url = yes('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'ignore_configured_endpoint_urls')
    ? undefined
    : configuredUrl(service, env, profile, files);
  const endpoint = url === undefined ? found : { url: checkedUrl(url), signingRegion: region };
  const caBundle = setting('AWS_CA_BUNDLE', 'ca_bundle');
  const proxy = proxyFor(endpoint.url, env);
  return {
    region,
    endpoint,
    ...(caBundle === undefined ? {} : { caBundle: pathOf(caBundle, around) }),
    ...(proxy === undefined ? {} : { proxy }),
  };
}

/** A service that the AWS SDK is asked with; its own endpoint is the SDK's to know. */
export type SdkService = 'iam' | 'eks' | 'organizations';

/** How a service is reached with the AWS SDK, as the environment and the profile say it. */
export interface Reach {
  /** Another address than the region's. */
  readonly endpoint?: string;
  readonly caBundle?: string;
  readonly proxy?: string;
  readonly fips: boolean;
  readonly dualStack: boolean;
}

/** Services that have one endpoint for a partition; only the host that NO_PROXY is compared with hangs on it. */
const GLOBAL: readonly SdkService[] = ['iam', 'organizations'];

/**
 * How a service is reached in a region, in the order of the AWS CLI. Throws a CredentialsError where the environment or the
 * files are wrong.
 *
 * @param asked the profile, as `profileName` takes it
 */
export function serviceReach(
  service: SdkService,
  region: string,
  asked: string | undefined,
  around: Pick<Surroundings, 'env' | 'home' | 'cwd'>,
): Reach {
  const { env } = around;
  const files = readSharedFiles(around);
  const profile = files.profiles.get(profileName(asked, env));
  const setting = (variable: string, key: string): string | undefined => env[variable] || profile?.get(key)?.value || undefined;
  const yes = (variable: string, key: string): boolean => setting(variable, key)?.toLowerCase() === 'true';
  const url = yes('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'ignore_configured_endpoint_urls')
    ? undefined
    : configuredUrl(service, env, profile, files);
  const endpoint = url === undefined ? undefined : checkedUrl(url);
  const { domain } = PARTITIONS[partitionOfRegion(region) ?? 'aws'];
  const usual = `https://${service}.${GLOBAL.includes(service) ? '' : `${region}.`}${domain}`;
  const caBundle = setting('AWS_CA_BUNDLE', 'ca_bundle');
  const proxy = proxyFor(endpoint ?? usual, env);
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(caBundle === undefined ? {} : { caBundle: pathOf(caBundle, around) }),
    ...(proxy === undefined ? {} : { proxy }),
    fips: yes('AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint'),
    dualStack: yes('AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint'),
  };
}

/** SDK and tools reference guide, "Service-specific endpoints": the environment before the file, the service before all. */
function configuredUrl(
  service: QueryService | SdkService,
  env: Surroundings['env'],
  profile: ProfileSettings | undefined,
  files: SharedFiles,
): { readonly text: string; readonly by: string } | undefined {
  for (const by of [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, 'AWS_ENDPOINT_URL']) {
    const text = env[by];
    if (text) return { text, by };
  }
  const services = profile?.get('services')?.value;
  const own = services === undefined ? undefined : files.services.get(services)?.get(service);
  const nested = own?.nested?.get('endpoint_url');
  if (own !== undefined && nested?.value) return { text: nested.value, by: `endpoint_url of ${service} at ${own.at}` };
  const general = profile?.get('endpoint_url');
  return general?.value ? { text: general.value, by: `endpoint_url at ${general.at}` } : undefined;
}

function checkedUrl({ text, by }: { readonly text: string; readonly by: string }): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw wrong(`${by} is not a URL with https:// or http://`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw wrong(`${by} may have a host, a port and a path, and no more`);
  return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

/** The proxy of the environment for a URL, with the exceptions of NO_PROXY (names with all below them, addresses, `*`). */
export function proxyFor(endpoint: string, env: Surroundings['env']): string | undefined {
  const { protocol, hostname, port } = new URL(endpoint);
  const variable = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const proxy = env[variable] || env[variable.toUpperCase()] || env['all_proxy'] || env['ALL_PROXY'];
  if (!proxy) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  for (const entry of (env['no_proxy'] || env['NO_PROXY'] || '').toLowerCase().split(/[\s,]+/)) {
    const [, name = '', onPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    if (entry === '*') return undefined;
    if (name !== '' && (onPort === undefined || onPort === port) && (host === name || host.endsWith(`.${name}`)))
      return undefined;
  }
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}
