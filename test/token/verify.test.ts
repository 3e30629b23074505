import { describe, expect, it } from 'vitest';
import { checkSignature, readSignature, type SentRequest, sha256 } from '../../src/rules/token/index.ts';
import { presignedCallerIdentity } from '../../src/rules/token/token.ts';
import { SUITE, type SuiteCase } from './suite.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

const SUITE_TIME = new Date('2015-08-30T12:36:00Z');

function suite({
  method,
  path,
  query = '',
  headers = [],
  signed = 'host;x-amz-date',
  body = '',
  signature,
}: SuiteCase): SentRequest {
  const credential = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request';
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${signature}`;
  const all = [
    ['Host', 'example.amazonaws.com'],
    ['X-Amz-Date', '20150830T123600Z'],
    ...headers,
    ['Authorization', authorization],
  ] as const;
  return { method, path, query, headers: all, bodyHash: sha256(body) };
}

function judge(request: SentRequest, secret: string, now: Date): string {
  const signature = readSignature(request);
  if ('code' in signature) return `${signature.code}: ${signature.message}`;
  const fault = checkSignature(request, signature, secret, now);
  return fault === undefined ? 'holds' : `${fault.code}: ${fault.message}`;
}

describe("AWS's test suite", () => {
  it.each(SUITE.map((one) => [one.name, one] as const))('%s holds, and with anything else does not', (_, one) => {
    expect(judge(suite(one), SECRET, SUITE_TIME)).toBe('holds');
    const { path, query = '', body = '', signature } = one;
    for (const other of [
      { signature: `${signature.startsWith('0') ? '1' : '0'}${signature.slice(1)}` },
      { path: `${path}x` },
      { query: `${query}&a=b` },
      { body: `${body}x` },
      { method: one.method === 'GET' ? ('POST' as const) : ('GET' as const) },
    ]) {
      const changed = suite({ ...one, ...other });
      expect(judge(changed, SECRET, SUITE_TIME)).toMatch(/^SignatureDoesNotMatch: The request signature we calculated/);
    }
  });
});

describe('a presigned URL', () => {
  const at = new Date('2026-01-01T00:00:00Z');
  const url = new URL(
    presignedCallerIdentity({
      cluster: 'demo',
      credentials: {
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: SECRET,
        sessionToken: 'FQoGZXIvYXdzEXAMPLE/TOKEN+with=chars==',
      },
      endpoint: { url: 'https://sts.us-west-2.amazonaws.com', signingRegion: 'us-west-2' },
      at,
    }),
  );
  const sent = (cluster: string): SentRequest => ({
    method: 'GET',
    path: '/',
    query: url.search.slice(1),
    headers: [
      ['host', url.host],
      ['x-k8s-aws-id', cluster],
    ],
    bodyHash: sha256(''),
  });
  const later = (minutes: number): Date => new Date(at.getTime() + minutes * 60_000);

  it('of facts/eks.md §1.2 holds for its cluster alone', () => {
    expect(readSignature(sent('demo'))).toMatchObject({
      accessKeyId: 'AKIDEXAMPLE',
      region: 'us-west-2',
      service: 'sts',
      sessionToken: 'FQoGZXIvYXdzEXAMPLE/TOKEN+with=chars==',
      expires: 60,
    });
    expect(judge(sent('demo'), SECRET, at)).toBe('holds');
    expect(judge(sent('prod'), SECRET, at)).toMatch(/^SignatureDoesNotMatch/);
    const { headers, ...rest } = sent('demo');
    expect(judge({ ...rest, headers: headers.slice(0, 1) }, SECRET, at)).toMatch(/^SignatureDoesNotMatch/);
  });

  it('lives for fifteen minutes whatever it says, and not before its time', () => {
    expect(judge(sent('demo'), SECRET, later(15))).toBe('holds');
    expect(judge(sent('demo'), SECRET, later(15.1))).toBe(
      'SignatureDoesNotMatch: Signature expired: 20260101T000000Z is now earlier than 20260101T000006Z (20260101T001506Z - 15 min.)',
    );
    expect(judge(sent('demo'), SECRET, later(-5))).toBe('holds');
    expect(judge(sent('demo'), SECRET, later(-5.1))).toMatch(/^SignatureDoesNotMatch: Signature not yet current/);
  });
});

describe('a header that cannot be read', () => {
  const [vanilla] = SUITE;
  if (vanilla === undefined) throw new Error('the suite is empty');
  const base = suite(vanilla);
  const changed = (from: string, to: string): SentRequest => ({
    ...base,
    headers: base.headers.map(([name, value]) => [name, value.replace(from, to)] as const),
  });
  it.each([
    ['no signature', { ...base, headers: base.headers.slice(0, 2) }, /^MissingAuthenticationToken/],
    ['another algorithm', changed('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1'), /^IncompleteSignature: Unsupported AWS 'algorithm'/],
    [
      'no credential',
      changed('Credential=', 'Kredential='),
      /^IncompleteSignature: Authorization header requires 'Credential' parameter/,
    ],
    ['a credential that is cut', changed('/aws4_request', ''), /^IncompleteSignature: Credential must have exactly 5/],
    [
      'another end',
      changed('aws4_request', 'aws5_request'),
      /^SignatureDoesNotMatch: Credential should be scoped with a valid terminator/,
    ],
    ['another day', changed('20150830/', '20150831/'), /^SignatureDoesNotMatch: Date in Credential scope/],
    ['a date that is none', changed('20150830T123600Z', '20150830'), /^IncompleteSignature: Date must be in ISO-8601/],
    ['no signed host', changed('host;x-amz-date', 'x-amz-date'), /^SignatureDoesNotMatch: 'Host' or ':authority' must be/],
  ])('%s', (_, request, expected) => {
    expect(judge(request, SECRET, SUITE_TIME)).toMatch(expected);
  });
});
