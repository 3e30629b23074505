import { describe, expect, it } from 'vitest';
import { readCredentialFlags } from '../../src/cli/credential-flags.ts';

const one = 'arn:aws:iam::111111111111:role/one';
const two = 'arn:aws-cn:iam::222222222222:role/team/two';
const read = (line: string) => readCredentialFlags(line.split(' '), { '--output': 'value', '-o': 'value', '--raw': 'switch' });

describe('credential flags', () => {
  it.each([
    [
      '--cluster prod --region eu-west-1 --profile ci',
      { cluster: { name: 'prod' }, region: 'eu-west-1', profile: 'ci', roles: [] },
    ],
    ['--cluster-name=prod --output json', { cluster: { name: 'prod' }, own: { '--output': 'json' } }],
    ['--cluster-id 2b1c', { cluster: { name: '2b1c' } }],
    [
      '--cluster arn:aws-cn:eks:cn-north-1:222222222222:cluster/prod',
      { cluster: { name: 'prod', arn: 'arn:aws-cn:eks:cn-north-1:222222222222:cluster/prod' }, region: 'cn-north-1' },
    ],
    [`--role-arn ${one} --raw inspect -`, { roles: [{ arn: one }], own: { '--raw': true }, words: ['inspect', '-'] }],
    [
      `--role ${one} --external-id a/b --tag a=b=c --tag d= --role ${two} --session-name me@x --duration 45m --source-identity me --mfa-serial 123456789`,
      {
        roles: [
          {
            arn: one,
            externalId: 'a/b',
            tags: [
              ['a', 'b=c'],
              ['d', ''],
            ],
          },
          { arn: two, sessionName: 'me@x', durationSeconds: 2700, sourceIdentity: 'me', mfaSerial: '123456789' },
        ],
      },
    ],
    [`--external-id ab --duration 900 --role ${one}`, { roles: [{ arn: one, externalId: 'ab', durationSeconds: 900 }] }],
    ['-o json -- --raw', { own: { '-o': 'json' }, words: ['--raw'] }],
  ])('%s', (line, expected) => expect(read(line)).toMatchObject(expected));

  it.each([
    ['--external-id ab', /belongs to a role, and there is no --role/],
    [`--external-id ab --role ${one} --role ${two}`, /before every --role, and there are 2 roles/],
    [`--role ${one} --session-name a`, /--session-name is 2 to 64/],
    [`--role ${one} --session-name ab --session-name cd`, /stands twice for arn/],
    [`--role ${one} --tag Team=a --tag team=b`, /--tag team= stands twice/],
    [`--role ${one} --tag =b`, /--tag is KEY=VALUE/],
    [`--role ${one} --duration 10m`, /--duration is 900 to 43200/],
    [`--role ${one} --source-identity aws:me`, /does not start with aws:/],
    ['--role arn:aws:sts::111111111111:assumed-role/one/me', /the role itself is wanted/],
    ['--role one', /it is no ARN/],
    ['--cluster a --cluster-name b', /exclude each other/],
    ['--cluster arn:aws:eks:eu-west-1:111111111111:cluster/p --region us-east-1', /is not the region of the cluster/],
    ['--cluster arn:aws:iam::111111111111:role/p', /is not the ARN of a cluster/],
    ['--region', /--region needs a value/],
    ['--region --profile', /--region needs a value/],
    ['--profile a --profile b', /--profile stands twice/],
    ['--raw=1', /takes no value/],
    ['--regional x', /there is no flag --regional/],
  ])('refuses %s', (line, message) => expect(read(line)).toMatchObject({ error: expect.stringMatching(message) }));
});
