import { credentialScope, encode, sha256, signatureOf, signedHeaderNames, signingDate } from './sign.ts';
import type { Credentials, StsEndpoint } from './types.ts';

/** A request of STS, ready to be sent. */
export interface StsPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A call of STS as a POST of the query protocol, signed in its headers; without credentials it is not signed, as
 * AssumeRoleWithWebIdentity wants it (facts/iam.md §4.1).
 *
 * @example stsPost({ Action: 'GetCallerIdentity' }, endpoint, credentials, new Date())
 */
export function stsPost(
  parameters: Readonly<Record<string, string>>,
  endpoint: StsEndpoint,
  credentials: Credentials | undefined,
  at: Date,
): StsPost {
  const { host, pathname } = new URL(endpoint.url);
  const body = Object.entries({ ...parameters, Version: '2011-06-15' })
    .map((pair) => pair.map(encode).join('='))
    .join('&');
  const type = 'application/x-www-form-urlencoded; charset=utf-8';
  if (credentials === undefined) return { url: endpoint.url, headers: { 'content-type': type }, body };
  const date = signingDate(at);
  const scope = { date, region: endpoint.signingRegion, service: 'sts' };
  const token = credentials.sessionToken;
  const headers: Record<string, string> = {
    'content-type': type,
    host,
    'x-amz-date': date,
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
