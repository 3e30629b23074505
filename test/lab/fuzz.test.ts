import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/edge/lab/answer.ts';
import { IAM_OPERATIONS } from '../../src/edge/lab/iam/index.ts';
import { makeRequest } from '../../src/edge/lab/server.ts';
import { STS_OPERATIONS } from '../../src/edge/lab/sts/index.ts';
import type { AwsReply } from '../../src/edge/lab/wire/request.ts';
import { holds } from '../properties/runs.ts';
import { as, labOf, signed } from './make.ts';

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const ROLE = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
const CLUSTER = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';
const NAMES = [
  ...['RoleName', 'UserName', 'GroupName', 'PolicyName', 'PolicyArn', 'PolicyDocument', 'AssumeRolePolicyDocument', 'Path'],
  ...['Marker', 'MaxItems', 'PathPrefix', 'Scope', 'VersionId', 'SetAsDefault', 'PermissionsBoundary', 'MaxSessionDuration'],
  ...['Tags.member.1.Key', 'Tags.member.1.Value', 'Tags.member.2.Key', 'TagKeys.member.1', 'Filter.member.1', 'Tags.member.x'],
  ...['Url', 'ClientIDList.member.1', 'ClientID', 'OpenIDConnectProviderArn', 'AccessKeyId', 'Status', 'Description'],
  ...['RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId', 'Policy', 'PolicyArns.member.1.arn', 'SourceIdentity'],
  ...[
    'TransitiveTagKeys.member.1',
    'SerialNumber',
    'TokenCode',
    'AuthenticationCode1',
    'AuthenticationCode2',
    'Action',
    'Version',
  ],
  ...['VirtualMFADeviceName', 'AssignmentStatus', 'WebIdentityToken', '__proto__', 'constructor', 'Tags.member.1.__proto__'],
];
const VALUES = [
  ...['admin', 'x', 'prod', ROLE, ADMIN, CLUSTER, 'arn:aws:iam::111111111111:user/admin', 'arn:aws:iam::111111111111:root'],
  ...['', '0', '-1', '1e9', '999999999999', '900', '123456', '/', '/a/', 'null', '{}', '[]', '{"Statement":[]}', '{', 'a=b&c'],
  ...['__proto__', 'constructor', 'toString', '../..', '%', '%00', '\u0000', '\ud800', '*', 'ａ', 'https://a.example', 'true'],
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}',
  `${'['.repeat(60)}${']'.repeat(60)}`,
  'x'.repeat(3000),
];
const value = fc.oneof(fc.constantFrom(...VALUES), fc.string({ maxLength: 20 }));
const form = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 10 })), value), { maxLength: 8 });
const OPERATIONS = [
  ...Object.keys(STS_OPERATIONS).map((name) => ['sts', name] as const),
  ...Object.keys(IAM_OPERATIONS).map((name) => ['iam', name] as const),
];

/** What an operation mostly needs, unless the pairs say otherwise: so that some of what is sent is taken. */
function usual(action: string, pairs: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  const role = /Role/.test(action) && !/^(List|Create|Assume)/.test(action);
  const needed = [
    ['UserName', /^Create/.test(action) ? 'new' : 'admin'],
    ['RoleName', role ? 'ci-deploys-my-app' : 'new'],
    ['GroupName', 'new'],
    ['PolicyName', 'new'],
    ['VirtualMFADeviceName', 'new'],
    ['PolicyArn', ADMIN],
    ['PolicyDocument', VALUES.find((text) => text.includes('Resource')) ?? ''],
    ['AssumeRolePolicyDocument', VALUES.find((text) => text.includes('Principal')) ?? ''],
  ] as const;
  const all = new Map<string, string>([...needed, ...pairs]);
  return [...all];
}

/** Whatever is asked, the answer is one of the service, and no fault of the lab. */
function isAnswer({ status, body, headers }: AwsReply): void {
  expect([200, 400, 403, 404, 409, 501]).toContain(status);
  if (headers['content-type']?.includes('json')) JSON.parse(body);
  else expect(body).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
}

