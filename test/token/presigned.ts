/** The moment that the tokens of these tests were signed at. */
export const SIGNED_AT = Date.UTC(2026, 0, 1, 0, 0, 0);

/** A pre-signed URL as a signer writes it, with some of its parts changed; undefined leaves a parameter out. */
export function presigned(
  change: Readonly<Record<string, string | undefined>> = {},
  base = 'https://sts.us-west-2.amazonaws.com/',
): string {
  const parameters: Readonly<Record<string, string | undefined>> = {
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIDEXAMPLE/20260101/us-west-2/sts/aws4_request',
    'X-Amz-Date': '20260101T000000Z',
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    'X-Amz-Signature': '0f068d5675ce9c5d6a8de6f8676bfd87806a2605dfef82dd3d59ad3c99c04eee',
    ...change,
  };
  const query = Object.entries(parameters).flatMap(([key, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(value)}`],
  );
  return `${base}?${query.join('&')}`;
}

/** The token around a URL; its characters stand for bytes. */
export function tokenOf(url: string): string {
  return `k8s-aws-v1.${Buffer.from(url, 'latin1').toString('base64url')}`;
}
