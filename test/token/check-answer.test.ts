import { describe, expect, test } from 'vitest';
import { readStsAnswer } from '../../src/rules/token/check-answer.ts';

const ACCOUNT = '222222222222';
const from = (status: number, body: string): ReturnType<typeof readStsAnswer> =>
  readStsAnswer({ status, body, region: 'us-west-2', accessKeyId: 'ASIAEXAMPLE', secrets: ['0f068d5675ce', 'tok/en+='] });
const answer = (arn: string, userId: string, account = ACCOUNT): string =>
  JSON.stringify({
    GetCallerIdentityResponse: {
      GetCallerIdentityResult: { Account: account, Arn: arn, UserId: userId },
      ResponseMetadata: { RequestId: '00000000-0000-0000-0000-000000000000' },
    },
  });

test.each([
  [
    `arn:aws:sts::${ACCOUNT}:assumed-role/ci/build-7`,
    'AROAEXAMPLE:build-7',
    `arn:aws:iam::${ACCOUNT}:role/ci`,
    'AROAEXAMPLE',
    'build-7',
  ],
  [
    `arn:aws-cn:sts::${ACCOUNT}:assumed-role/ci/ann@example.com`,
    'AROAEXAMPLE:ann@example.com',
    `arn:aws-cn:iam::${ACCOUNT}:role/ci`,
    'AROAEXAMPLE',
    'ann@example.com',
  ],
  [`arn:aws:sts::${ACCOUNT}:assumed-role/x/y/ci/s`, 'AROAEXAMPLE:s', `arn:aws:iam::${ACCOUNT}:role/x/y/ci`, 'AROAEXAMPLE', 's'],
  [`arn:aws:iam::${ACCOUNT}:user/team/Ann`, 'AIDAEXAMPLE', `arn:aws:iam::${ACCOUNT}:user/team/Ann`, 'AIDAEXAMPLE', ''],
  [`arn:aws:iam::${ACCOUNT}:root`, ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`, ACCOUNT, ''],
  [
    `arn:aws:sts::${ACCOUNT}:federated-user/bob`,
    `${ACCOUNT}:bob`,
    `arn:aws:sts::${ACCOUNT}:federated-user/bob`,
    `${ACCOUNT}:bob`,
    '',
  ],
])('%s is known', (arn, id, canonicalArn, userId, sessionName) => {
  expect(from(200, answer(arn, id))).toEqual({
    arn,
    canonicalArn,
    accountId: ACCOUNT,
    userId,
    sessionName,
    accessKeyId: 'ASIAEXAMPLE',
  });
});

const role = `arn:aws:sts::${ACCOUNT}:assumed-role/ci/build-7`;

describe('answers that name nobody', () => {
  test.each([
    [
      20,
      403,
      '{"Error":{"Code":"SignatureDoesNotMatch","Message":"The request signature we calculated does not match.","Type":"Sender"},"RequestId":"x"}',
      'error from AWS (expected 200, got 403) on us-west-2 endpoint. Body: SignatureDoesNotMatch: The request signature we calculated does not match.',
    ],
    [
      20,
      403,
      '<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>',
      'error from AWS (expected 200, got 403) on us-west-2 endpoint. Body: ExpiredToken: The security token included in the request is expired',
    ],
    [20, 302, '', 'error from AWS (expected 200, got 302) on us-west-2 endpoint. Body: not an error of STS (0 characters)'],
    [
      20,
      500,
      '<html>broken</html>',
      'error from AWS (expected 200, got 500) on us-west-2 endpoint. Body: not an error of STS (19 characters)',
    ],
    [21, 200, '<GetCallerIdentityResponse/>', "invalid character '<' looking for beginning of value"],
    [21, 200, '', 'unexpected end of JSON input'],
    [21, 200, 'null', 'the answer is no GetCallerIdentityResponse'],
    [
      21,
      200,
      '{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"Account":222222222222}}}',
      'the answer is no GetCallerIdentityResponse',
    ],
    [22, 200, answer('nobody', 'x'), "arn 'nobody' is invalid"],
    [
      22,
      200,
      answer(`arn:aws:sts::${ACCOUNT}:assumed-role/ci`, 'AROA:x'),
      `assumed-role arn 'arn:aws:sts::${ACCOUNT}:assumed-role/ci' does not have a role`,
    ],
    [
      22,
      200,
      answer(`arn:mars:iam::${ACCOUNT}:user/ann`, 'AIDA'),
      `arn 'arn:mars:iam::${ACCOUNT}:user/ann' does not have a recognized partition`,
    ],
    [
      22,
      200,
      answer(`arn:aws:ec2::${ACCOUNT}:instance/i-1`, 'AIDA'),
      `service ec2 in arn arn:aws:ec2::${ACCOUNT}:instance/i-1 is not a valid service for identities`,
    ],
    [22, 200, answer(role, 'AROA:build-7', '111111111111'), 'the account of the answer is not that of its ARN'],
    [22, 200, answer(`${role}\u202e`, 'AROA:build-7'), "arn is invalid: 'arn: not a text of printable characters'"],
    [23, 200, answer(role, 'AROA:a:b'), 'malformed UserID "AROA:a:b"'],
    [23, 200, answer(role, 'AROA'), 'malformed UserID "AROA"'],
    [23, 200, answer(`arn:aws:iam::${ACCOUNT}:user/ann`, 'AIDA\n'), 'malformed UserID'],
  ])('check %i, status %i: %s', (check, status, body, text) => {
    expect(from(status, body)).toMatchObject({ check, kind: 'sts', error: `sts getCallerIdentity failed: ${text}` });
  });
});

test.each([
  [400, '{"Error":{"Code":"Throttling","Message":"Rate exceeded","Type":"Sender"},"RequestId":"x"}'],
  [503, '<ErrorResponse><Error><Code>ThrottlingException</Code></Error></ErrorResponse>'],
  [429, ''],
])('%i %s is throttling and no refusal', (status, body) => {
  expect(from(status, body)).toMatchObject({ check: 20, kind: 'throttled' });
});

test('the code of an error is kept for who decides what to do', () => {
  expect(from(403, '{"Error":{"Code":"SignatureDoesNotMatch","Message":"x"}}')).toMatchObject({ code: 'SignatureDoesNotMatch' });
});

test('nothing of the token comes back in a message, whatever STS repeats', () => {
  const message = 'no match for 0f068d5675ce and tok/en+= and tok%2Fen%2B%3D\nGET\n/\nX-Amz-Security-Token=tok%2Fen';
  const refusal = from(403, JSON.stringify({ Error: { Code: 'SignatureDoesNotMatch', Message: message } }));
  expect(refusal).toMatchObject({ error: expect.stringMatching(/no match for … and … and …$/) as unknown });
});
