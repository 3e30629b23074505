import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isUnique } from '../../src/inventory/text/unique.ts';

test('a text in which a key stands twice is never taken for one that has each key once', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 3 }),
      fc.string(),
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom(0, 2),
      (value, key, again, indent) => {
        const pair = `${JSON.stringify(key)}:${JSON.stringify(again)}`;
        const text = `{${pair},"value":${JSON.stringify(value, null, indent)},${pair}}`;
        expect(isUnique(text, JSON.parse(text), 100)).toBe(false);
      },
    ),
    { numRuns: 200 },
  );
});

test('an ordinary answer is proven', () => {
  const value = { RoleDetailList: [{ RoleName: 'a', Arn: 'arn:aws:iam::1:role/a' }, { RoleName: 'b' }] };
  for (const indent of [0, 2, 4]) expect(isUnique(JSON.stringify(value, null, indent), value, 100)).toBe(true);
});

test('a colon after space within a text is no key', () => {
  const text = '{"Description":"who : may, and : why"}';
  expect(isUnique(text, JSON.parse(text), 4)).toBe(true);
});

test.each([
  ['a colon after space', '{"a" :1}'],
  ['a colon after a tab', '{"a"\t:1}'],
  ['a colon after two spaces', '{"a"  :1}'],
  ['a colon on the next line', '{"a":0,"a"\n:1}'],
  ['a text that looks like a key', '{"a":"x\\":"}'],
  ['too deep', '[[[[{"a":1}]]]]'],
])('not proven: %s', (_, text) => {
  expect(isUnique(text, JSON.parse(text), 4)).toBe(false);
});
