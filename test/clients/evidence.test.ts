import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEvidence } from '../../src/inventory/index.ts';
import { cli } from '../cli/run.ts';
import { type LabDouble, startLabDouble } from '../loopback/lab.ts';
import { beside, shellAt, type Variables } from './beside.ts';
import { ring } from './client.ts';

const [PLATFORM, DELIVERY] = ['111111111111', '222222222222'];
const PIPELINE = `arn:aws:iam::${DELIVERY}:role/ci-runner`;
const TARGET = `arn:aws:iam::${PLATFORM}:role/causeway/platform-access/ci-deploys-my-app`;
const LONG = 300_000;

// The owner of an account has a shell and the aws CLI, and no Causeway.
ring('aws', ['--version'], () => {
  let lab: LabDouble;
  let home: string;
  beforeAll(async () => {
    lab = await startLabDouble();
    home = mkdtempSync(join(tmpdir(), 'causeway-evidence-'));
  });
  afterAll(async () => {
    await lab?.close();
    rmSync(home, { recursive: true, force: true });
  });

  const sh = async (script: string, env: Variables): Promise<string> => {
    const { out, err } = await beside('sh', [script], { env: { ...shellAt(home), ...env }, cwd: home });
    return `${out}${err}`;
  };
  const run = async (as: string, words: string) => {
    const env = { ...(await lab.shell(as)), AWS_REGION: 'eu-west-1', XDG_CACHE_HOME: join(home, 'cache') };
    return cli(words.split(' '), { env, cwd: home, home, now: () => new Date() });
  };

  it('the printed script makes a file that proves as much as ours', { timeout: LONG }, async () => {
    const printed = await run(`${DELIVERY}/admin`, `evidence --commands --account ${DELIVERY} --principal ${PIPELINE}`);
    expect([printed.exit, printed.err]).toEqual([0, '']);
    writeFileSync(join(home, 'script.sh'), printed.out);
    expect(await sh('script.sh', await lab.shell(`${DELIVERY}/admin`))).toBe('');
    const text = readFileSync(join(home, `${DELIVERY}.evidence`), 'utf8');
    expect(readEvidence(text)).toMatchObject({ account: DELIVERY, as: `arn:aws:iam::${DELIVERY}:user/admin` });
    await run(`${PLATFORM}/admin`, `collect --cluster ${PLATFORM}/eu-west-1/prod -o inv`);
    const question = `can-i create deployments -n my-app-ns --cluster prod --as ${PIPELINE} --via ${TARGET} --inventory inv --assume no-scp --assume no-rcp`;
    const answer = await run(`${PLATFORM}/admin`, `${question} --evidence ${DELIVERY}.evidence`);
    expect([answer.exit, answer.out]).toEqual([0, expect.stringMatching(/^YES/)]);
  });

  it('what the owner may not read is a refusal in the file, and no answer', { timeout: LONG }, async () => {
    const printed = await run(`${DELIVERY}/admin`, `evidence --commands --account ${DELIVERY}`);
    writeFileSync(join(home, 'denied.sh'), printed.out);
    await sh('denied.sh', await lab.shell(`${DELIVERY}/ci-runner`));
    const evidence = readEvidence(readFileSync(join(home, `${DELIVERY}.evidence`), 'utf8'));
    expect('files' in evidence && evidence.files.map(({ text }) => text).join('')).toContain('AccessDenied');
    const answer = await run(
      `${PLATFORM}/admin`,
      `can-i create deployments -n my-app-ns --cluster prod --as ${PIPELINE} --via ${TARGET} --inventory inv --evidence ${DELIVERY}.evidence`,
    );
    expect([answer.exit, answer.out]).toEqual([3, expect.stringMatching(/^CANNOT TELL/)]);
  });
});
