import { describe, expect, it } from 'vitest';
import {
  canonicalRequest,
  type EndpointOptions,
  eksToken,
  queryEndpoint,
  readToken,
  sha256,
  stsEndpoint,
} from '../../src/rules/token/index.ts';
import { presignedCallerIdentity } from '../../src/rules/token/token.ts';

const example = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const oregon = { url: 'https://sts.us-west-2.amazonaws.com', signingRegion: 'us-west-2' };
const newYear = new Date('2026-01-01T00:00:00Z');
const demo = { cluster: 'demo', credentials: example, endpoint: oregon, at: newYear };

describe('a token', () => {
  it('is the one of facts/eks.md §1.2', () => {
    expect(eksToken(demo)).toBe(
      'k8s-aws-v1.aHR0cHM6Ly9zdHMudXMtd2VzdC0yLmFtYXpvbmF3cy5jb20vP0FjdGlvbj1HZXRDYWxsZXJJZGVudGl0eSZWZXJzaW9uPTIwMTEtMDYtMTUmWC1BbXotQWxnb3JpdGhtPUFXUzQtSE1BQy1TSEEyNTYmWC1BbXotQ3JlZGVudGlhbD1BS0lERVhBTVBMRSUyRjIwMjYwMTAxJTJGdXMtd2VzdC0yJTJGc3RzJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjAxMDFUMDAwMDAwWiZYLUFtei1FeHBpcmVzPTYwJlgtQW16LVNpZ25lZEhlYWRlcnM9aG9zdCUzQngtazhzLWF3cy1pZCZYLUFtei1TaWduYXR1cmU9MGYwNjhkNTY3NWNlOWM1ZDZhOGRlNmY4Njc2YmZkODc4MDZhMjYwNWRmZWY4MmRkM2Q1OWFkM2M5OWMwNGVlZQ',
    );
  });

  it('of temporary credentials has its session token after the signed headers and signs it in order', () => {
    const sessionToken = 'FQoGZXIvYXdzEXAMPLE/TOKEN+with=chars==';
    const url = presignedCallerIdentity({ ...demo, credentials: { ...example, sessionToken } });
    expect(url).toMatch(
      /&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Security-Token=FQoGZXIvYXdzEXAMPLE%2FTOKEN%2Bwith%3Dchars%3D%3D&X-Amz-Signature=97d8020c95c77b63425c7decd3a806a6a1f01ead59ef018082e5e06a87d294a4$/,
    );
  });

  it('is the golden one of facts/iam.md §4.6', () => {
    const url = presignedCallerIdentity({
      cluster: 'prod',
      credentials: {
        accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        sessionToken: 'FwoGZXIvYXdzEBYaDEXAMPLE+/=',
      },
      endpoint: { url: 'https://sts.eu-west-1.amazonaws.com', signingRegion: 'eu-west-1' },
      at: new Date('2026-11-23T20:00:00Z'),
    });
    expect(url).toMatch(/X-Amz-Signature=6bcbb183855b3f7a07a68fbfc2ec9ae8a50d5201d56652259a5ee0e9d8229b27$/);
  });

  it('canonicalises headers and queries as the rules say', () => {
    const text = canonicalRequest({
      method: 'GET',
      path: '/',
      query: [
        ['b', '2'],
        ['a', "(*'!)"],
        ['a', ' '],
      ],
      headers: [
        ['X-K8s-Aws-Id', '  two   words '],
        ['Host', 'h'],
      ],
      bodyHash: sha256(''),
    });
    expect(text.split('\n').slice(2, 7)).toEqual([
      'a=%20&a=%28%2A%27%21%29&b=2',
      'host:h',
      'x-k8s-aws-id:two words',
      '',
      'host;x-k8s-aws-id',
    ]);
  });
});

