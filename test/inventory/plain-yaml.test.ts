import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Document, parseAllDocuments, stringify } from 'yaml';
import { readPlainYaml } from '../../src/inventory/text/plain-yaml.ts';

/** What the full parser makes of a text; undefined when it objects. */
function fully(text: string): readonly unknown[] | undefined {
  const documents = parseAllDocuments(text, { logLevel: 'silent', merge: true });
  if (!Array.isArray(documents)) return [];
  if (documents.some((document: Document) => document.errors.length > 0)) return undefined;
  return documents
    .filter((document: Document) => document.contents !== null)
    .map((document: Document) => document.toJS())
    .filter((value) => value !== null);
}

/** It may give up on any text; what it reads must be what the full parser reads. */
function agrees(text: string): boolean {
  const plain = readPlainYaml(text);
  if (plain !== undefined) expect({ text, value: plain }).toEqual({ text, value: fully(text) });
  return plain !== undefined;
}

const words = fc.oneof(
  fc.constantFrom(
    'a',
    'app',
    'true',
    'null',
    '~',
    '1',
    '-1',
    '012',
    '1.5',
    '1e3',
    '0x1f',
    'yes',
    '.inf',
    '.5',
    '-',
    '--- x',
    'a: b',
    'a #b',
    '#a',
    '*',
    '&a',
    '!t',
    '<<',
    '=',
    '{}',
    '[]',
    '{a}',
    'x:',
    ':x',
    "it's",
    '"q"',
    'line\nbreak\n',
    'two\n\n\nbreaks',
    ' lead',
    'trail ',
    '',
    '%x',
    '@x',
    '`x',
    '|',
    '>',
    '?',
    '? x',
    'system:masters',
    'arn:aws:iam::1:role/x',
    '__proto__',
    '- x',
    'ümläut',
    '\u0007',
    '2001-01-01',
    '1_000',
    '+1',
    '0o17',
    '1:30',
    'Null',
    'FALSE',
  ),
  fc.string({ maxLength: 6 }),
);
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    words,
    fc.constantFrom(null, true, false, 0, 7, -3, 1.5),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(words, tie('value'), { maxKeys: 3 }),
  ),
})).value;

test('what it reads of generated YAML is what the full parser reads', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(words, values, { minKeys: 1, maxKeys: 4 }), { minLength: 1, maxLength: 2 }),
      fc.record({
        indentSeq: fc.boolean(),
        indent: fc.constantFrom(2, 4),
        singleQuote: fc.boolean(),
        lineWidth: fc.constantFrom(0, 80),
      }),
      (documents, options) => {
        agrees(documents.map((value) => stringify(value, options)).join('---\n'));
      },
    ),
    { numRuns: 200 },
  );
});

const LINES = [
  'a: 1',
  'b: x',
  '- a: 1',
  '- x',
  '  c: y',
  '  - z',
  '    d: |',
  '      text',
  '',
  '# c',
  'e:',
  'f: "q"',
  "g: 'q'",
  '---',
  'h: [1]',
  'a:',
  '  |',
  ' odd: 1',
  'i: x # c',
  'j: {}',
  '- - k',
  '-',
  'l: |-',
  '  m',
  '   n',
  '...',
  'o: >',
  '  p q',
  'q: &x 1',
  'r: *x',
];

test('of lines put together at random it reads only what the full parser reads alike', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...LINES), { maxLength: 8 }), (lines) => {
      agrees(`${lines.join('\n')}\n`);
    }),
    { numRuns: 300 },
  );
});

test.each([
  'apiVersion: v1\nitems:\n- kind: Role\n  metadata:\n    name: x\n    labels:\n      a/b: "true"\n  rules:\n  - verbs:\n    - get\n    - \'*\'\nkind: List\n',
  'data:\n  mapRoles: |\n    - rolearn: a\n      groups:\n        - b\n\n    # c\n  other: x\n',
  'a: |-\n  x\n  y\nb: |+\n  z\n\nc: 1\n',
  'metadata:\n  resourceVersion: ""\n  selfLink: ""\n  n: 12\n  z: null\n  e: {}\n  l: []\n',
  '---\na: 1\n---\nb: 2\n',
])('it reads what kubectl writes: %j', (text) => {
  expect(agrees(text)).toBe(true);
});

test.each([
  'a: &x 1\nb: *x\n',
  'a: 1\na: 2\n',
  'a: [1, 2]\n',
  'a: >\n  x\n',
  'a: x # y\n',
  'a: x\n  y\n',
  '\ta: 1\n',
  'a: !!str 1\n',
  '<<: {a: 1}\n',
  '__proto__: 1\n',
  'a: 012\n',
  '? a\n: b\n',
])('it leaves to the full parser: %j', (text) => {
  expect(readPlainYaml(text)).toBeUndefined();
});
