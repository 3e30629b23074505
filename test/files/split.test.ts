import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitJson } from '../../src/edge/files/split.ts';
import { makeInventory, type Source } from '../../src/inventory/index.ts';
import { A, details, IAM, policy, role } from '../inventory/folder.ts';

/** Cuts bytes at the given places. */
function chunks(text: string, cuts: readonly number[]): readonly Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return places.slice(1).map((place, i) => bytes.subarray(places[i], place));
}

const texts = fc
  .tuple(
    fc.dictionary(fc.string(), fc.oneof(fc.array(fc.jsonValue({ maxDepth: 2 })), fc.jsonValue({ maxDepth: 2 }))),
    fc.constantFrom(0, 2),
    fc.nat(2),
  )
  .map(([page, indent, form]) => {
    const text = JSON.stringify(page, null, indent);
    return [text, `[${text},${text}]`, `${text}\n${text}\n`][form] ?? text;
  });

test('where chunks begin and end never matters', () => {
  fc.assert(
    fc.property(texts, fc.array(fc.nat(), { maxLength: 20 }), (text, cuts) => {
      expect([...splitJson(chunks(text, cuts))]).toEqual([...splitJson(chunks(text, []))]);
    }),
    { numRuns: 200 },
  );
});

test('byte by byte', () => {
  const text = JSON.stringify({
    'a"\\': ['\\"}]', { b: [1, { c: '\u00fc\ud83d\ude00' }] }, -1.5e3, true],
    n: 12,
    s: 'x',
    e: [],
    o: {},
  });
  const pieces = [
    ...splitJson(
      chunks(
        text,
        Array.from({ length: 200 }, (_, i) => i),
      ),
    ),
  ];
  expect(pieces).toEqual([
    { document: 0, path: ['a"\\', 0], text: '"\\\\\\"}]"' },
    { document: 0, path: ['a"\\', 1], text: '{"b":[1,{"c":"ü😀"}]}' },
    { document: 0, path: ['a"\\', 2], text: '-1500' },
    { document: 0, path: ['a"\\', 3], text: 'true' },
    { document: 0, path: ['n'], text: '12' },
    { document: 0, path: ['s'], text: '"x"' },
    { document: 0, path: ['e'], text: '[]' },
    { document: 0, path: ['o'], text: '{}' },
  ]);
});

test('any proper prefix of an object is truncated, and never looks whole', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), fc.nat(), (page, cut) => {
      const text = JSON.stringify(page);
      const short = text.slice(0, 1 + (cut % (text.length - 1)));
      const last = [...splitJson(chunks(short, []))].at(-1);
      expect(last).toMatchObject({ unreadable: 'truncated' });
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['<html>', 'not-json'],
  ['{"a" 1}', 'not-json'],
  ['{"a":[1 2]}', 'not-json'],
  ['{a:1}', 'not-json'],
  ['{"a":1]', 'not-json'],
])('%s is %s', (text, code) => {
  expect([...splitJson(chunks(text, []))].at(-1)).toMatchObject({ unreadable: code });
});

describe('an inventory from pieces is the one from the whole text', () => {
  const RolePolicyList = [{ PolicyName: 'p', PolicyDocument: policy('a:b') }];
  const page = details({ RoleDetailList: [role('one', { RolePolicyList }), role('two')] });
  const twice = JSON.stringify(page).replace('"Effect":"Allow"', '"Effect":"Deny","Effect":"Allow"');
  const open = (text: string, inPieces: boolean) => {
    const whole: Source = { path: IAM, size: text.length, text: () => text };
    const inventory = makeInventory([
      inPieces ? { ...whole, text: () => 'never', elements: () => splitJson(chunks(text, [7, 99])) } : whole,
    ]);
    const iam = inventory.accounts.get(A)?.iam();
    return {
      iam: iam?.state === 'collected' ? [iam.value.roles, iam.value.lacks] : iam?.state,
      codes: inventory.problems().map(({ code }) => code),
    };
  };

  test.each([
    ['one page', JSON.stringify(page)],
    ['a list of pages', JSON.stringify([page, page])],
    ['pages in a row', `${JSON.stringify(page)}\n${JSON.stringify(page)}`],
    ['a key that stands twice', twice],
    ['cut off', JSON.stringify(page).slice(0, 300)],
    ['broken inside a piece', JSON.stringify(page).replace('"RoleName":', '"RoleName"')],
  ])('%s', (_, text) => {
    expect(open(text, true)).toEqual(open(text, false));
  });
});
