import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { locate, type Origin, positionOf } from '../../src/base/index.ts';

type Tree = string | readonly Tree[] | { readonly [key: string]: Tree };

/** Trees whose leaves are all different, so that a leaf's place in the text is known from its text alone. */
const trees = fc
  .letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constant('leaf'),
      fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9./-]{0,8}$/), tie('tree'), { minKeys: 1, maxKeys: 4 }),
    ),
  }))
  .tree.filter((tree) => typeof tree === 'object')
  .map((tree) => number(tree, { n: 0 }));

function number(tree: unknown, counter: { n: number }): Tree {
  if (Array.isArray(tree)) return tree.map((item) => number(item, counter));
  if (typeof tree !== 'object' || tree === null) return `leaf-${counter.n++}-end`;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, number(value, counter)]));
}

function leaves(tree: Tree, path: readonly (string | number)[] = []): { path: readonly (string | number)[]; leaf: string }[] {
  if (typeof tree === 'string') return [{ path, leaf: tree }];
  if (Array.isArray(tree)) return tree.flatMap((item, i) => leaves(item, [...path, i]));
  return Object.entries(tree).flatMap(([key, value]) => leaves(value, [...path, key]));
}

/** The text of the place, up to its line's end. */
function textAt(text: string, at: Pick<Origin, 'path' | 'nested'>): string | undefined {
  const found = locate(text, at);
  return found === undefined ? undefined : text.split('\n')[found.line - 1]?.slice(found.column - 1);
}

describe('locate finds what was generated', () => {
  test('in JSON', () => {
    fc.assert(
      fc.property(trees, fc.constantFrom(0, 1, 4), (tree, indent) => {
        const text = JSON.stringify(tree, null, indent);
        for (const { path, leaf } of leaves(tree)) expect(textAt(text, { path })).toMatch(new RegExp(`^"${leaf}"`));
      }),
      { numRuns: 60 },
    );
  });

  test('in several JSON documents', () => {
    fc.assert(
      fc.property(trees, trees, (one, two) => {
        const text = `${JSON.stringify(one, null, 2)}\n${JSON.stringify(two)}\n`;
        for (const { path, leaf } of leaves(two)) expect(textAt(text, { path: [1, ...path] })).toMatch(new RegExp(`^"${leaf}"`));
      }),
      { numRuns: 30 },
    );
  });

  test('in YAML, one document or several', () => {
    fc.assert(
      fc.property(trees, trees, (one, two) => {
        const text = stringify(one);
        for (const { path, leaf } of leaves(one)) expect(textAt(text, { path })).toMatch(new RegExp(`^${leaf}`));
        const several = `# first\n---\n${text}---\n${stringify(two)}`;
        for (const { path, leaf } of leaves(two)) expect(textAt(several, { path: [1, ...path] })).toMatch(new RegExp(`^${leaf}`));
      }),
      { numRuns: 40 },
    );
  });

  test('in YAML within YAML, JSON within JSON, YAML within JSON', () => {
    fc.assert(
      fc.property(trees, (inner) => {
        const yaml = stringify(inner);
        const json = JSON.stringify(inner, null, 2);
        const inYaml = stringify({ data: { mapRoles: yaml } }, { lineWidth: 0 });
        const inJson = JSON.stringify({ data: { policy: json, rows: yaml } }, null, 2);
        for (const { path, leaf } of leaves(inner)) {
          expect(textAt(inYaml, { path: ['data', 'mapRoles'], nested: { syntax: 'yaml', path } })).toMatch(
            new RegExp(`^${leaf}`),
          );
          expect(textAt(inJson, { path: ['data', 'policy'], nested: { syntax: 'json', path } })).toMatch(
            new RegExp(`^\\\\"${leaf}`),
          );
          expect(textAt(inJson, { path: ['data', 'rows'], nested: { syntax: 'yaml', path } })).toMatch(new RegExp(`^${leaf}`));
        }
      }),
      { numRuns: 40 },
    );
  });
});

const CASES: readonly { name: string; text: string; at: Pick<Origin, 'path' | 'nested'>; expected: string }[] = [
  { name: 'the root', text: '\n {"a":1}', at: { path: [] }, expected: '2:2' },
  { name: 'the last of a key that stands twice', text: '{"a":1,\n"a":2}', at: { path: ['a'] }, expected: '2:5' },
  { name: 'a key written with an escape', text: '{"\\u0061":7}', at: { path: ['a'] }, expected: '1:11' },
  { name: 'a bracket inside a string', text: '{"x":"]}\\"[","a":[1,\n2]}', at: { path: ['a', 1] }, expected: '2:1' },
  { name: 'after a byte order mark', text: '\ufeff{"a":1}', at: { path: ['a'] }, expected: '1:6' },
  { name: 'a path that leads nowhere', text: '{"a":[1]}', at: { path: ['a', 5] }, expected: 'nowhere' },
  { name: 'a path into a scalar', text: '{"a":1}', at: { path: ['a', 'b'] }, expected: 'nowhere' },
  { name: 'a text that is cut off', text: '{"a":[1,', at: { path: ['a', 0] }, expected: '1:7' },
  { name: 'an alias leads to its anchor', text: 'a: &x\n  b: 1\nc: *x\n', at: { path: ['c', 'b'] }, expected: '2:6' },
  {
    name: 'nested text that cannot be followed leads to the outer text',
    text: '{"a":"not json"}',
    at: { path: ['a'], nested: { syntax: 'json', path: ['Statement', 0] } },
    expected: '1:6',
  },
  {
    name: 'nested: the nearest thing around what is not there',
    text: '{"p":"{\\"Statement\\":{}}"}',
    at: { path: ['p'], nested: { syntax: 'json', path: ['Statement', 0] } },
    expected: '1:22',
  },
];

test.each(CASES)('locate: $name', ({ text, at, expected }) => {
  const found = locate(text, at);
  expect(found === undefined ? 'nowhere' : `${found.line}:${found.column}`).toBe(expected);
});

test('positionOf counts lines and columns from 1', () => {
  expect(positionOf('ab\ncd', 4)).toEqual({ line: 2, column: 2 });
  expect(positionOf('ab', 99)).toEqual({ line: 1, column: 3 });
});
