import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalArn,
  formatArn,
  isPartition,
  PARTITIONS,
  parseArn,
  partitionOfRegion,
  readIdentity,
  stripPath,
} from '../../src/rules/arn/index.ts';

/** What the cluster compares with (aws-iam-authenticator pkg/arn/arn.go; facts §1.5). */
const CANONICAL: readonly [given: string, canonical: string][] = [
  ['arn:aws:sts::111111111111:assumed-role/R/S', 'arn:aws:iam::111111111111:role/R'],
  ['arn:aws:sts::111111111111:assumed-role/x/y/R/S', 'arn:aws:iam::111111111111:role/x/y/R'],
  ['arn:aws-us-gov:sts::111111111111:assumed-role/R/S', 'arn:aws-us-gov:iam::111111111111:role/R'],
  ['arn:aws:sts::111111111111:federated-user/N', 'arn:aws:sts::111111111111:federated-user/N'],
  ['arn:aws:iam::111111111111:role/a/R', 'arn:aws:iam::111111111111:role/a/R'],
  ['arn:aws:iam::111111111111:user/a/U', 'arn:aws:iam::111111111111:user/a/U'],
  ['arn:aws:iam::111111111111:root', 'arn:aws:iam::111111111111:root'],
];

const NO_CALLER: readonly [given: string, error: string][] = [
  ['arn:aws:sts::111111111111:assumed-role/R', 'does not have a role'],
  ['arn:aws:sts::111111111111:session/R', 'unrecognized resource session/R for service sts'],
  ['arn:aws:iam::111111111111:group/G', 'unrecognized resource group/G for service iam'],
  ['arn:aws:ec2:eu-west-1:111111111111:instance/i', 'is not a valid service for identities'],
  ['arn:aws-moon:iam::111111111111:role/R', 'does not have a recognized partition'],
  ['role/R', 'is invalid'],
  ['arn:aws:iam::111111111111', 'is invalid'],
];

describe('canonical', () => {
  test.each(CANONICAL)('%s', (given, arn) => expect(canonicalArn(given)).toEqual({ arn }));
  test.each(NO_CALLER)('%s', (given, error) => expect(canonicalArn(given)).toEqual({ error: expect.stringContaining(error) }));
});

test.each([
  ['arn:aws:iam::111111111111:role/a/b/R', 'arn:aws:iam::111111111111:role/R'],
  ['arn:aws:iam::111111111111:role/R', 'arn:aws:iam::111111111111:role/R'],
  ['arn:aws:iam::111111111111:user/a/U', 'arn:aws:iam::111111111111:user/a/U'],
  ['arn:aws:sts::111111111111:assumed-role/R/S', 'arn:aws:sts::111111111111:assumed-role/R/S'],
  ['nonsense', 'nonsense'],
])('the path of %s', (given, stripped) => expect(stripPath(given)).toBe(stripped));

