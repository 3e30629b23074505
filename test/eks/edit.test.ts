import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { stringify } from 'yaml';
import {
  putAwsAuthRow,
  type RowEdit,
  type RowWish,
  readAwsAuth,
  removeAwsAuthRow,
  replaceAwsAuthArn,
} from '../../src/rules/eks/index.ts';
import { holds } from '../properties/runs.ts';

const ARN = 'arn:aws:iam::111111111111:role/ours';
const OURS: RowWish = { section: 'mapRoles', arn: ARN, username: 'ours:{{SessionName}}', groups: ['causeway:f:g'] };
const NODE = `- rolearn: arn:aws:iam::111111111111:role/node
  username: system:node:{{EC2PrivateDNSName}}
  groups:
    - system:bootstrappers
    - system:nodes
`;
const BLOCK = `- rolearn: ${ARN}
  username: "ours:{{SessionName}}"
  groups:
    - "causeway:f:g"
`;
const FLOW = `{"rolearn": "${ARN}", "username": "ours:{{SessionName}}", "groups": ["causeway:f:g"]}`;

function textOf(edit: RowEdit): string {
  if ('refused' in edit) throw new Error(edit.refused);
  return edit.text;
}

/** Name, the text before, the text with our row. */
const PUTS: readonly (readonly [name: string, before: string | undefined, after: string])[] = [
  ['no such key', undefined, BLOCK],
  ['an empty text', '', BLOCK],
  ['blanks', ' \n', BLOCK],
  ['two quotes, which the cluster skips', "''", BLOCK],
  ['two backticks', '``\n', BLOCK],
  ['null', 'null\n', `\n${BLOCK}`],
  ['comments alone', '# nobody yet\n', `# nobody yet\n${BLOCK}`],
  ['comments without a line end', '# nobody yet', `# nobody yet\n${BLOCK.trimEnd()}`],
  ['an empty list', '[]', `[${FLOW}]`],
  ['an empty list with a comment', '[ # nobody\n]\n', `[${FLOW} # nobody\n]\n`],
  ['rows', NODE, `${NODE}${BLOCK}`],
  ['rows without a line end', NODE.trimEnd(), `${NODE}${BLOCK.trimEnd()}`],
  [
    'comments before, after, between and trailing',
    `# a\n${NODE}# b\n\n${NODE.replace('node', 'other')}# c\n`,
    `# a\n${NODE}# b\n\n${NODE.replace('node', 'other')}# c\n${BLOCK}`,
  ],
  ['indented rows', NODE.replace(/^(?=.)/gm, '    '), NODE.replace(/^(?=.)/gm, '    ') + BLOCK.replace(/^(?=.)/gm, '    ')],
  ['a document mark', `---\n${NODE}`, `---\n${NODE}${BLOCK}`],
  ['CRLF', NODE.replaceAll('\n', '\r\n'), `${NODE}${BLOCK}`.replaceAll('\n', '\r\n')],
  ['flow rows', '[{rolearn: x}]', `[{rolearn: x}, ${FLOW}]`],
  ['flow rows with a comma at the end', '[\n  {rolearn: x}, # x\n]\n', `[\n  {rolearn: x}, ${FLOW}, # x\n]\n`],
  ['flow rows in a block list', '- {rolearn: x, groups: [y]}\n', `- {rolearn: x, groups: [y]}\n${BLOCK}`],
  ['keys in any letters', '- "RoleARN": x\n  UserName: y\n', `- "RoleARN": x\n  UserName: y\n${BLOCK}`],
  ['rows that are none', '- 7\n- [a]\n-\n', `- 7\n- [a]\n-\n${BLOCK}`],
  ['an alias', '- &n {rolearn: x, username: a}\n- *n\n', `- &n {rolearn: x, username: a}\n- *n\n${BLOCK}`],
  [
    'a block text that keeps its line ends',
    '- rolearn: x\n  username: |+\n    a\n\n',
    `- rolearn: x\n  username: |+\n    a\n\n${BLOCK}`,
  ],
  ['a byte order mark', `\ufeff${NODE}`, `\ufeff${NODE}${BLOCK}`],
  [
    'a row of ours that says the same otherwise',
    `- {roleArn: ${ARN}, username: 'ours:{{SessionName}}', groups: ["causeway:f:g"]} # by hand\n`,
    `- {roleArn: ${ARN}, username: 'ours:{{SessionName}}', groups: ["causeway:f:g"]} # by hand\n`,
  ],
  ['a row of ours that says something else', `# a\n- rolearn: ${ARN}\n  username: x\n# b\n${NODE}`, `# a\n${BLOCK}# b\n${NODE}`],
  [
    'the last row in the middle of flow rows',
    `[{rolearn: x}, {rolearn: "${ARN}"}, {rolearn: y}]`,
    `[{rolearn: x}, ${FLOW}, {rolearn: y}]`,
  ],
  [
    'two rows of the ARN, of which the last counts',
    `- rolearn: ${ARN}\n- rolearn: ${ARN.toUpperCase()}\n`,
    `- rolearn: ${ARN}\n${BLOCK}`,
  ],
];

