import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editText, type TextEdit } from '../../src/kubeconfig/index.ts';
import { holds } from '../properties/runs.ts';
import { blockKubeconfigs, jsonKubeconfigs } from './written.ts';

const cluster = { cluster: { server: 'https://x.example', 'certificate-authority-data': 'LS0t' }, name: 'new' };
const ADD: readonly TextEdit[] = [
  { kind: 'append', path: ['clusters'], values: [cluster] },
  { kind: 'append', path: ['users'], values: [{ name: 'new', user: { exec: { args: ['--a', 'no', 'b c', '123'], env: [] } } }] },
  { kind: 'set', path: ['current-context'], value: 'new' },
];

describe('laws of an edit', () => {
  const texts = fc.oneof(blockKubeconfigs, jsonKubeconfigs);
  const edited = (text: string, edits: readonly TextEdit[]): string => {
    const result = editText(text, edits);
    if ('error' in result) throw new Error(`${result.error} at ${result.line}:${result.column} of\n${text}`);
    return result.text;
  };

  test('what is not touched stays byte for byte and in its order', () => {
    holds(
      150,
      fc.property(texts, ({ text, stretches }) => {
        const after = edited(text, ADD);
        let at = 0;
        for (const stretch of stretches) {
          at = after.indexOf(stretch, at);
          expect(at, stretch).toBeGreaterThanOrEqual(0);
        }
        // Cut out again what was added, and nothing is left but what was there.
        expect(after.startsWith('\ufeff')).toBe(text.startsWith('\ufeff'));
        expect(/\r\n/.test(after)).toBe(/\r\n/.test(text));
        if (text.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n');
      }),
    );
  });

  test('the result says what it said, and what was wished', () => {
    holds(
      150,
      fc.property(texts, ({ text }) => {
        const before = parse(text) ?? {};
        const after: unknown = parse(edited(text, ADD));
        expect(after).toEqual({
          ...before,
          clusters: [...(before.clusters ?? []), cluster],
          users: [...(before.users ?? []), { name: 'new', user: { exec: { args: ['--a', 'no', 'b c', '123'], env: [] } } }],
          'current-context': 'new',
        });
      }),
    );
  });

  test('a wish that is fulfilled changes nothing', () => {
    holds(
      100,
      fc.property(texts, ({ text }) => {
        const after = edited(text, ADD);
        const at = (list: 'clusters' | 'users') => parse(after)[list].length - 1;
        const again: readonly TextEdit[] = [
          { kind: 'set', path: ['clusters', at('clusters'), 'cluster'], value: cluster.cluster },
          { kind: 'set', path: ['users', at('users'), 'name'], value: 'new' },
          { kind: 'set', path: ['current-context'], value: 'new' },
        ];
        expect(edited(after, again)).toBe(after);
      }),
    );
  });

  test('what is added and taken out again leaves the text as it was, but for what an empty list looks like', () => {
    holds(
      100,
      fc.property(texts, ({ text }) => {
        const count = (parse(text)?.clusters ?? []).length;
        fc.pre(count > 0);
        const after = edited(text, ADD.slice(0, 1));
        expect(edited(after, [{ kind: 'remove', path: ['clusters', count] }]).replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''));
      }),
    );
  });

  test('entries are taken out one by one, and the others stay as they are', () => {
    holds(
      100,
      fc.property(texts, fc.nat(2), ({ text, stretches }, index) => {
        const value = parse(text) ?? {};
        fc.pre(index < (value.contexts ?? []).length);
        const after = edited(text, [{ kind: 'remove', path: ['contexts', index] }]);
        expect(parse(after)).toEqual({ ...value, contexts: value.contexts.filter((_: unknown, i: number) => i !== index) });
        for (const stretch of stretches.filter((each) => !each.includes(`contexts-${index}`))) expect(after).toContain(stretch);
      }),
    );
  });
});

const set = (path: (string | number)[], value: string): TextEdit => ({ kind: 'set', path, value });

describe('the text after an edit', () => {
  test.each<[string, string, readonly TextEdit[], string]>([
    ['a value keeps its comment', 'a: x # why\nb: y\n', [set(['a'], 'z')], 'a: z # why\nb: y\n'],
    ['a key without a value', 'a:   # why\nb: y', [set(['a'], 'z')], 'a: z   # why\nb: y'],
    ['an alias becomes a value of its own', 'a: &v x\nb: *v\n', [set(['b'], 'z')], 'a: &v x\nb: z\n'],
    [
      'a merge key is overridden beside it',
      'a: &v {k: 1}\nb:\n  <<: *v\n  l: 2\n',
      [set(['b', 'k'], 'z')],
      'a: &v {k: 1}\nb:\n  <<: *v\n  l: 2\n  k: z\n',
    ],
    [
      'a comment that is indented stays with its entry',
      'clusters:\n- name: a\n  # of a\n# of all\nusers: []\n',
      ADD.slice(0, 1),
      'clusters:\n- name: a\n  # of a\n- cluster:\n    server: "https://x.example"\n    certificate-authority-data: LS0t\n  name: new\n# of all\nusers: []\n'.replaceAll(
        '"',
        '',
      ),
    ],
    [
      'words of YAML 1.1 are quoted',
      'a: x\n',
      [set(['a'], 'off'), set(['b'], '1_0'), set(['c'], '12:30')],
      'a: "off"\nb: "1_0"\nc: "12:30"\n',
    ],
    ['comments alone', '# mine\n', [set(['a'], 'b')], '# mine\na: b\n'],
    ['nothing at all', '', [set(['a'], 'b')], 'a: b\n'],
  ])('%s', (_, text, edits, after) => expect(editText(text, edits)).toEqual({ text: after }));
});

describe('refused, and nothing changed', () => {
  test.each<[string, string, readonly TextEdit[], RegExp, number]>([
    ['two documents', 'a: 1\n---\nb: 2\n', ADD, /second YAML document/, 2],
    ['broken YAML', 'clusters: [\n', ADD, /./, 2],
    ['a list as root', '- a\n', ADD, /is a mapping/, 1],
    ['a key twice', 'users: []\nusers: []\n', ADD, /unique/, 2],
    ['two entries of one name', 'users:\n- name: a\n- name: b\n- name: a\n', ADD, /second user is named a/, 4],
    ['a list that is none', 'a: b\nclusters: {x: y}\n', ADD, /clusters is no list/, 2],
    ['an anchor that others share', 'a: &v {k: x}\nb: *v\n', [set(['a', 'k'], 'z')], /anchor/, 1],
    ['an entry that is an alias', 'a:\n- &v {k: x}\n- *v\n', [set(['a', 1, 'k'], 'z')], /alias/, 1],
  ])('%s', (_, text, edits, message, line) =>
    expect(editText(text, edits)).toMatchObject({ error: expect.stringMatching(message), line }),
  );

  test('a text that unfolds without end', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`);
    expect(editText(`l0: &l0 x\n${levels.join('\n')}\n`, ADD)).toMatchObject({ error: expect.stringMatching(/alias/) });
  });
});
