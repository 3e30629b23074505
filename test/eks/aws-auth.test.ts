import { describe, expect, test } from 'vitest';
import { readAwsAuth } from '../../src/rules/eks/index.ts';
import { resolveScalar } from '../../src/rules/eks/scalar.ts';
import { readYaml } from '../../src/rules/eks/yaml.ts';

/** Plain scalars and what goyaml.v2's resolve.go makes of them. */
const SCALARS: readonly [text: string, kind: string][] = [
  ['y', 'boolean'],
  ['No', 'boolean'],
  ['oN', 'string'],
  ['TRUE', 'boolean'],
  ['~', 'null'],
  ['', 'null'],
  ['nULL', 'string'],
  ['0', 'number'],
  ['007', 'number'],
  ['089', 'number'],
  ['012345678901', 'number'],
  ['0x1F', 'number'],
  ['0o17', 'number'],
  ['-0b11', 'number'],
  ['1_000', 'number'],
  ['1.5e3', 'number'],
  ['.5', 'number'],
  ['._5', 'string'],
  ['1e999', 'string'],
  ['1:30', 'string'],
  ['2026-03-01', 'string'],
  ['2026-03-01T10:00:00Z', 'string'],
  ['-.inf', 'nonfinite'],
  ['.NaN', 'nonfinite'],
  ['arn:aws:iam::1:role/x', 'string'],
];

describe('scalars of YAML 1.1', () => {
  test.each(SCALARS)('%s is %s', (text, kind) => {
    expect(resolveScalar('', text, true).kind).toBe(kind);
    expect(resolveScalar('', text, false).kind).toBe('string');
    expect(resolveScalar('tag:yaml.org,2002:str', text, true)).toEqual({ kind: 'string', text });
  });
  test('a tag that does not fit refuses the document', () => {
    expect(resolveScalar('tag:yaml.org,2002:int', 'abc', true).kind).toBe('error');
    expect(resolveScalar('tag:yaml.org,2002:int', '3', false).kind).toBe('number');
    expect(resolveScalar('tag:yaml.org,2002:float', '3', true).kind).toBe('number');
    expect(resolveScalar('tag:yaml.org,2002:binary', 'Y2k=', true)).toEqual({ kind: 'string', text: 'ci' });
    expect(resolveScalar('tag:yaml.org,2002:binary', '?', true).kind).toBe('error');
  });
});

/** Whole texts and what becomes of them; checked against libyaml's scanner rules. */
const TEXTS: readonly [what: string, text: string, state: string][] = [
  ['an empty text', '', 'read'],
  ['comments alone', '# a\n', 'read'],
  ['a bad indent', '- a: 1\n   b: 2\n', 'broken'],
  ['an open bracket', '- [a\n- b\n', 'broken'],
  ['an open quote', '- "a\n- b\n', 'broken'],
  ['a quote over lines at the margin', '- "a\nb"\n', 'read'],
  ['a quote over lines with CRLF', '- "a\r\nb"\r\n', 'read'],
  ['a bracket closed at the margin', '- a: [\n  b\n]\n', 'read'],
  ['a document mark within a quote', '- "a\n---\nb"\n', 'broken'],
  ['a tab as indent', '- a: 1\n\tb: 2\n', 'broken'],
  ['a tab after the dash', '- \ta\n', 'unjudged'],
  ['a tab after the colon', '- a:\tb\n', 'read'],
  ['a control character', '- a\u0001\n', 'broken'],
  ['an unknown alias', '- *a\n', 'broken'],
  ['an alias within itself', '- &a [*a]\n', 'broken'],
  ['a null key', '- ~: a\n', 'broken'],
  ['a list as a key', '- [a]: b\n', 'broken'],
  ['a merge of a text', '- <<: a\n', 'broken'],
  ['a plain text over lines within brackets', '- {a\n b: c}\n', 'unjudged'],
  ['a colon before a comma within braces', '- {a:, b: c}\n', 'unjudged'],
  ['a private tag', '- !mine a\n', 'unjudged'],
  ['YAML 1.2 by directive', '%YAML 1.2\n---\n- a\n', 'broken'],
  ['text after a flow list', '[a]\nb\n', 'read'],
];

describe('texts', () => {
  test.each(TEXTS)('%s', (_what, text, state) => {
    expect(readYaml(text).state).toBe(state);
  });
  test('nesting without end is no hang and no verdict', () => {
    const deep = `- ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`;
    expect(readYaml(deep).state).toBe('unjudged');
    expect(readAwsAuth({ mapRoles: deep }).roles).toEqual([]);
  });
});

test('sections are read apart and each keeps its problems', () => {
  const auth = readAwsAuth({ mapRoles: '- [', mapUsers: '- userarn: u\n- {}\n', mapAccounts: '["1", 2, [3]]', other: 'x' });
  expect(auth.roles).toEqual([]);
  expect(auth.users.map((row) => row.arn)).toEqual(['u']);
  expect(auth.accounts).toEqual(['1', '2']);
  expect(auth.problems.map(({ section, code }) => `${section} ${code}`)).toEqual([
    'mapUsers row',
    'mapRoles yaml',
    'mapAccounts row',
  ]);
});

test.each(['``', '""', "''", '  \n ', ' `` '])('the value %j is skipped without a word', (value) => {
  expect(readAwsAuth({ mapRoles: value, mapAccounts: value })).toEqual({
    roles: [],
    users: [],
    accounts: [],
    problems: [],
    unjudged: [],
  });
});

test('what stands before a fatal error in mapAccounts stays', () => {
  expect(readAwsAuth({ mapAccounts: "- '1'\n- !!int x\n- '2'\n" }).accounts).toEqual(['1']);
});

test('a row keeps the index it was written at', () => {
  const rows = readAwsAuth({ mapRoles: '- hello\n-\n- rolearn: a\n' }, { file: 'f', path: [] }).roles;
  expect(rows).toMatchObject([{ index: 2, arn: 'a', origin: { path: ['mapRoles'], nested: { path: [2] } } }]);
});

test('in a list of merged maps the earlier one wins', () => {
  const rows = readAwsAuth({
    mapRoles: '- &a {rolearn: x, username: a}\n- &b {rolearn: x, username: b}\n- <<: [*a, *b]\n',
  }).roles;
  expect(rows.map((row) => row.username)).toEqual(['a', 'b', 'a']);
});