test('what is written is read again, and a resource keeps its colons and slashes', () => {
  const part = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
  const blank = fc.constantFrom('', 'eu-west-1');
  const resource = fc.stringMatching(/^[a-z:/*]{1,12}$/);
  fc.assert(
    fc.property(part, part, blank, blank, resource, (partition, service, region, account, rest) => {
      const arn = { partition, service, region, account, resource: rest };
      expect(parseArn(formatArn(arn))).toEqual(arn);
    }),
  );
});

describe('identities', () => {
  test.each([
    ['arn:aws:iam::111111111111:role/team/ci', { kind: 'role', path: '/team/', name: 'ci' }],
    ['arn:aws:iam::111111111111:user/ann', { kind: 'user', path: '/', name: 'ann' }],
    ['arn:aws:iam::111111111111:root', { kind: 'root', name: '' }],
    ['arn:aws:sts::111111111111:assumed-role/ci/s', { kind: 'assumed-role', name: 'ci', session: 's' }],
    ['arn:aws:sts::111111111111:federated-user/ann', { kind: 'federated-user', name: 'ann' }],
    ['arn:aws:iam::111111111111:oidc-provider/a.b/c', { kind: 'oidc-provider', name: 'a.b/c' }],
    ['arn:aws:iam::111111111111:saml-provider/Okta_1.x-y', { kind: 'saml-provider', name: 'Okta_1.x-y' }],
    ['arn:aws:iam::111111111111:role/a_+=,.@-', { kind: 'role', name: 'a_+=,.@-' }],
    ['arn:aws:iam::111111111111:role/!~*/ci', { kind: 'role', path: '/!~*/', name: 'ci' }],
    ['arn:aws:sts::111111111111:assumed-role/ci/a_+=,.@-', { kind: 'assumed-role', session: 'a_+=,.@-' }],
  ])('%s', (arn, identity) =>
    expect(readIdentity(arn)).toMatchObject({ arn, account: '111111111111', partition: 'aws', ...identity }),
  );
  test.each([
    ['x', 'not an ARN'],
    ['arn:aws-moon:iam::111111111111:root', '"aws-moon" is not a partition'],
    ['arn:aws:s3:::bucket', 'names no caller'],
    ['arn:aws:iam:eu-west-1:111111111111:root', 'have no region'],
    ['arn:aws:iam::1:root', 'not an account id'],
    ['arn:aws:iam::111111111111:role/', 'is not a user, a role'],
    ['arn:aws:iam::111111111111:role/a/', 'is not a user, a role'],
    ['arn:aws:sts::111111111111:assumed-role/ci', 'is not a user, a role'],
    ['arn:aws:iam::111111111111:role/dep ', '"dep " cannot be the name of a role'],
    ['arn:aws:iam::111111111111:role/*', '"*" cannot be the name of a role'],
    ['arn:aws:iam::111111111111:role/x\u001b', 'cannot be the name of a role'],
    ['arn:aws:iam::111111111111:role/ä', 'cannot be the name of a role'],
    [`arn:aws:iam::111111111111:role/${'x'.repeat(65)}`, 'at most 64'],
    ['arn:aws:iam::111111111111:role/a b/ci', '"/a b/" cannot be the path of a role'],
    [`arn:aws:iam::111111111111:role/${'x'.repeat(511)}/ci`, 'cannot be the path of a role'],
    ['arn:aws:iam::111111111111:user/an:n', 'cannot be the name of a user'],
    ['arn:aws:sts::111111111111:assumed-role/c*/ss', '"c*" cannot be the name of a role'],
    ['arn:aws:sts::111111111111:assumed-role/ci/*', '"*" cannot be the name of a session'],
    [`arn:aws:sts::111111111111:assumed-role/ci/${'x'.repeat(65)}`, 'at most 64'],
    ['arn:aws:sts::111111111111:federated-user/a n', 'cannot be the name of a federated user'],
    ['arn:aws:iam::111111111111:oidc-provider/a b', 'cannot be the name of an OIDC provider'],
    ['arn:aws:iam::111111111111:oidc-provider/*', 'cannot be the name of an OIDC provider'],
    ['arn:aws:iam::111111111111:saml-provider/a/b', 'cannot be the name of a SAML provider'],
  ])('%s is none', (arn, error) => expect(readIdentity(arn)).toEqual({ error: expect.stringContaining(error) }));
});

test('regions belong to one partition each', () => {
  expect(partitionOfRegion('eu-central-1')).toBe('aws');
  expect(partitionOfRegion('us-gov-west-1')).toBe('aws-us-gov');
  expect(partitionOfRegion('cn-north-1')).toBe('aws-cn');
  expect(partitionOfRegion('moon-1')).toBeUndefined();
  expect(isPartition('toString')).toBe(false);
  for (const region of ['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1', 'eusc-de-east-1', 'us-east-1']) {
    expect(Object.values(PARTITIONS).filter(({ regions }) => regions.test(region))).toHaveLength(1);
  }
});
