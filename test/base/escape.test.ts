import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeForTerminal } from '../../src/base/index.ts';

test.each([
  ['plain text, ümläut and 日本', 'plain text, ümläut and 日本'],
  ['a\u001b[31mred', 'a\\x1b[31mred'],
  ['line\nbreak\r\ttab', 'line\\nbreak\\r\\ttab'],
  ['\u009b2J', '\\x9b2J'],
  ['abc\u202edef', 'abc\\u202edef'],
  ['zero\u200bwidth', 'zero\\u200bwidth'],
  ['tag\u{e0041}', 'tag\\u{e0041}'],
  ['half \ud800', 'half \\ud800'],
  ['bell\u0007 null\u0000', 'bell\\x07 null\\x00'],
])('%j is printed as %j', (text, expected) => {
  expect(escapeForTerminal(text)).toBe(expected);
});

test('nothing that a terminal acts on is left, and a second time changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeForTerminal(text);
      expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      expect(escapeForTerminal(escaped)).toBe(escaped);
    }),
    { numRuns: 50 },
  );
});