describe('reading a token', () => {
  it('tells whose key signed it, where and until when', () => {
    expect(readToken(eksToken(demo))).toMatchObject({
      scheme: 'https',
      host: 'sts.us-west-2.amazonaws.com',
      accessKeyId: 'AKIDEXAMPLE',
      region: 'us-west-2',
      service: 'sts',
      action: 'GetCallerIdentity',
      signedAt: newYear,
      diesAt: new Date('2026-01-01T00:15:00Z'),
      expiresSeconds: 60,
      temporary: false,
      bound: true,
    });
  });

  const made = (url: string): string => `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
  it.each([
    ['eyJhbGciOi', /does not start with "k8s-aws-v1\."/],
    ['k8s-aws-v1.aHR0cHM=', /base64url without padding/],
    [made('no url'), /not a URL/],
    [made('https://sts.amazonaws.com/?Action=GetCallerIdentity'), /no X-Amz-Credential/],
    [made('https://sts.amazonaws.com/?X-Amz-Credential=A/20260101/r/sts/aws4_request&X-Amz-Date=20261301T000000Z'), /X-Amz-Date/],
  ])('says what is wrong with %s', (token, message) => {
    expect(readToken(token)).toEqual({ error: expect.stringMatching(message) });
  });

  it('sees a header that is not signed', () => {
    const url = 'https://sts.amazonaws.com/?X-Amz-Credential=A/20260101/r/sts/aws4_request&X-Amz-Date=20260101T000000Z';
    expect(readToken(made(`${url}&X-Amz-SignedHeaders=host`))).toMatchObject({ bound: false, signedHeaders: ['host'] });
  });
});

describe('the endpoint of a region', () => {
  const cases: readonly (readonly [region: string, options: EndpointOptions, host: string, signingRegion?: string])[] = [
    ['us-west-2', {}, 'sts.us-west-2.amazonaws.com'],
    ['cn-north-1', {}, 'sts.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', {}, 'sts.us-gov-west-1.amazonaws.com'],
    ['us-gov-west-1', { fips: true }, 'sts.us-gov-west-1.amazonaws.com'],
    ['us-gov-west-1', { fips: true, dualStack: true }, 'sts-fips.us-gov-west-1.api.aws'],
    ['us-east-1', { fips: true }, 'sts-fips.us-east-1.amazonaws.com'],
    ['us-east-1', { dualStack: true }, 'sts.us-east-1.api.aws'],
    ['us-iso-east-1', {}, 'sts.us-iso-east-1.c2s.ic.gov'],
    ['us-isob-east-1', {}, 'sts.us-isob-east-1.sc2s.sgov.gov'],
    ['eusc-de-east-1', { dualStack: true }, 'sts.eusc-de-east-1.api.amazonwebservices.eu'],
    ['eu-middle-7', {}, 'sts.eu-middle-7.amazonaws.com'],
    ['moon-1', {}, 'sts.moon-1.amazonaws.com'],
    ['eu-west-1', { legacy: true }, 'sts.amazonaws.com', 'us-east-1'],
    ['eu-south-1', { legacy: true }, 'sts.eu-south-1.amazonaws.com'],
    ['cn-north-1', { legacy: true }, 'sts.cn-north-1.amazonaws.com.cn'],
    ['aws-global', {}, 'sts.amazonaws.com', 'us-east-1'],
  ];
  it.each(cases.map(([region, options, host, signing]) => ({ region, options, host, signing })))(
    '$region $options',
    ({ region, options, host, signing }) => {
      expect(stsEndpoint(region, options)).toEqual({ url: `https://${host}`, signingRegion: signing ?? region });
    },
  );

  it.each(['', 'eu-west-1.evil.example', 'a b', 'x/', '-a', 'eu-west-1\n'])('is refused for the region %j', (region) => {
    expect(stsEndpoint(region)).toHaveProperty('error');
  });
  it('says that a partition has no dual stack', () => {
    expect(stsEndpoint('us-iso-east-1', { dualStack: true })).toEqual({ error: expect.stringContaining('aws-iso') });
  });
});

// botocore 1.43, endpoint rules of EC2
it.each<readonly [string, EndpointOptions, string]>([
  ['eu-west-1', {}, 'ec2.eu-west-1.amazonaws.com'],
  ['cn-north-1', {}, 'ec2.cn-north-1.amazonaws.com.cn'],
  ['us-iso-east-1', {}, 'ec2.us-iso-east-1.c2s.ic.gov'],
  ['us-east-1', { legacy: true }, 'ec2.us-east-1.amazonaws.com'],
  ['us-east-1', { fips: true }, 'ec2-fips.us-east-1.amazonaws.com'],
  ['us-gov-west-1', { fips: true }, 'ec2.us-gov-west-1.amazonaws.com'],
  ['eu-west-1', { dualStack: true }, 'ec2.eu-west-1.api.aws'],
  ['eu-west-1', { fips: true, dualStack: true }, 'ec2-fips.eu-west-1.api.aws'],
])('EC2 of %s with %j', (region, options, host) => {
  expect(queryEndpoint('ec2', region, options)).toEqual({ url: `https://${host}`, signingRegion: region });
});
