import { describe, expect, test } from 'vitest';
import { meets } from '../../src/cli/simulate/expected.ts';
import { cli } from './run.ts';

const rbac = {
  id: 'R',
  kind: 'rbac',
  objects: [],
  user: 'mira',
  groups: ['system:authenticated'],
  verb: 'get',
  request: { apiGroup: '', resource: 'pods', namespace: 'a' },
};
const DENY = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*' } };
const iam = {
  id: 'I',
  principal: 'arn:aws:sts::111111111111:assumed-role/a/s',
  action: 'sts:AssumeRole',
  resource: 'arn:aws:iam::111111111111:role/r',
  resourceAccount: '111111111111',
  resourcePolicy: {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111111111111:role/a' }, Action: 'sts:AssumeRole' },
  },
};
const run = async (...lines: (object | string)[]) => {
  const stdin = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const ran = await cli(['simulate', '-'], { stdin });
  return {
    ...ran,
    lines: ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
};

test('a line comes back with id, decision and reason, and pass only where something is expected', async () => {
  const { exit, lines, err } = await run(rbac, { ...rbac, id: 7, expected: 'deny' });
  expect(exit).toBe(0);
  expect(lines[0]).toMatchObject({ id: 'R', decision: 'deny' });
  expect(lines[0]).not.toHaveProperty('pass');
  expect(lines[1]).toMatchObject({ id: 7, pass: true });
  expect(err).toBe('1 passed, 0 failed, 1 without expectation, 0 unreadable\n');
});

test('a mismatch exits 1, an unreadable line 2, and the others are judged all the same', async () => {
  expect((await run({ ...rbac, expected: 'allow' }, rbac)).exit).toBe(1);
  const { exit, lines } = await run({ ...rbac, expected: 'allow' }, '{', rbac);
  expect(exit).toBe(2);
  expect(lines.map((line) => 'error' in line)).toEqual([false, true, false]);
});

const deep = `{"id":"d","kind":"rbac","x":${'['.repeat(100_000)}`;

test.each([
  ['cut off', '{"id":"a","kind":', 'not JSON: the line ends early', 18],
  ['no JSON', 'hello', 'not JSON: a value is expected here', 1],
  ['a list', '[1]', 'a JSON object is expected', 1],
  ['a key twice', '{"id":"a","kind":"rbac","user":"x","user":"y"}', 'the key "user" occurs twice', 36],
  ['deep', deep, 'nested more than 200 levels deep', 228],
  ['a wrong number', '{"id":01}', 'not JSON: "," or "}" is expected here', 8],
])('%s: the message says what is wrong and where', async (_name, line, message, column) => {
  const { exit, lines, err } = await run(rbac, line);
  expect(exit).toBe(2);
  expect(lines[1]?.error).toEqual({ message, file: '<stdin>', line: 2, column });
  expect(err).not.toMatch(/ at .*\.ts/);
});

test("fields that are nobody's are notes", async () => {
  const { exit, lines } = await run({ ...iam, unconfirmed: true, note: 'x', boundary: null, boundry: 'a note beside it' });
  expect(exit).toBe(0);
  expect(lines[0]).toMatchObject({ id: 'I', decision: 'allow' });
});

test('keys that differ by case are two keys', async () => {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'r', labels: { a: '1', A: '2' } },
    rules: [],
  };
  expect((await run({ ...rbac, objects: [role] })).exit).toBe(0);
});

