import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkToken } from '../../src/rules/token/check.ts';
import { holds } from '../properties/runs.ts';
import { presigned, SIGNED_AT, tokenOf } from './presigned.ts';

const HOSTS =
  /^(?:sts\.amazonaws\.com|sts(?:-fips)?\.(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-zA-Z0-9_]+-[0-9]+\.(?:amazonaws\.com|api\.aws))$/;

/** A second reading of a URL, by the platform's own parser: why it is no GetCallerIdentity that is bound to a cluster. */
function wrongWith(text: string): string | undefined {
  if (!URL.canParse(text)) return 'no URL';
  const url = new URL(text);
  if (url.protocol !== 'https:') return `scheme ${url.protocol}`;
  if (url.username !== '' || url.password !== '' || url.port !== '' || url.hash !== '') return 'more than a host';
  if (!HOSTS.test(url.hostname)) return `host ${url.hostname}`;
  if (url.pathname !== '/') return `path ${url.pathname}`;
  const keys = [...url.searchParams.keys()].map((key) => key.toLowerCase());
  if (new Set(keys).size !== keys.length) return 'a key twice';
  const value = (name: string): string => [...url.searchParams].find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  if (value('action') !== 'GetCallerIdentity') return `action ${value('action')}`;
  const signed = value('x-amz-signedheaders').split(';');
  return signed.some((header) => /^x-k8s-aws-id$/i.test(header)) ? undefined : 'header not signed';
}

const PIECES = [
  ...[
    '&',
    '&&',
    ';',
    '=',
    '?',
    '#',
    '/',
    '//',
    '\\',
    '@',
    ':',
    ':443',
    '.',
    '%',
    '%00',
    '%0a',
    '%20',
    '%26',
    '%2F',
    '%3D',
    '+',
    ' ',
    '\t',
  ],
  ...[
    'Action',
    'action',
    'ACTION',
    '%41ction',
    'Action=AssumeRole',
    '&Action=AssumeRole',
    '&action=GetCallerIdentity',
    'AssumeRole',
  ],
  ...[
    '&x-amz-signedheaders=host',
    'x-k8s-aws-id',
    '%3Bx-k8s-aws-id',
    'host',
    'evil.example',
    'eve@',
    'sts.amazonaws.com',
    '.api.aws',
  ],
  ...[
    'http://',
    'https://',
    'sts-fips.',
    'us-gov-west-1',
    '127.0.0.1',
    '[::1]',
    '\u00e9',
    '\u0000',
    '%E2%84%AA',
    '[',
    ']',
    '..',
    '%2e',
  ],
];

/** A good URL with a few places cut out, doubled or filled with what attacks are made of. */
const mutated = fc
  .tuple(
    fc.constantFrom(presigned(), presigned({}, 'https://sts.amazonaws.com/'), presigned({ 'X-Amz-Security-Token': 'a/b+c=' })),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        remove: fc.constantFrom(0, 0, 0, 1, 2, 7),
        insert: fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary-ascii', maxLength: 3 })),
      }),
      { minLength: 0, maxLength: 4 },
    ),
  )
  .map(([url, edits]) => {
    let text = url;
    for (const { at, remove, insert } of edits) {
      const from = Math.floor(at * text.length);
      text = text.slice(0, from) + insert + text.slice(from + remove);
    }
    return text;
  });

/** A URL put together from good and bad parts. */
const assembled = fc
  .record({
    scheme: fc.constantFrom('https://', 'https://', 'https://', 'HTTPS://', 'http://', 'https:/', '//', 'https:\\\\'),
    before: fc.constantFrom('', '', '', '', 'eve@', 'sts.amazonaws.com@'),
    host: fc.constantFrom(
      'sts.amazonaws.com',
      'sts.eu-west-1.amazonaws.com',
      'sts-fips.us-east-1.api.aws',
      'sts.x.amazonaws.com',
      'evil.example',
    ),
    after: fc.constantFrom('', '', '', '', ':443', '.', '@evil.example', '.evil.example', '\\.evil.example'),
    path: fc.constantFrom('/', '/', '/', '', '//', '/x', '/%2F'),
    query: fc.shuffledSubarray(
      [
        ...['Action=GetCallerIdentity', 'Version=2011-06-15', 'X-Amz-Date=20260101T000000Z', 'X-Amz-Expires=60'],
        ...['X-Amz-SignedHeaders=host%3Bx-k8s-aws-id', 'X-Amz-Credential=AKIDEXAMPLE%2Fx', 'action=GetCallerIdentity'],
        ...['Action=AssumeRole', 'x-amz-signedheaders=host', 'RoleArn=x', 'X-Amz-Signature=00', '%41ction=GetCallerIdentity'],
      ],
      { minLength: 5 },
    ),
    end: fc.constantFrom('', '', '', '#', '#?Action=AssumeRole', '&', ';x'),
  })
  .map((part) => `${part.scheme}${part.before}${part.host}${part.after}${part.path}?${part.query.join('&')}${part.end}`);

test('whatever passes is a bound GetCallerIdentity on an allowed host, read a second way', () => {
  let passed = 0;
  holds(
    20_000,
    fc.property(fc.oneof(mutated, assembled), (url) => {
      const checked = checkToken(tokenOf(url), { partition: 'aws', now: SIGNED_AT });
      if ('check' in checked) return;
      passed++;
      // Both what the token says and what would be asked for.
      expect(wrongWith(url), url).toBeUndefined();
      expect(wrongWith(`${checked.origin}${checked.path}`), checked.path).toBeUndefined();
      expect(checked.path).toMatch(/^[!-~]+$/);
    }),
  );
  // Without mutations the URL is good, so a fuzzer that lets nothing pass is broken.
  expect(passed).toBeGreaterThan(100);
});

test('no text at all makes the checks throw', () => {
  holds(
    5_000,
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }),
        mutated.map(tokenOf),
        fc.base64String().map((text) => `k8s-aws-v1.${text}`),
      ),
      (token) => {
        const checked = checkToken(token, { partition: 'aws', now: SIGNED_AT });
        expect('check' in checked || checked.accessKeyId !== undefined).toBe(true);
      },
    ),
  );
});
