import type { QueryService } from './endpoint.ts';
import { credentialScope, encode, sha256, signatureOf, signedHeaderNames, signingDate } from './sign.ts';
import type { Credentials, StsEndpoint } from './types.ts';

/** A request of STS, or of another service of the query protocol, ready to be sent. */
export interface StsPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A call of STS as a POST of the query protocol, signed in its headers; without credentials it is not signed, as
 * AssumeRoleWithWebIdentity wants it (facts/iam.md §4.1).
 *
 * @param more headers beside those that each call has, signed with them; names in small letters
 * @example stsPost({ Action: 'GetCallerIdentity' }, endpoint, credentials, new Date())
 */
export function stsPost(
  parameters: Readonly<Record<string, string>>,
  endpoint: StsEndpoint,
  credentials: Credentials | undefined,
  at: Date,
  more: Readonly<Record<string, string>> = {},
): StsPost {
  return queryPost('sts', parameters, endpoint, credentials, at, more);
}

/** Versions of the services' interfaces. */
const VERSIONS: Readonly<Record<QueryService, string>> = { sts: '2011-06-15', ec2: '2016-11-15' };

/**
 * A call of any service of the query protocol, as `stsPost` makes one of STS.
 *
 * @example queryPost('ec2', { Action: 'DescribeInstances' }, endpoint, credentials, new Date())
 */
export function queryPost(
  service: QueryService,
  parameters: Readonly<Record<string, string>>,
  endpoint: StsEndpoint,
  credentials: Credentials | undefined,
  at: Date,
  more: Readonly<Record<string, string>> = {},
): StsPost {
  const { host, pathname } = new URL(endpoint.url);
  const body = Object.entries({ ...parameters, Version: VERSIONS[service] })
    .map((pair) => pair.map(encode).join('='))
    .join('&');
  const type = 'application/x-www-form-urlencoded; charset=utf-8';
  if (credentials === undefined) return { url: endpoint.url, headers: { 'content-type': type, ...more }, body };
  const date = signingDate(at);
  const scope = { date, region: endpoint.signingRegion, service };
  const token = credentials.sessionToken;
  const headers: Record<string, string> = {
    'content-type': type,
    host,
    'x-amz-date': date,
    ...more,
    ...(token === undefined ? {} : { 'x-amz-security-token': token }),
  };
  const signed = Object.entries(headers);
  const signature = signatureOf(
    { method: 'POST', path: pathname, query: [], headers: signed, bodyHash: sha256(body) },
    { ...scope, secretAccessKey: credentials.secretAccessKey },
  );
  headers['authorization'] = [
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${credentialScope(scope)}`,
    `SignedHeaders=${signedHeaderNames(signed)}`,
    `Signature=${signature}`,
  ].join(', ');
  return { url: endpoint.url, headers, body };
}
