import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LabDouble, startLabDouble } from '../loopback/lab.ts';
import { cli } from './run.ts';

const [PLATFORM, DELIVERY] = ['111111111111', '222222222222'];
const PIPELINE = `arn:aws:iam::${DELIVERY}:role/ci-runner`;
const TARGET = `arn:aws:iam::${PLATFORM}:role/causeway/platform-access/ci-deploys-my-app`;

let lab: LabDouble;
let home = '';
beforeAll(async () => {
  lab = await startLabDouble();
});
afterAll(() => lab.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'causeway-evidence-'));
  return () => rmSync(home, { recursive: true, force: true });
});

async function run(as: string, words: string, now = new Date()) {
  const env = { ...(await lab.shell(as)), AWS_REGION: 'eu-west-1', XDG_CACHE_HOME: join(home, 'cache') };
  const ran = await cli(words.split(' '), { env, cwd: home, home, now: () => now });
  return { ...ran, err: ran.err.replaceAll(/\s+/g, ' ') };
}

const QUESTION = `can-i create deployments -n my-app-ns --cluster prod --as ${PIPELINE} --via ${TARGET} --inventory inv --assume no-scp --assume no-rcp`;

test('the owner of an account sends a file, and with it the answer is proven', async () => {
  const collected = await run(
    `${PLATFORM}/admin`,
    `collect --cluster ${PLATFORM}/eu-west-1/prod --account delivery=${DELIVERY} -o inv`,
  );
  expect(collected.out).toContain(`? account ${DELIVERY} (delivery)`);
  const without = await run(`${PLATFORM}/admin`, QUESTION);
  expect([without.exit, without.out]).toEqual([3, expect.stringMatching(/^CANNOT TELL/)]);

  const made = await run(`${DELIVERY}/admin`, `evidence --account ${DELIVERY} --principal ${PIPELINE} -o sent`);
  expect([made.exit, made.err, made.out]).toEqual([0, '', '']);
  const file = join(home, 'sent');
  expect(statSync(file).mode & 0o077).toBe(0);
  const text = readFileSync(file, 'utf8');
  expect(text).not.toContain('AdministratorAccess');

  const later = new Date(Date.now() + 3 * 24 * 3600_000);
  const answer = await run(`${PLATFORM}/admin`, `${QUESTION} --evidence sent`, later);
  expect([answer.exit, answer.out]).toEqual([0, expect.stringMatching(/^YES/)]);
  expect(answer.err).toContain(`evidence of account ${DELIVERY}: collected`);
  expect(answer.err).toContain(`(3 days old), by arn:aws:iam::${DELIVERY}:user/admin`);
});

test('everything of IAM, where no principal is named; to standard output', async () => {
  const made = await run(`${DELIVERY}/admin`, `evidence --account ${DELIVERY}`);
  expect(made.out).toMatch(/^causeway evidence 1\n=== accounts\/222222222222\/inventory.json\n/);
  expect(made.out).toContain(`=== accounts/${DELIVERY}/iam.json\n`);
  expect([made.exit, made.err]).toEqual([0, '']);
  writeFileSync(join(home, 'whole'), made.out);
  await run(`${PLATFORM}/admin`, `collect --cluster ${PLATFORM}/eu-west-1/prod -o inv`);
  const answer = await run(`${PLATFORM}/admin`, `${QUESTION} --evidence whole`);
  expect([answer.exit, answer.out]).toEqual([0, expect.stringMatching(/^YES/)]);
});

test('what is refused is said, and the file says it too', async () => {
  const made = await run(`${DELIVERY}/ci-runner`, `evidence --account ${DELIVERY} --principal ${PIPELINE}`);
  expect(made.exit).toBe(3);
  expect(made.err).toContain('iam:GetRole: AccessDenied');
  expect(made.out).toContain('"call": "iam:GetRole"');
});

