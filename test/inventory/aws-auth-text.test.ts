import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { appendRow, replaceRowArn } from '../../src/inventory/aws-auth-text.ts';

const ROW = { rolearn: 'arn:aws:iam::111111111111:role/new', username: 'new:{{SessionName}}', groups: ['a: b', '#c'] };
const rows = fc.array(
  fc.record({
    rolearn: fc.constantFrom('arn:aws:iam::1:role/a', 'arn:aws:iam::1:role/b'),
    username: fc.string(),
    groups: fc.array(fc.string()),
  }),
  { maxLength: 3 },
);

test('a row more is a row more, whatever stands there', () => {
  fc.assert(
    fc.property(rows, fc.boolean(), fc.boolean(), (before, flow, indented) => {
      const plain = flow ? JSON.stringify(before) : stringify(before);
      const text = indented && !flow ? plain.replace(/^/gm, '  ') : plain;
      const after = appendRow(text, ROW);
      expect(parse(after)).toEqual([...before, ROW]);
      if (before.length > 0 && !flow) expect(after.startsWith(text.trimEnd())).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test.each(['', '\n', '""', "''", '[]', '# nobody yet\n', 'null\n'])('a row comes to %j', (text) => {
  expect(parse(appendRow(text, ROW))).toEqual([ROW]);
});

test('comments stay', () => {
  expect(appendRow('# nodes\n- rolearn: x # node\n', ROW)).toMatch(/^# nodes\n- rolearn: x # node\n- rolearn: arn/);
  expect(appendRow('# nobody yet\n', ROW)).toMatch(/^# nobody yet\n- rolearn/);
});

test.each(['just words', 'a: map\n'])('a text that is no list stays as it is: %j', (text) => {
  expect(appendRow(text, ROW)).toBe(text);
});

test('an ARN is replaced where it stands, and nothing else', () => {
  const text = '- rolearn: "x" # one\n  username: x\n- {roleARN: x}\n- rolearn: xy\n';
  expect(replaceRowArn(text, 'x', 'z')).toBe('- rolearn: z # one\n  username: x\n- {roleARN: z}\n- rolearn: xy\n');
});