describe('whatever is sent to STS and IAM', () => {
  const lab = labOf();
  const [admin, nobody] = [as(lab, '111111111111/admin'), as(lab, '222222222222/ci-runner')];

  it('is answered in their words, by an administrator, and what was taken is no trap for later calls', () => {
    const call = fc.tuple(fc.constantFrom(...OPERATIONS), form);
    let taken = 0;
    holds(
      400,
      fc.property(fc.array(call, { minLength: 1, maxLength: 6 }), (calls) => {
        const mine = labOf();
        const [key, root] = [as(mine, '111111111111/admin'), as(mine, '111111111111/root')];
        const ask = (who: typeof key, service: string, pairs: readonly (readonly [string, string])[]): number => {
          const body = new URLSearchParams(pairs.map(([name, text]): [string, string] => [name, text])).toString();
          const reply = answer(mine, signed(who, service, { method: 'POST', path: '/', body }));
          isAnswer(reply);
          return reply.status;
        };
        for (const [[service, Action], pairs] of calls) {
          const before = mine.store.revision();
          const status = ask(key, service, [['Action', Action], ...usual(Action, pairs)]);
          if (status === 200 && mine.store.revision() > before) taken++;
        }
        expect(ask(root, 'iam', [['Action', 'GetAccountAuthorizationDetails']])).toBe(200);
        const assume = { Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: 'me' };
        ask(as(mine, '222222222222/ci-runner'), 'sts', Object.entries(assume));
      }),
    );
    // Else it would be about refusals alone.
    expect(taken).toBeGreaterThan(10);
  });

  it('changes nothing and tells nothing to who may do nothing, and nothing that is refused has changed anything', () => {
    holds(
      1500,
      fc.property(fc.constantFrom(...OPERATIONS), form, ([service, Action], pairs) => {
        const body = new URLSearchParams([['Action', Action], ...pairs.map((pair): [string, string] => [...pair])]).toString();
        const before = lab.store.revision();
        const reply = answer(lab, signed(nobody, service, { method: 'POST', path: '/', body }));
        isAnswer(reply);
        if (reply.status === 200) expect(['GetCallerIdentity', 'AssumeRole']).toContain(Action);
        expect(lab.store.revision()).toBe(before);
      }),
    );
  });

  it('is refused without a signature that holds, whatever its form', () => {
    const header = fc.tuple(
      fc.constantFrom('authorization', 'x-amz-date', 'x-amz-security-token', 'host', 'x-amz-target', 'accept'),
      fc.oneof(
        value,
        fc.constantFrom(
          `AWS4-HMAC-SHA256 Credential=${admin.accessKeyId}/20261125/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
          `AWS4-HMAC-SHA256 Credential=${admin.accessKeyId}/20261125/eu-west-1/iam/aws4_request,SignedHeaders=,Signature=`,
          'AWS4-HMAC-SHA256',
          '20261125T120000Z',
          'AWSOrganizationsV20161128.ListAccounts',
        ),
      ),
    );
    const presigned = fc.constantFrom('X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-Signature');
    const query = fc.array(fc.tuple(fc.oneof(presigned, fc.constantFrom(...NAMES)), value), { maxLength: 6 });
    const line = fc.tuple(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'x'),
      fc.oneof(fc.constantFrom('/', '//', '/clusters', '/clusters/prod', '/%', '/..'), fc.string({ maxLength: 10 })),
    );
    holds(
      2000,
      fc.property(
        line,
        fc.array(header, { maxLength: 4 }),
        query,
        fc.oneof(form, value),
        ([method, path], headers, pairs, sent) => {
          const text = pairs.map((pair) => pair.join('=')).join('&');
          const body = typeof sent === 'string' ? sent : sent.map((pair) => pair.join('=')).join('&');
          const before = lab.store.revision();
          const reply = answer(lab, makeRequest(method, path, text, headers, Buffer.from(body)));
          isAnswer(reply);
          expect(reply.status).not.toBe(200);
          expect(lab.store.revision()).toBe(before);
        },
      ),
    );
  });

  it('is refused when one letter of what was signed is another', () => {
    const body = `Action=AssumeRole&Version=2011-06-15&RoleArn=${encodeURIComponent(ROLE)}&RoleSessionName=me`;
    const whole = signed(nobody, 'sts', { method: 'POST', path: '/', body });
    expect(answer(lab, whole).status).toBe(200);
    const place = fc.oneof(
      fc.record({ of: fc.constant('body'), at: fc.nat(body.length - 1) }),
      ...whole.headers.map(([name, text]) => fc.record({ of: fc.constant(name), at: fc.nat(text.length - 1) })),
    );
    holds(
      1500,
      fc.property(place, fc.integer({ min: 0x21, max: 0x7e }), ({ of, at }, code) => {
        const alter = (text: string): string => `${text.slice(0, at)}${String.fromCharCode(code)}${text.slice(at + 1)}`;
        const headers = whole.headers.map(([name, text]) => [name, name === of ? alter(text) : text] as const);
        const sent = of === 'body' ? alter(body) : body;
        const same = sent === body && headers.every(([, text], index) => text === whole.headers[index]?.[1]);
        const { status } = answer(lab, makeRequest('POST', '/', '', headers, Buffer.from(sent)));
        // The case of names in the list of signed headers, and blanks behind commas, mean nothing.
        if (!same && status === 200) {
          const [plain, given] = [whole.headers, headers].map((all) =>
            all.map(([name, text]) => (name === 'authorization' ? text.toLowerCase().replaceAll(/, */g, ',') : text)).join('\n'),
          );
          expect(given).toBe(plain);
        } else if (!same) expect([400, 403, 501]).toContain(status);
      }),
    );
  });
});

describe('whatever is sent to EKS', () => {
  const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 2 }), value);
  const body = fc.oneof(
    fc
      .dictionary(
        fc.constantFrom(
          ...['principalArn', 'policyArn', 'accessScope', 'type', 'username', 'kubernetesGroups', 'tags', 'accessConfig'],
          ...['clientRequestToken', '__proto__', 'constructor'],
        ),
        anyJson,
        { maxKeys: 5 },
      )
      .map((object) => JSON.stringify(object)),
    fc.constantFrom(
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"accessConfig":null}',
      '{"accessScope":{"type":"namespace","namespaces":null}}',
    ),
    fc.string(),
  );
  const segment = fc.oneof(
    fc.constantFrom('clusters', 'prod', 'access-entries', 'access-policies', 'tags', 'update-config', 'updates', 'x', '%', '%2F'),
    fc.constantFrom(encodeURIComponent(ROLE), encodeURIComponent(CLUSTER), encodeURIComponent(ADMIN)),
  );
  const path = fc.oneof(
    fc.constantFrom(
      ...['/clusters', '/clusters/prod', '/clusters/prod/update-config', '/clusters/prod/access-entries', '/access-policies'],
      `/clusters/prod/access-entries/${encodeURIComponent(ROLE)}`,
      `/clusters/prod/access-entries/${encodeURIComponent(ROLE)}/access-policies`,
      `/clusters/prod/access-entries/${encodeURIComponent(ROLE)}/access-policies/${encodeURIComponent(ADMIN)}`,
      `/tags/${encodeURIComponent(CLUSTER)}`,
    ),
    fc.array(segment, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
  );
  const query = fc.constantFrom('', 'maxResults=x', 'maxResults=1', 'nextToken=%', 'nextToken=x', 'tagKeys=a&tagKeys=b', 'a=%ff');
  const method = fc.constantFrom('GET', 'POST', 'DELETE', 'PUT');

  it('is answered in its words by an administrator, and by who may do nothing with a refusal alone', () => {
    holds(
      600,
      fc.property(method, path, query, body, (verb, at, search, sent) => {
        const lab = labOf();
        const call = { method: verb, path: at, query: search, body: sent };
        const before = lab.store.revision();
        const refused = answer(lab, signed(as(lab, '222222222222/ci-runner'), 'eks', call));
        isAnswer(refused);
        expect(refused.status).not.toBe(200);
        expect(lab.store.revision()).toBe(before);
        isAnswer(answer(lab, signed(as(lab, '111111111111/admin'), 'eks', call)));
        // What was taken can still be judged, and shown, if it was not taken away.
        const again = { method: 'GET', path: '/clusters/prod', body: '' };
        const { status } = answer(lab, signed(as(lab, '111111111111/admin'), 'eks', again));
        expect(verb === 'DELETE' ? [200, 404] : [200]).toContain(status);
      }),
    );
  });
});