test('an inventory with files of its own of that account is of another moment', async () => {
  await run(`${DELIVERY}/admin`, `collect --account ${DELIVERY} -o inv`);
  await run(`${DELIVERY}/admin`, `evidence --account ${DELIVERY} --principal ${PIPELINE} -o sent`);
  const ran = await run(`${DELIVERY}/admin`, `${QUESTION} --evidence sent`);
  expect([ran.exit, ran.err]).toEqual([2, expect.stringContaining(`files of account ${DELIVERY} of its own`)]);
});

// A shell that answers as the aws CLI does stands for it.
test.each([
  ['of the account', DELIVERY, 'echo "{}"', 0, /^causeway evidence 1\n/],
  ['of another account', PLATFORM, 'echo "{}"', 1, /^before$/],
  ['refused', DELIVERY, 'echo "An error occurred (AccessDenied) when calling x" >&2; exit 254', 0, /\(AccessDenied\)/],
  ['not answered', DELIVERY, 'echo "Could not connect to the endpoint URL" >&2; exit 255', 1, /Could not connect/],
] as const)(
  'the script of --commands knows whose credentials it runs with, and what failed: %s',
  async (_, own, answer, status, text) => {
    const { out } = await run(`${DELIVERY}/admin`, `evidence --commands --account ${DELIVERY}`);
    const aws = `#!/bin/sh\ncase "$*" in *"--query Account"*) echo ${own}; exit ;; *get-caller-identity*) echo arn; exit ;; esac\n${answer}\n`;
    writeFileSync(join(home, 'aws'), aws, { mode: 0o755 });
    writeFileSync(join(home, `${DELIVERY}.evidence`), 'before');
    const ran = spawnSync('sh', ['-s'], {
      input: out,
      cwd: home,
      encoding: 'utf8',
      env: { PATH: `${home}:${process.env.PATH}` },
    });
    expect([ran.status, readFileSync(join(home, `${DELIVERY}.evidence`), 'utf8')]).toEqual([status, expect.stringMatching(text)]);
    expect(ran.stderr === '').toBe(status === 0);
  },
);

test('wrong use', async () => {
  writeFileSync(join(home, 'other'), '{}');
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN = '' } = await lab.shell(`${DELIVERY}/admin`);
  const keys = `aws_access_key_id=${AWS_ACCESS_KEY_ID}\naws_secret_access_key=${AWS_SECRET_ACCESS_KEY}\n`;
  mkdirSync(join(home, '.aws'));
  writeFileSync(
    join(home, '.aws/credentials'),
    `[mine]\n${keys}${AWS_SESSION_TOKEN === '' ? '' : `aws_session_token=${AWS_SESSION_TOKEN}\n`}`,
  );
  const cases: readonly (readonly [string, number, string])[] = [
    ['evidence', 2, '--account is needed'],
    [`evidence --account ${DELIVERY} --principal ${TARGET}`, 2, `--principal is of account ${PLATFORM}`],
    [`evidence --account ${DELIVERY} --cluster ${PLATFORM}/eu-west-1/prod`, 2, 'is of another account'],
    [`evidence --account ${DELIVERY} --commands --profile x`, 2, '--commands asks nobody'],
    [`evidence --account ${PLATFORM} --profile mine`, 2, 'nothing was read; --profile or --role names'],
    [`evidence --account ${PLATFORM}`, 4, 'was not entered: the default credentials are of account'],
    [`evidence --account ${DELIVERY} -o no/such/folder`, 4, 'could not be written (ENOENT)'],
    [`evidence --account ${DELIVERY} --principal arn:aws:iam::${DELIVERY}:role/a$(reboot)`, 2, 'no ARN'],
    [`${QUESTION} --evidence other`, 2, 'is no evidence'],
    [`${QUESTION} --evidence none`, 2, 'there is no file none'],
    [`whoami --evidence other`, 2, '--evidence goes with --as'],
  ];
  for (const [words, exit, message] of cases) {
    const ran = await run(`${DELIVERY}/admin`, words);
    expect([words, ran.exit, ran.err]).toEqual([words, exit, expect.stringContaining(message)]);
  }
});