describe('a row is put', () => {
  it.each(PUTS)('to %s', (_, before, after) => {
    expect(textOf(putAwsAuthRow(before, OURS))).toBe(after);
    expect(textOf(putAwsAuthRow(after, OURS))).toBe(after);
  });

  const GOES_BACK = PUTS.filter(
    ([, before, after]) => before !== undefined && !/ours/i.test(before) && after.includes(before.trim()),
  );
  it.each(GOES_BACK.filter(([name]) => !/blanks|quotes|backticks|null/.test(name)))(
    'and taken from %s, nothing is left of it',
    (_, before, after) => {
      expect(textOf(removeAwsAuthRow(after, OURS))).toBe(before);
    },
  );
});

describe('a row is taken', () => {
  it.each([
    ['the only one', BLOCK, ''],
    ['the first', `${BLOCK}${NODE}`, NODE],
    ['one between comments', `# a\n${BLOCK}  # of nobody\n# b\n${NODE}`, `# a\n  # of nobody\n# b\n${NODE}`],
    ['of other letters', `- ROLEARN: ${ARN.replace('ours', 'OURS')}\n${NODE}`, NODE],
    ['the first of flow rows', `[{rolearn: ${ARN}}, {rolearn: y}]`, '[{rolearn: y}]'],
    ['the only one of flow rows', `[ {rolearn: ${ARN}}, ]`, '[ ]'],
    ['an alias', `- &n {username: a, rolearn: x}\n- {<<: *n, rolearn: ${ARN}}\n`, '- &n {username: a, rolearn: x}\n'],
    ['none', NODE, NODE],
    ['none of nothing', undefined, ''],
  ])('%s', (_, before, after) => {
    expect(textOf(removeAwsAuthRow(before, OURS))).toBe(after);
  });
});

describe('a text that cannot be edited safely is refused', () => {
  it.each([
    ['- rolearn: [x\n', /not valid YAML/],
    ['mapRoles: x\n', /is not a list/],
    ['{rolearn: x}', /map|not a list|not valid/],
    ['just words\n', /not a list/],
    [`${NODE}---\n${NODE}`, /several YAML documents/],
    ['- rolearn: x\n  username: "a\nb"\n', /not by YAML 1.2/],
    [`${NODE}...\n`, /document end/],
    ['- rolearn: x\n  username: |\n    a', /cut off by the end/],
    ['- &a [*a]\n', /cannot be judged|not valid/],
  ])('%j', (text, reason) => {
    expect(putAwsAuthRow(text, OURS)).toEqual({ refused: expect.stringMatching(reason) });
    expect(removeAwsAuthRow(text, OURS)).toEqual({ refused: expect.stringMatching(reason) });
  });

  it.each([
    ['an anchor that another row uses', `- &n {rolearn: ${ARN}, username: n}\n- {<<: *n, rolearn: y}\n`, /anchor/],
    ['two rows of the ARN', `- rolearn: ${ARN}\n- rolearn: ${ARN}\n`, /rows 1 and 2/],
  ])('taking a row: %s', (_, text, reason) => {
    expect(removeAwsAuthRow(text, OURS)).toEqual({ refused: expect.stringMatching(reason) });
  });

  test('a user in another spelling', () => {
    const text = '- userarn: ARN:x\n';
    expect(putAwsAuthRow(text, { ...OURS, section: 'mapUsers', arn: 'arn:x' })).toEqual({
      refused: expect.stringMatching(/another spelling/),
    });
  });
});

const word = fc.oneof(
  fc.constantFrom(
    '',
    'x',
    'yes',
    '012',
    '~',
    'a: b',
    '#c',
    '- d',
    '{{SessionName}}',
    '\u0085',
    '\u2028',
    'é',
    '😀',
    '"',
    "'",
    '\\',
    '*a',
    '&a',
    '!t',
    '%',
    '@',
  ),
  fc.string({ maxLength: 8 }),
);
const arn = fc.constantFrom('a', 'b', 'c', 'd').map((name) => `arn:aws:iam::111111111111:role/${name}`);
const wish: fc.Arbitrary<RowWish> = fc.record({
  section: fc.constant('mapRoles' as const),
  arn: fc.oneof(
    arn,
    word.map((text) => `arn:${text}`),
  ),
  username: word,
  groups: fc.array(word, { maxLength: 3 }),
});

