import { describe, expect, test } from 'vitest';
import { refuseHost, regionOfHost } from '../../src/rules/token/check-host.ts';

const ALL = ['aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws-not-a-partition'];
const COMMERCIAL =
  'us-east-1 us-east-2 us-west-1 us-west-2 ap-south-1 ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 eu-north-1 sa-east-1';

type Row = readonly [partition: string, host: string, region: string, ok: boolean];

/** Tests of aws-iam-authenticator pkg/token (TestSTSEndpoints), as told in facts/eks.md §1.4. */
const CONFORMANCE: readonly Row[] = [
  ['aws', 'sts.amazonaws.com', '', true],
  ...ALL.map((partition): Row => [partition, 'sts.amazonaws.com', '', false]),
  ['aws-cn', 'sts.cn-northwest-1.amazonaws.com.cn', '', true],
  ['aws-cn', 'sts.cn-north-1.amazonaws.com.cn', '', true],
  ['aws-cn', 'sts.us-iso-east-1.c2s.ic.gov', '', false],
  ['aws-cn', 'sts.not-a-region1.amazonaws.com.cn', '', false],
  ['aws-cn', 'sts.not-a-region2.amazonaws.com.cn', 'not-a-region2', true],
  ['aws-cn', 'sts.not-a-region5.amazonaws.com.cn', 'us-west-2', false],
  ['aws', 'sts-fips.us-west-2.amazonaws.com', '', true],
  ['aws', 'sts-fips.us-east-1.amazonaws.com', '', true],
  ...COMMERCIAL.split(' ').map((region): Row => ['aws', `sts.${region}.amazonaws.com`, '', true]),
  ['aws', 'sts.amazonaws.com.cn', '', false],
  ['aws', 'website.amazonaws.com', '', false],
  ['aws', 'sts.default-region.amazonaws.com', 'default-region', true],
  ['aws-iso', 'sts.us-iso-east-1.c2s.ic.gov', '', true],
  ['aws-iso', 'sts.cn-north-1.amazonaws.com.cn', '', false],
  ['aws-iso-b', 'sts.cn-north-1.amazonaws.com.cn', '', false],
  ['aws-us-gov', 'sts.us-gov-east-1.amazonaws.com', '', true],
  ['aws-cn', 'sts-fips.us-east-1.amazonaws.com', '', false],
  ['aws-cn', 'sts.us-isob-east-1.amazonaws.com.cn', '', false],
  ['aws-cn', 'sts.us-isob-east-1.amazonaws.com.cn', 'us-isob-east-1', true],
  ['aws-iso-b', 'sts.us-isob-east-1.amazonaws.com.cn', '', false],
  ['aws-iso-b', 'sts.us-isob-east-1.amazonaws.com.cn', 'us-isob-east-1', false],
  ['aws', 'sts.us-west-2.api.aws', '', true],
  ['aws-cn', 'sts.cn-north-1.api.amazonwebservices.com.cn', '', true],
  ['aws', 'sts.cn-north-1.api.amazonwebservices.com.cn', '', false],
  ['aws', 'sts.not-a-region.amazonaws.com', '', true],
  ['aws', 'sts.not-a-region.amazonaws.com', 'not-a-region', true],
  ['aws', 'sts.not-a-region.amazonaws.com', 'us-west-2', true],
  ['aws-cn', 'sts.not-a-region.amazonaws.com', 'not-a-region', false],
  ['aws-cn', 'sts.us-west-2.amazonaws.com.cn', '', false],
  ['aws', 'sts.us-west-2.amazonaws.com.cn', '', false],
];

/** The same rules where the table of the original has no row. */
const MORE: readonly Row[] = [
  ['aws-us-gov', 'sts-fips.us-gov-west-1.amazonaws.com', '', false],
  ['aws-us-gov', 'sts.us-gov-west-1.api.aws', '', true],
  ['aws-us-gov', 'sts-fips.us-gov-west-1.api.aws', '', true],
  ['aws-iso', 'sts-fips.us-iso-west-1.c2s.ic.gov', '', true],
  ['aws-iso-b', 'sts.us-isob-east-1.sc2s.sgov.gov', '', true],
  ['aws-iso-e', 'sts.eu-isoe-west-1.cloud.adc-e.uk', '', true],
  ['aws-iso-f', 'sts.us-isof-south-1.csp.hci.ic.gov', '', true],
  ['aws-eusc', 'sts.eusc-de-east-1.amazonaws.eu', '', true],
  ['aws-eusc', 'sts.eusc-de-east-1.api.amazonwebservices.eu', '', true],
  ['aws', 'sts.eusc-de-east-1.amazonaws.eu', '', false],
  ['aws', 'sts.aws-global.amazonaws.com', '', false],
  ['aws', 'sts-fips.us-west-2.api.aws', '', true],
];

describe.each([
  ['the table of the original', CONFORMANCE],
  ['more of the same', MORE],
])('%s', (_, rows) => {
  test.each(rows)('%s %s from "%s": %s', (partition, host, region, ok) => {
    expect(refuseHost(host, { partition, region, anyRegion: true }) === undefined).toBe(ok);
  });
});

test.each([
  ['aws', '', 'could not parse region for pre-signed URL , host is empty'],
  ['aws', 'google.com', 'could not parse region for pre-signed URL google.com, invalid host format: google.com'],
  ['aws-cn', 'sts.amazonaws.com', 'global endpoint unsupported in partition aws-cn'],
  [
    'aws',
    'sts.-x.amazonaws.com',
    'could not parse region for pre-signed URL sts.-x.amazonaws.com, invalid region identifier format provided: -x',
  ],
  [
    'aws',
    'sts.a_b.amazonaws.com',
    'could not parse region for pre-signed URL sts.a_b.amazonaws.com, invalid region identifier format provided: a_b',
  ],
  ['aws', 'sts.us-west-2.example.com', 'unexpected hostname "sts.us-west-2.example.com" in pre-signed URL'],
  ['aws', 'sts.cn-north-1.amazonaws.com.cn', 'partition {aws} does not support hostname sts.cn-north-1.amazonaws.com.cn'],
])('in %s, "%s" is refused with the words of the original', (partition, host, error) => {
  expect(refuseHost(host, { partition })).toBe(error);
});

test('without anyRegion a region of no known form is taken only if the server stands in it', () => {
  expect(refuseHost('sts.not-a-region.amazonaws.com', { partition: 'aws' })).toBeDefined();
  expect(refuseHost('sts.not-a-region.amazonaws.com', { partition: 'aws', region: 'not-a-region' })).toBeUndefined();
});

test('a message about a host never grows with it', () => {
  expect(refuseHost(`sts.${'x'.repeat(3000)}.com`, { partition: 'aws' })?.length).toBeLessThan(300);
});

test.each([
  ['sts.amazonaws.com', 'global'],
  ['sts.eu-west-1.amazonaws.com', 'eu-west-1'],
])('%s is called %s in messages', (host, region) => {
  expect(regionOfHost(host)).toBe(region);
});
