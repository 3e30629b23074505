import { describe, expect, test } from 'vitest';
import { type CheckedToken, checkToken } from '../../src/rules/token/check.ts';
import type { TokenRefusal } from '../../src/rules/token/check-refusal.ts';
import { presigned, SIGNED_AT, tokenOf } from './presigned.ts';

const GOOD = presigned();
const options = { partition: 'aws', now: SIGNED_AT + 60_000 };
const check = (token: string): CheckedToken | TokenRefusal => checkToken(token, options);
const FORMAT = 'input token was not properly formatted: ';

describe('each check refuses what no other check refuses', () => {
  // [check, token, the words after the class of the error]; the words are aws-iam-authenticator's (facts/eks.md §1.3).
  const refused: readonly (readonly [number, string, string, string])[] = [
    [1, 'one byte too long', `${tokenOf(GOOD)}`.padEnd(4097, 'A'), 'token is too large'],
    [2, 'no prefix', tokenOf(GOOD).slice('k8s-aws-v1.'.length), 'token is missing expected "k8s-aws-v1." prefix'],
    [2, 'prefix in capitals', tokenOf(GOOD).replace('k8s', 'K8S'), 'token is missing expected "k8s-aws-v1." prefix'],
    [2, 'the prefix of another version', tokenOf(GOOD).replace('v1', 'v2'), 'token is missing expected "k8s-aws-v1." prefix'],
    [3, 'not base64url', 'k8s-aws-v1.abcd*', 'illegal base64 data at input byte 4'],
    [3, 'padding', `${tokenOf('https://a/')}=`, 'illegal base64 data at input byte 14'],
    [3, 'a length that no bytes have', 'k8s-aws-v1.abcde', 'illegal base64 data at input byte 4'],
    [4, 'no scheme', tokenOf(':ab'), 'parse "…": missing protocol scheme'],
    [4, 'control character', tokenOf(`${GOOD}\u0000`), 'parse "…": net/url: invalid control character in URL'],
    [5, 'http', tokenOf(GOOD.replace('https:', 'http:')), 'unexpected scheme "http" in pre-signed URL'],
    [5, 'no scheme before the host', tokenOf(GOOD.replace('https:', '')), 'unexpected scheme "" in pre-signed URL'],
    [
      6,
      'a host of another service',
      tokenOf(presigned({}, 'https://s3.us-west-2.amazonaws.com/')),
      'unexpected hostname "s3.us-west-2.amazonaws.com" in pre-signed URL',
    ],
    [6, 'no host', tokenOf(presigned({}, 'https:///')), 'could not parse region for pre-signed URL , host is empty'],
    [7, 'a path', tokenOf(presigned({}, 'https://sts.us-west-2.amazonaws.com/x')), 'unexpected path in pre-signed URL'],
    [7, 'no path', tokenOf(presigned({}, 'https://sts.us-west-2.amazonaws.com')), 'unexpected path in pre-signed URL'],
    [8, 'a broken escape', tokenOf(`${GOOD}%zz`), 'malformed query parameter'],
    [8, 'a semicolon between parameters', tokenOf(GOOD.replace('&Version', ';Version')), 'malformed query parameter'],
    [
      9,
      'one key in two spellings',
      tokenOf(`${GOOD}&x-amz-credential=eve`),
      'duplicate query parameter found: "x-amz-credential"',
    ],
    [10, 'a key too many', tokenOf(presigned({ NoInWhiteList: 'x' })), 'non-whitelisted query parameter "NoInWhiteList"'],
    [11, 'one key twice', tokenOf(`${GOOD}&Version=2011-06-15`), 'query parameter with multiple values not supported'],
    [12, 'another action', tokenOf(presigned({ Action: 'AssumeRole' })), 'unexpected action parameter in pre-signed URL'],
    [
      12,
      'the action in another spelling',
      tokenOf(presigned({ Action: 'getcalleridentity' })),
      'unexpected action parameter in pre-signed URL',
    ],
    [12, 'no action', tokenOf(presigned({ Action: undefined })), 'unexpected action parameter in pre-signed URL'],
    [
      13,
      'a token bound to no cluster',
      tokenOf(presigned({ 'X-Amz-SignedHeaders': 'host' })),
      'client did not sign the x-k8s-aws-id header in the pre-signed URL',
    ],
    [
      13,
      'a header that only begins alike',
      tokenOf(presigned({ 'X-Amz-SignedHeaders': 'host;x-k8s-aws-id2' })),
      'client did not sign the x-k8s-aws-id header in the pre-signed URL',
    ],
    [
      14,
      'too long a life',
      tokenOf(presigned({ 'X-Amz-Expires': '9999999' })),
      'invalid X-Amz-Expires parameter in pre-signed URL: 9999999',
    ],
    [
      14,
      'one second too long a life',
      tokenOf(presigned({ 'X-Amz-Expires': '901' })),
      'invalid X-Amz-Expires parameter in pre-signed URL: 901',
    ],
    [
      14,
      'a life below nothing',
      tokenOf(presigned({ 'X-Amz-Expires': '-1' })),
      'invalid X-Amz-Expires parameter in pre-signed URL: -1',
    ],
    [
      14,
      'a life that is no number',
      tokenOf(presigned({ 'X-Amz-Expires': 'soon' })),
      'invalid X-Amz-Expires parameter in pre-signed URL: 0',
    ],
    [14, 'no life', tokenOf(presigned({ 'X-Amz-Expires': undefined })), 'invalid X-Amz-Expires parameter in pre-signed URL: 0'],
    [15, 'no date', tokenOf(presigned({ 'X-Amz-Date': undefined })), 'X-Amz-Date parameter must be present in pre-signed URL'],
    [
      16,
      'a date of another form',
      tokenOf(presigned({ 'X-Amz-Date': 'xxxxxxx' })),
      'error parsing X-Amz-Date parameter xxxxxxx into format 20060102T150405Z: parsing time "xxxxxxx" as "20060102T150405Z": cannot parse "xxxxxxx" as "2006"',
    ],
    [
      16,
      'a thirteenth month',
      tokenOf(presigned({ 'X-Amz-Date': '20261301T000000Z' })),
      'error parsing X-Amz-Date parameter 20261301T000000Z into format 20060102T150405Z: parsing time "20261301T000000Z": month out of range',
    ],
    [
      16,
      'the thirtieth of February',
      tokenOf(presigned({ 'X-Amz-Date': '20260230T000000Z' })),
      'error parsing X-Amz-Date parameter 20260230T000000Z into format 20060102T150405Z: parsing time "20260230T000000Z": day out of range',
    ],
    [
      17,
      'a token of long ago',
      tokenOf(presigned({ 'X-Amz-Date': '19900422T010203Z' })),
      'X-Amz-Date parameter is expired (15 minute expiration) 1990-04-22 01:02:03 +0000 UTC',
    ],
  ];

  test.for(refused)('%i: %s', ([number, , token, words]) => {
    expect(check(token)).toEqual({ check: number, kind: 'format', error: `${FORMAT}${words}` });
  });

  test('there is a case for each check that asks nobody', () => {
    expect([...new Set(refused.map(([number]) => number))]).toEqual(Array.from({ length: 17 }, (_, i) => i + 1));
  });
});