/** Rows of others as people write them. */
const lines: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '# a comment\n',
        '\n',
        '   # another\n',
        '- 7\n',
        '-\n',
        '- *n\n',
        '- {<<: *n, rolearn: z}\n',
        '- &n {rolearn: n}\n',
        '- rolearn: |\n    t\n',
      ),
      fc
        .record({ rolearn: arn, username: word, groups: fc.array(word, { maxLength: 2 }) })
        .chain((row) =>
          fc.constantFrom(
            stringify([row]),
            stringify([row], { defaultStringType: 'QUOTE_SINGLE', lineWidth: 20 }),
            `- ${JSON.stringify(row)} # flow\n`,
            `-   RoleArn: ${row.rolearn} # ${row.groups.length}\n    # inner\n    groups: []\n`,
          ),
        ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const text: fc.Arbitrary<string> = fc
  .tuple(lines, fc.constantFrom('', '  '), fc.boolean(), fc.constantFrom('', '---\n', '# head\n'), fc.boolean(), fc.boolean())
  .map(([body, indent, cut, head, crlf, flow]) => {
    const block = head + body.replace(/^(?=.)/gm, indent);
    const plain = flow ? `[${/arn/.test(body) ? '{rolearn: q, groups: [r]},' : ''} # c\n]` : cut ? block.trimEnd() : block;
    return crlf ? plain.replaceAll('\n', '\r\n') : plain;
  });

const rowsIn = (given: string | undefined): readonly unknown[] =>
  readAwsAuth(given === undefined ? {} : { mapRoles: given }).roles.map(({ arn: name, username, groups, sso }) => [
    name,
    username,
    groups,
    sso,
  ]);

describe('laws', () => {
  test('after put the row reads back, and all others are as they were', () => {
    let edited = 0;
    holds(
      300,
      fc.property(text, wish, (before, row) => {
        const put = putAwsAuthRow(before, row);
        if ('refused' in put) return;
        edited++;
        const { roles } = readAwsAuth({ mapRoles: put.text });
        const own = roles.filter((each) => each.arn.toLowerCase() === row.arn.toLowerCase()).at(-1);
        expect(own).toMatchObject({ arn: row.arn, username: row.username, groups: row.groups });
        const others = (given: string): readonly unknown[] =>
          rowsIn(given).filter((each) => !(Array.isArray(each) && String(each[0]).toLowerCase() === row.arn.toLowerCase()));
        expect(others(put.text)).toEqual(others(before));
        expect(putAwsAuthRow(put.text, row)).toEqual(put);
      }),
    );
    expect(edited).toBeGreaterThan(20);
  });

  test('what is added and taken again leaves every byte as it was', () => {
    holds(
      300,
      fc.property(text, wish, (before, row) => {
        const put = putAwsAuthRow(before, row);
        const isNew = !rowsIn(before).some(
          (each) => Array.isArray(each) && String(each[0]).toLowerCase() === row.arn.toLowerCase(),
        );
        if ('refused' in put || !isNew || before.trim() === '') return;
        expect(removeAwsAuthRow(put.text, row)).toEqual({ text: before });
      }),
    );
  });

  test('random texts never lose a row of others', () => {
    const mark = fc.constantFrom(
      '- ',
      '\n',
      ' ',
      'rolearn: ',
      'a',
      ',',
      '[',
      ']',
      '{',
      '}',
      '#',
      '"',
      "'",
      ':',
      '&n ',
      '*n',
      '|',
      '>',
      '\t',
      '...',
      '---',
      '? ',
      '!!str ',
      ARN,
      '\r',
    );
    holds(
      800,
      fc.property(
        fc.array(mark, { maxLength: 30 }).map((parts) => parts.join('')),
        (before) => {
          for (const edit of [putAwsAuthRow(before, OURS), removeAwsAuthRow(before, OURS)]) {
            if ('refused' in edit) continue;
            const others = (given: string): readonly unknown[] =>
              rowsIn(given).filter((each) => !(Array.isArray(each) && String(each[0]).toLowerCase() === ARN.toLowerCase()));
            expect(others(edit.text)).toEqual(others(before));
          }
        },
      ),
    );
  });
});

test('an ARN is written as another where it stands, and nothing else', () => {
  const before = '- rolearn: "x" # one\n  username: x\n- {roleARN: x}\n- rolearn: xy\n';
  expect(replaceAwsAuthArn(before, 'mapRoles', 'x', 'z')).toEqual({
    text: '- rolearn: "z" # one\n  username: x\n- {roleARN: z}\n- rolearn: xy\n',
  });
});
