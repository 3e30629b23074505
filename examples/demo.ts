/**
 * `npm run demo`: the article's set-up and the same wish put right, asked with the command that users have, and then live in
 * a lab.
 *
 * Every answer comes from the CLI itself (`runCli` is what the bin calls); nothing leaves the machine and nothing is written.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { styleText } from 'node:util';
import { showGrants } from './demo-grants.ts';
import { showLab } from './demo-lab.ts';
import { run } from './run.ts';

/** How a wish is asked in one of the two folders, and what must come out. */
interface Asked {
  readonly via: readonly string[];
  readonly given?: Readonly<Record<string, string>>;
  readonly expected: 'allow' | 'deny' | 'unknown';
  readonly conditions?: readonly string[];
}

/** One line of article/wish.jsonl. */
interface Wish {
  readonly name: string;
  readonly as: string;
  readonly cluster: string;
  readonly verb: string;
  readonly resource: string;
  readonly resourceName?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly wished: boolean;
  readonly 'as-written': Asked;
  readonly 'put-right': Asked;
}

type Folder = 'as-written' | 'put-right';

const article = relative(process.cwd(), join(import.meta.dirname, 'article'));
const colours = process.stdout.isTTY === true && !process.env.NO_COLOR;
const paint = (how: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string) => (colours ? styleText(how, text) : text);

const wishes = readFileSync(join(import.meta.dirname, 'article', 'wish.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Wish);

/** The words after `causeway` for one wish in one folder. */
function wordsOf(wish: Wish, folder: Folder): readonly string[] {
  const { via, given = {} } = wish[folder];
  return [
    ...['can-i', wish.verb, wish.resourceName === undefined ? wish.resource : `${wish.resource}/${wish.resourceName}`],
    ...(wish.subresource === undefined ? [] : ['--subresource', wish.subresource]),
    ...(wish.allNamespaces ? ['-A'] : wish.namespace === undefined ? [] : ['-n', wish.namespace]),
    ...['--cluster', wish.cluster, '--inventory', join(article, folder), '--as', wish.as],
    ...via.flatMap((role) => ['--via', role]),
    ...Object.entries(given).flatMap(([key, value]) => ['--given', `${key}=${value}`]),
  ];
}

/** Runs one command line for whoever looks at the demo. */
const ask = (words: readonly string[]) => run(words, { env: process.env, home: homedir(), terminal: process.stdout });

/** Shows a command and its answer as a terminal would. */
async function show(words: readonly string[]): Promise<void> {
  console.log(paint('dim', `$ causeway ${words.join(' ').replace(/ (?=--(cluster|as|via|given) )/g, ' \\\n    ')}`));
  const { printed, complaint } = await ask(words);
  console.log(`${printed}${complaint}`.replaceAll(/^(?=.)/gm, '  '));
}

function say(...lines: readonly string[]): void {
  console.log(`${lines.join('\n')}\n`);
}

function title(text: string): void {
  console.log(`${paint('bold', `── ${text} ${'─'.repeat(Math.max(0, 92 - text.length))}`)}\n`);
}

const VERDICTS = ['yes', 'no', 'wrong use', 'open', 'failed'];

/** What the exit code of `can-i` says, in a word; an open answer is a yes under conditions only if the answer is an allow. */
async function verdictOf(wish: Wish, folder: Folder): Promise<{ readonly word: string; readonly right: boolean }> {
  const { exit, printed, complaint } = await ask([...wordsOf(wish, folder), '-o', 'json']);
  const { expected, conditions = [] } = wish[folder];
  if (exit > 3 || exit === 2) return { word: complaint.split('\n')[0] || (VERDICTS[exit] ?? '?'), right: false };
  const answer = JSON.parse(printed) as { decision: string; conditions: { key: string }[] };
  const keys = [...new Set(answer.conditions.map(({ key }) => key))];
  const right = answer.decision === expected && keys.sort().join() === [...conditions].sort().join();
  if (answer.decision === 'unknown') return { word: 'cannot tell', right };
  return { word: answer.decision === 'deny' ? 'no' : keys.length > 0 ? `yes, if ${keys.join(', ')}` : 'yes', right };
}

function wishNamed(name: string): Wish {
  const wish = wishes.find((each) => each.name === name);
  if (wish === undefined) throw new Error(`article/wish.jsonl holds no "${name}"`);
  return wish;
}

const deploys = wishNamed('the pipeline deploys');

title('1. The article, followed to the letter');
say(
  "AccountA owns a cluster, AccountB's pipeline shall deploy to the namespace my-app-ns, AccountC's auditor shall read",
  'without Secrets. After every step of the article, can the pipeline deploy?',
);
await show(wordsOf(deploys, 'as-written'));

title('2. The same wish, put right');
say('One role for the one caller, an access entry in place of the ConfigMap, AmazonEKSEditPolicy in the one namespace:');
await show(wordsOf(deploys, 'put-right'));
title('3. Exactly the wished access');
const widest = Math.max(...wishes.map(({ name }) => name.length));
console.log(paint('dim', `  ${'who does what'.padEnd(widest)}  wished  as written  put right`));
let wrong = 0;
for (const wish of wishes) {
  const before = await verdictOf(wish, 'as-written');
  const after = await verdictOf(wish, 'put-right');
  if (!before.right || !after.right) wrong += 1;
  const tone = !after.right ? 'yellow' : after.word === 'no' ? 'red' : 'green';
  const doubt = before.right && after.right ? '' : paint('yellow', '  ← not what article/wish.jsonl expects');
  console.log(
    `  ${wish.name.padEnd(widest)}  ${(wish.wished ? 'yes' : 'no').padEnd(6)}  ${before.word.padEnd(10)}  ${paint(tone, after.word)}${doubt}`,
  );
}
console.log();
const granted = wishes.filter(({ wished }) => wished).length;
if (wrong === 0) {
  say(
    `All ${wishes.length} lines are as expected: ${granted} wished and granted, ${wishes.length - granted} not wished and refused.`,
  );
} else {
  say(paint('red', `${wrong} of ${wishes.length} lines differ from examples/article/wish.jsonl.`));
  process.exitCode = 1;
}
title('4. Live');
say(
  'causeway lab plays the accounts and the cluster on this machine, for aws, kubectl and programs as they are. In this process',
  'with the same access set up by roles and access entries:',
);
await showLab((line) => console.log(line));
console.log();
title('5. From one file');
say('The same lab, and a grants file for a wish more. plan would show each step and who gains what; apply does it:');
await showGrants((line) => console.log(line));
console.log();
say(
  `Next: docs/lab.md: the lab for your own shell, in five lines; docs/grants.md: the grants file; ${article}/as-written/README.md lists the article's 26 faults by file and line; examples/README.md has commands to try.`,
);