describe('tokens that pass', () => {
  const passed: readonly (readonly [string, string])[] = [
    ['as a signer writes it', GOOD],
    ['keys in lower case', GOOD.replaceAll(/X-Amz-[A-Za-z]+/g, (key) => key.toLowerCase())],
    ['a scheme in capitals', GOOD.replace('https', 'HTTPS')],
    ['the header in capitals', presigned({ 'X-Amz-SignedHeaders': 'Host;X-K8S-AWS-ID' })],
    ['the longest life', presigned({ 'X-Amz-Expires': '900' })],
    ['no life at all', presigned({ 'X-Amz-Expires': '0' })],
    ['a session token', presigned({ 'X-Amz-Security-Token': 'FQoGZXIvYXdzEXAMPLE/TOKEN+with=chars==' })],
    ['signed in the future, which STS judges', presigned({ 'X-Amz-Date': '20260101T010000Z' })],
    ['escapes that are not needed', GOOD.replace('GetCallerIdentity', 'Get%43allerIdentity')],
  ];

  test.for(passed)('%s', ([, url]) => {
    expect(check(tokenOf(url))).toMatchObject({
      host: 'sts.us-west-2.amazonaws.com',
      accessKeyId: 'AKIDEXAMPLE',
      region: 'us-west-2',
    });
  });

  test('what is asked for is what was checked, written anew', () => {
    const url = presigned({ 'X-Amz-Security-Token': "a/b+c=!'()*" }).replace('GetCaller', '%47etCaller');
    const checked = check(tokenOf(url)) as CheckedToken;
    expect(checked.origin).toBe('https://sts.us-west-2.amazonaws.com');
    expect(checked.path).toContain('/?Action=GetCallerIdentity&Version=2011-06-15&');
    expect(checked.path).toContain('X-Amz-Security-Token=a%2Fb%2Bc%3D%21%27%28%29%2A');
  });

  test('a token dies fifteen minutes after its date, to the millisecond', () => {
    const at = (now: number): CheckedToken | TokenRefusal => checkToken(tokenOf(GOOD), { partition: 'aws', now });
    expect(at(SIGNED_AT + 15 * 60_000)).toMatchObject({ expiresAt: SIGNED_AT + 15 * 60_000 });
    expect(at(SIGNED_AT + 15 * 60_000 + 1)).toMatchObject({ check: 17 });
  });

  test('4096 bytes are not too many, and bytes are counted, not characters', () => {
    expect(check(tokenOf(GOOD).padEnd(4096, 'A'))).not.toMatchObject({ check: 1 });
    expect(check('€'.repeat(1400))).toMatchObject({ check: 1 });
  });

  test('a host of a lab counts only where the server was told so', () => {
    const token = tokenOf(presigned({}, 'http://127.0.0.1:4566/'));
    expect(check(token)).toMatchObject({ check: 5 });
    expect(checkToken(token, { ...options, labOrigins: ['http://127.0.0.1:4566'] })).toMatchObject({
      origin: 'http://127.0.0.1:4566',
      region: 'lab',
    });
    expect(checkToken(token, { ...options, labOrigins: ['http://127.0.0.1:4567'] })).toMatchObject({ check: 5 });
  });
});

