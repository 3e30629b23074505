import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/access/index.ts';
import { shellWord } from '../../src/base/index.ts';
import { printAnswer, verdictOf } from '../../src/cli/print/answer.ts';
import { styleFor } from '../../src/cli/print/style.ts';
import { wrap } from '../../src/cli/print/wrap.ts';
import { cannotTell, no, yes, yesIf } from './answers.ts';

const stdout = { write: () => true };
const plain = styleFor({ stdout, env: { LANG: 'C.UTF-8' } });
const painted = styleFor({ stdout: { ...stdout, isTTY: true }, env: { LANG: 'C.UTF-8', TERM: 'xterm' } });
const where = () => 'accounts/222222222222/iam.json:34';
const print = (answer: Answer, style = plain) => printAnswer(answer, style, where, 'Files are relative to inventory');
const answers = { yes, yesIf, no, cannotTell };

describe.each(Object.entries(answers))('%s', (_name, answer) => {
  test('prose is no wider than 80 columns; only an ARN, a path or a command may be', () => {
    const command = new Set(answer.remedy?.steps.flatMap((step) => step.command.split('\n').map((line) => line.trim())) ?? []);
    for (const gap of answer.gaps) command.add(gap.command ?? '');
    for (const line of print(answer).split('\n')) {
      if (line.length > 80) expect(command.has(line.trim()) || /^\W*(describe +)?arn:\S+$/.test(line)).toBe(true);
    }
  });
  test('colour changes nothing but the colour', () => {
    const text = print(answer, painted);
    expect(text).toContain('\u001b[');
    expect(stripVTControlCharacters(text)).toBe(print(answer));
  });
  test('no line ends in blanks, and no two empty lines follow each other', () => {
    expect(print(answer)).not.toMatch(/[ \t]\n|\n\n\n/);
  });
});

test.each([
  ['YES', yes],
  ['YES, IF', yesIf],
  ['NO', no],
  ['CANNOT TELL', cannotTell],
] as const)('the first word of the first line is %s', (verdict, answer) => {
  expect(verdictOf(answer)).toBe(verdict);
  expect(print(answer).startsWith(`${verdict}: `)).toBe(true);
});

test('each hop has its mark, in order', () => {
  expect(print(no).match(/^[✔✖?─] \d \w+/gm)).toEqual(['✔ 1 assume', '✔ 2 authenticate', '✖ 3 map', '─ 4 authorize']);
});

test('conditions come with what settles them, gaps with what collects them', () => {
  expect(print(yesIf)).toContain('--given sts:ExternalId=c0ffee');
  expect(print(yesIf)).toContain("--given '!aws:SourceIp'");
  expect(print(cannotTell)).toContain('aws iam get-account-authorization-details >');
});

test('a remedy says whether it is proven and who else gains', () => {
  expect(print(no)).toMatch(/YES, IF \(proven/);
  expect(print(no)).toContain('Nobody else gains anything by it.');
  const wide = { ...no, remedy: no.remedy && { ...no.remedy, proven: false, gains: ['bob'] } } as Answer;
  expect(print(wide)).toMatch(/not proven/);
  expect(print(wide)).toContain('- bob');
});

test('outside text cannot act on the terminal', () => {
  const evil = '\u001b[2J\u202egpj\n\u009b31mfake: YES';
  const answer: Answer = { ...no, headline: evil, caller: evil, notes: [{ role: 'note', text: evil }] };
  expect(print(answer)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/u);
});

test.each([
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ TERM: 'dumb' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, false],
  [{}, false, false],
])('colour with %j on a terminal: %s', (env, isTTY, expected) => {
  const style = styleFor({ stdout: { ...stdout, isTTY }, env });
  expect(style.paint('bad', 'x') !== 'x').toBe(expected);
});

test.each([
  [{ LANG: 'C' }, 'x'],
  [{ LANG: 'en_GB.UTF-8', LC_ALL: 'C' }, 'x'],
  [{ LANG: 'en_GB.utf8' }, '✖'],
  [{}, '✖'],
])('marks with %j', (env, mark) => expect(styleFor({ stdout, env }).mark.no).toBe(mark));

test('words are never cut', () => {
  expect(wrap('one two three', 9, '- ', '  ')).toEqual(['- one two', '  three']);
  expect(wrap('a verylongwordindeed b', 8)).toEqual(['a', 'verylongwordindeed', 'b']);
  expect(wrap('', 8, '> ')).toEqual(['>']);
});

test('words that a shell would take apart are quoted', () => {
  expect(shellWord('sts:ExternalId=a b')).toBe("'sts:ExternalId=a b'");
  expect(shellWord("it's")).toBe("'it'\\''s'");
});
