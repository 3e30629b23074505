import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { answersFor, type Prompts } from '../../src/cli/grants/init-answers.ts';
import { planOutput } from '../../src/cli/output/plan.ts';
import { firstFile, readGrants } from '../../src/grants/index.ts';
import { cli } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'causeway-grants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILE = 'examples/article/causeway.yaml';
const PUT_RIGHT = 'examples/article/put-right';
const ARTICLE = ['plan', FILE, '--inventory', PUT_RIGHT];

test.each([
  ['differs', ARTICLE, 1],
  ['a file that is not there', ['plan', 'nowhere.yaml'], 2],
  ['a file that is wrong', ['plan', 'examples/grants/misspelt.yaml'], 2],
  ['no inventory', ['plan', FILE, '--inventory', 'nowhere'], 2],
  ['credentials of no account', [...ARTICLE, '--credentials', 'platfrom=profile:x'], 2],
  ['credentials in another form', [...ARTICLE, '--credentials', 'platform'], 2],
  ['credentials of a role that is no role', [...ARTICLE, '--credentials', 'delivery=role:x'], 2],
  [
    'mine alone, by a role and the id of the account',
    [...ARTICLE, '--credentials', '222222222222=role:arn:aws:iam::222222222222:role/admin', '--mine'],
    0,
  ],
  ['mine alone: what is left is of others', [...ARTICLE, '--credentials', 'delivery=profile:x', '--mine'], 0],
  ['an inventory that shows nothing', ['plan', FILE, '--inventory', folder], 3],
])('the exit code of plan: %s', async (_, words, exit) => {
  expect((await cli(words)).exit).toBe(exit);
});

test('-o json prints what the schema says', async () => {
  for (const name of ['as-written', 'put-right']) {
    const { out } = await cli(['plan', FILE, '--inventory', `examples/article/${name}`, '-o', 'json']);
    expect(planOutput.safeParse(JSON.parse(out)).error).toBeUndefined();
  }
});

test('no line of prose is wider than 80 columns, and colour only comes where it is wanted', async () => {
  const plain = await cli(ARTICLE);
  const coloured = await cli(ARTICLE, { isTTY: true });
  expect(plain.out).not.toContain('\u001b');
  expect(coloured.out).toContain('\u001b[');
  expect(coloured.out.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain.out);
  const wide = plain.out.split('\n').filter((line) => line.length > 80 && !/(^|\s)(arn:\S+|\S+: \S+)$/.test(line));
  expect(wide).toEqual([]);
});

test('what comes from outside is escaped', async () => {
  const text = readFileSync(FILE, 'utf8').replace('region: eu-west-1', 'region: "\\e[31m"');
  const file = join(folder, 'evil.yaml');
  writeFileSync(file, text);
  const { err, exit } = await cli(['plan', file]);
  expect(exit).toBe(2);
  expect(err).not.toContain('\u001b');
});

const INIT = [
  '--name',
  'f',
  '--cluster',
  '111111111111/eu-west-1/prod',
  '--to',
  'arn:aws:iam::222222222222:role/ci',
  '--access',
  'view',
];

test('init writes a file that plan reads, and never writes over one', async () => {
  const file = join(folder, 'causeway.yaml');
  expect((await cli(['init', file, ...INIT])).exit).toBe(0);
  const text = readFileSync(file, 'utf8');
  expect(readGrants(text, file).problems).toEqual([]);
  expect((await cli(['init', file, ...INIT, '--via', 'direct'])).exit).toBe(2);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test.each([
  ['nobody can be asked', ['--name', 'f']],
  ['a name that is none', [...INIT.slice(2), '--name', 'A B']],
  ['an access that is none', [...INIT.slice(0, -1), 'edt']],
  ['a session', [...INIT, '--to', 'arn:aws:sts::222222222222:assumed-role/ci/x']],
  ['a region that is none', ['--name', 'f', '--cluster', '111111111111/mars/prod', ...INIT.slice(4)]],
])('init refuses: %s', async (_, words) => {
  const { exit, out } = await cli(['init', '-', ...words]);
  expect([exit, out]).toEqual([2, '']);
});

/** Somebody who gives these answers, one a question. */
function answering(...answers: readonly (string | undefined)[]): Prompts {
  let next = 0;
  const answer = (): Promise<string | undefined> => Promise.resolve(answers[next++]);
  return {
    text: async ({ check }) => {
      const given = await answer();
      return given === undefined || check(given) === undefined ? given : undefined;
    },
    select: answer,
  };
}

test('init asks what the flags do not say', async () => {
  const all = answering('f', '111111111111/eu-west-1/prod', 'arn:aws:iam::222222222222:user/ann', 'audit', 'a, b', 'direct');
  const answers = await answersFor({}, all);
  expect(answers).toMatchObject({ name: 'f', access: 'audit', namespaces: ['a', 'b'], via: 'direct' });
  expect(readGrants(firstFile(answers), 'f').problems).toEqual([]);
  const rest = await answersFor(
    { name: 'g', cluster: '111111111111/eu-west-1/prod', access: 'view' },
    answering('arn:aws:iam::2:role/x', undefined),
  ).catch(String);
  expect(rest).toContain('given up');
});