describe('requests smuggled into a token (CVE-2022-2385 and its relatives)', () => {
  const host = 'sts.us-west-2.amazonaws.com';
  const smuggled: readonly (readonly [string, string, number])[] = [
    ['Action twice', `${GOOD}&Action=AssumeRole`, 11],
    ['Action first with another value', GOOD.replace('?', '?Action=AssumeRole&'), 11],
    ['action beside Action', `${GOOD}&action=GetCallerIdentity`, 9],
    ['ACTION beside Action', GOOD.replace('?', '?ACTION=GetSessionToken&'), 9],
    ['Action spelled by an escape beside Action', `${GOOD}&%41ction=AssumeRole`, 11],
    ['action spelled by an escape beside Action', `${GOOD}&%61ction=AssumeRole`, 9],
    ['the signed headers twice', `${GOOD}&x-amz-signedheaders=host`, 9],
    ['an action with a blank', presigned({ Action: 'GetCallerIdentity ' }), 12],
    ['an action with a plus, which is a blank', GOOD.replace('GetCallerIdentity', 'GetCallerIdentity+'), 12],
    ['an action with a line break', GOOD.replace('GetCallerIdentity', 'GetCallerIdentity%0a'), 8],
    ['an action with a null', GOOD.replace('GetCallerIdentity', 'GetCallerIdentity%00'), 8],
    ['a second parameter inside a value', GOOD.replace('GetCallerIdentity', 'GetCallerIdentity%26Action=AssumeRole'), 12],
    ['a semicolon as separator', `${GOOD};Action=AssumeRole`, 8],
    ['an empty parameter', GOOD.replace('&', '&&'), 8],
    ['a parameter without a name', `${GOOD}&=x`, 8],
    ['a parameter without a value', `${GOOD}&RoleArn`, 10],
    ['a blank before a name', `${GOOD}&+Action=AssumeRole`, 10],
    ['the name of the header with a Kelvin sign', GOOD.replace('x-k8s', 'x-%E2%84%AA8s'), 8],
    ['an action with a dotted capital i', GOOD.replace('Action', 'Act%C4%B0on'), 8],
    ['an action with a letter of another script', GOOD.replace('Action', '%D0%90ction'), 8],
    ['raw bytes above ASCII', `${GOOD}\u00e9`, 4],
    ['a blank in the URL', GOOD.replace('&', ' &'), 4],
    ['a tab in the URL', GOOD.replace('&', '\t&'), 4],
    ['a line break before the host', GOOD.replace('//', '//\r\n'), 4],
    ['a fragment', `${GOOD}#x`, 4],
    ['a fragment instead of a query', GOOD.replace('?', '#'), 4],
    ['a user before the host', GOOD.replace('//', '//eve@'), 4],
    ['an allowed host as the user', GOOD.replace(host, `${host}@evil.example`), 4],
    ['an allowed host as user and password', GOOD.replace(host, `${host}:443@evil.example`), 4],
    ['a backslash after the host', GOOD.replace(`${host}/`, `${host}\\@evil.example/`), 4],
    ['an escape in the host', GOOD.replace('sts.', '%73ts.'), 4],
    ['a port', GOOD.replace(host, `${host}:443`), 6],
    ['an empty port', GOOD.replace(host, `${host}:`), 6],
    ['a port that is none', GOOD.replace(host, `${host}:x`), 4],
    ['a trailing dot', GOOD.replace(host, `${host}.`), 6],
    ['a leading dot', GOOD.replace(host, `.${host}`), 6],
    ['two dots', GOOD.replace('sts.', 'sts..'), 6],
    ['a host in capitals', GOOD.replace(host, host.toUpperCase()), 6],
    ['an allowed host as the beginning of another', GOOD.replace(host, `${host}.evil.example`), 6],
    ['an allowed host as the end of another', GOOD.replace(host, `evil-${host}`), 6],
    ['a bucket with the name of STS', GOOD.replace(host, 'sts.s3.amazonaws.com'), 6],
    ['a balancer in the region', GOOD.replace(host, 'sts.us-west-2.elb.amazonaws.com'), 6],
    ['an address', GOOD.replace(host, '169.254.169.254'), 6],
    ['an address of six', GOOD.replace(host, '[::1]'), 6],
    ['localhost', GOOD.replace(host, 'localhost'), 6],
    ['a host of the other reading of a URL', GOOD.replace('https://', 'https:\\\\'), 6],
    ['no slashes', GOOD.replace('https://', 'https:'), 6],
    ['one slash', GOOD.replace('https://', 'https:/'), 6],
    ['three slashes', GOOD.replace('https://', 'https:///'), 6],
    ['two slashes before the query', GOOD.replace('/?', '//?'), 7],
    ['an escaped slash', GOOD.replace('/?', '/%2F?'), 7],
    ['a dot as path', GOOD.replace('/?', '/.?'), 7],
    ['a path parameter', GOOD.replace('/?', '/;x?'), 7],
    ['a blank before the scheme', ` ${GOOD}`, 4],
    ['another scheme that a client may follow', GOOD.replace('https:', 'file:'), 5],
    ['a scheme inside a scheme', `url:${GOOD}`, 5],
    ['a second question mark', GOOD.replace('?', '??'), 10],
    ['the name of a parameter of every object', `${GOOD}&__proto__=x`, 10],
  ];

  test.for(smuggled)('%s', ([, url, number]) => {
    expect(check(tokenOf(url))).toMatchObject({ check: number, kind: 'format' });
  });
});

test('no message repeats what may be a secret', () => {
  const canary = 'CanaryCanaryCanaryCanaryCanaryCanaryCanary0123456789abcdef';
  for (const url of [
    `:${canary}`,
    `https://${canary}%zz/`,
    `https://x:${canary}/`,
    presigned({ 'X-Amz-Signature': canary, 'X-Amz-Security-Token': canary, Action: canary }),
    `${GOOD}&${canary}`,
    `${GOOD}&${canary}=1&${canary.toUpperCase()}=1`,
    presigned({ 'X-Amz-Expires': canary }),
    presigned({ 'X-Amz-Date': canary }),
  ]) {
    const refusal = check(tokenOf(url)) as TokenRefusal;
    expect(refusal.error).not.toContain(canary);
  }
});
