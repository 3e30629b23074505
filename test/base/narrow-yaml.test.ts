import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { locate } from '../../src/base/index.ts';
import { narrowToItem } from '../../src/base/narrow-yaml.ts';

const word = fc.stringMatching(/^[a-z]{1,6}$/);
const value = fc.oneof(word, fc.array(word, { maxLength: 3 }), fc.constant('- rolearn: a\n  groups:\n  - b\nitems:\n- c\n'));
const items = fc.array(fc.dictionary(word, value, { minKeys: 1, maxKeys: 4 }), { minLength: 1, maxLength: 4 });

test('a cut item gives the place that the whole text gives', () => {
  fc.assert(
    fc.property(items, fc.nat(), fc.constantFrom(0, 2), (list, pick, indentSeq) => {
      const index = pick % list.length;
      const text = stringify({ apiVersion: 'v1', items: list, kind: 'List' }, { indentSeq: indentSeq > 0 });
      // A second document makes the cut impossible, and the place in the first one stays where it is.
      const whole = `${text}---\nkind: Other\n`;
      for (const key of Object.keys(list[index] ?? {})) {
        expect(narrowToItem(text, ['items', index, key])).toBeDefined();
        expect(locate(text, { path: ['items', index, key] })).toEqual(locate(whole, { path: [0, 'items', index, key] }));
      }
    }),
  );
});

test.each([
  ['several documents', 'items:\n- a: 1\n---\nitems:\n- a: 2\n'],
  ['an anchor', 'items:\n- a: &x 1\n- b: *x\n'],
  ['a flow list', 'items: [{a: 1}]\n'],
  ['the key twice', 'items:\n- a: 1\nitems:\n- a: 2\n'],
  ['no such item', 'items:\n- a: 1\nkind: List\n'],
])('%s is left to the whole parser', (_, text) => {
  expect(narrowToItem(text, ['items', 1, 'a'])).toBeUndefined();
});