test.each([
  [{ id: 'k', kind: 'rback' }, /unknown kind \\"rback\\", did you mean rbac\?/],
  [{ id: 'k', kind: 3 }, /unknown kind 3 \(it is one of iam, rbac/],
  [{ ...rbac, objects: {} }, /objects/],
  [{ ...rbac, request: undefined }, /request/],
  [{ id: 'i' }, /./],
  [{ ...iam, boundry: DENY }, /unknown field \\"boundry\\", did you mean boundary\?/],
  [{ ...iam, rcp: [[DENY]] }, /unknown field \\"rcp\\", did you mean rcps\?/],
  [{ ...iam, session: DENY }, /did you mean sessionPolicy\?/],
  [{ ...iam, principalFacts: { roleArn: 'ci' } }, /principalFacts.roleArn: \\"ci\\" is not the ARN of a role/],
  [
    { ...iam, principalFacts: { roleArn: 'arn:aws:iam::111111111111:role/b' } },
    /is no session of arn:aws:iam::111111111111:role/,
  ],
  [{ ...iam, principalFacts: { principalId: '' } }, /principalFacts.principalId: a text is expected/],
  [{ ...iam, resourceAccount: '222222222222' }, /the resource stands in 111111111111/],
  [{ ...iam, context: { 'aws:X': '1', 'AWS:x': '2' } }, /context: aws:X and AWS:x are one key/],
  [{ ...iam, context: { 'aws:X': null } }, /context.aws:X: a text, a number/],
  [{ ...iam, scps: {} }, /scps: a list of levels/],
  [{ ...iam, action: 'sts:*' }, /action: \\"sts:\*\\" is not SERVICE:NAME/],
])('%j is refused in words', async (line, message) => {
  const { exit, lines } = await run(line);
  expect(exit).toBe(2);
  expect(lines[0]).toMatchObject({ id: line.id, error: { line: 1 } });
  expect(JSON.stringify(lines[0])).toMatch(message);
});

test('bytes that are not UTF-8, a byte order mark, CRLF and blank lines', async () => {
  const line = Buffer.from(JSON.stringify(rbac));
  const stdin = Buffer.concat([
    Buffer.from('\ufeff'),
    line,
    Buffer.from('\r\n\r\n\n'),
    Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
    line,
  ]);
  const { exit, out } = await cli(['simulate', '-'], { stdin });
  const lines = out
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(exit).toBe(2);
  expect(lines).toHaveLength(3);
  expect(lines[1]).toEqual({ id: null, error: { message: 'the line is not UTF-8', file: '<stdin>', line: 4, column: 2 } });
  expect(lines[2]).toMatchObject({ id: 'R', decision: 'deny' });
});

test('UTF-16 is named', async () => {
  const { exit, out } = await cli(['simulate', '-'], { stdin: Buffer.from('\ufeff{"id":1}\n', 'utf16le') });
  expect(exit).toBe(2);
  expect(out).toContain('the file is UTF-16');
});

test('a line longer than 64 MiB is passed over', async () => {
  const stdin = Buffer.concat([Buffer.alloc(65 * 1024 * 1024, 0x20), Buffer.from(`\n${JSON.stringify(rbac)}\n`)]);
  const { exit, out } = await cli(['simulate', '-'], { stdin });
  expect(exit).toBe(2);
  expect(out).toContain('longer than 64 MiB');
  expect(out).toContain('"decision":"deny"');
});

test.each([
  ['nowhere.jsonl', 2, /there is no file nowhere\.jsonl/],
  ['src', 2, /src is a folder/],
])('%s cannot be read', async (file, exit, message) => {
  const ran = await cli(['simulate', file]);
  expect(ran.exit).toBe(exit);
  expect(ran.err).toMatch(message);
});

test('a file over several chunks is cut at its lines', async () => {
  const many = Array.from({ length: 4000 }, (_, id) => JSON.stringify({ ...rbac, id }));
  const { exit, lines } = await run(...many);
  expect(exit).toBe(0);
  expect(lines.map((line) => line.id)).toEqual(many.map((_, id) => id));
});

describe('what counts as expected', () => {
  const mapped = { result: 'mapped', username: 'ci', groups: ['a', 'b'], by: 'mapRoles' };
  const rule = { apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get'] };
  const split = [
    { ...rule, resources: ['secrets'] },
    { ...rule, resources: ['pods'] },
  ];
  test.each([
    ['iam', { expected: 'allow' }, { decision: 'allow', layer: null }, true],
    ['iam', { expected: 'implicitDeny', layer: 'scp' }, { decision: 'implicitDeny', layer: 'identity' }, false],
    ['iam', { expected: 'explicitDeny', layer: null }, { decision: 'explicitDeny', layer: null }, true],
    ['iam', { expected: 'explicitDeny', layer: null }, { decision: 'explicitDeny', layer: 'scp' }, false],
    ['rbac', { expected: 'allow' }, { decision: 'deny' }, false],
    ['escalation', { expected: 'deny', missing: [rule] }, { decision: 'deny', missing: split }, true],
    ['escalation', { expected: 'deny', missing: [rule] }, { decision: 'deny', missing: split.slice(1) }, false],
    ['mapping', { expected: mapped }, { decision: { ...mapped, groups: ['b', 'a'] } }, true],
    ['mapping', { expected: { ...mapped, username: null } }, { decision: mapped }, true],
    ['mapping', { expected: mapped }, { decision: { ...mapped, username: 'cd' } }, false],
    ['mapping', { expected: mapped }, { decision: { ...mapped, by: 'accessEntry' } }, false],
    ['mapping', { expected: mapped }, { decision: { ...mapped, groups: ['a'] } }, false],
    ['mapping', { expected: { ...mapped, result: 'unknown', username: null } }, { decision: mapped }, false],
    ['accessPolicy', { expected: 'unknown' }, { decision: 'unknown' }, true],
  ] as const)('%s %j %j', (kind, line, outcome, expected) => expect(meets(kind, line, outcome)).toBe(expected));
});
