import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanJson } from '../../src/base/index.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const texts = fc
  .jsonValue({ maxDepth: 4 })
  .chain((value) => fc.constantFrom(JSON.stringify(value), JSON.stringify(value, null, 2)));

test('brackets and words: scanJson and JSON.parse agree on every text with one character changed', () => {
  fc.assert(
    fc.property(
      texts,
      fc.nat(),
      fc.constantFrom('', '{', '}', '[', ']', ',', ':', '0', '-', '.', 't', ' ', 'e'),
      (text, at, put) => {
        const i = at % (text.length + 1);
        const changed = text.slice(0, i) + put + text.slice(i + 1);
        // Inside strings JSON.parse is stricter (escapes, controls); it is always asked first.
        if (isJson(changed)) expect(scanJson(changed, 100).error).toBeUndefined();
        else if (!changed.includes('\\')) expect(scanJson(changed, 100).error).toBeDefined();
      },
    ),
    { numRuns: 400 },
  );
});

test('every proper prefix of an object or a list is truncated, never wrong', () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), fc.nat(), (value, cut) => {
      const text = JSON.stringify(value);
      const { error } = scanJson(text.slice(0, cut % text.length), 100);
      expect(error?.truncated).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['{"a":1,"a":2}', [{ key: 'a', path: [] }]],
  ['{"a":1,"A":2}', [{ key: 'A', path: [] }]],
  ['{"p":[{"x":{"b":1,"c":2,"b":3}}]}', [{ key: 'b', path: ['p', 0, 'x'] }]],
  ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}', []],
])('keys that stand twice: %s', (text, expected) => {
  expect(scanJson(text, 100).duplicates.map(({ key, path }) => ({ key, path }))).toEqual(expected);
});

test('too deep is found without recursion, at the first bracket too many', () => {
  expect(scanJson('['.repeat(200_000), 50).tooDeep).toBe(50);
  expect(scanJson('[[1]]', 2).tooDeep).toBeUndefined();
});
