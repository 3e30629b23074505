import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EnvAnswer, type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { ring } from './client.ts';

const TARGET = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
const RUNNER = 'arn:aws:iam::222222222222:role/ci-runner';

ring('python3', ['-c', 'import boto3'], () => {
  let lab: RunningLab;
  let home: string;
  beforeAll(async () => {
    lab = await startLab({ port: 0, now: () => new Date() });
    home = mkdtempSync(join(tmpdir(), 'causeway-boto3-'));
    mkdirSync(join(home, '.aws'));
    const lines: string[] = [];
    for (const [name, as] of [
      ['admin', '111111111111/admin'],
      ['ci', '222222222222/ci-runner'],
    ] as const) {
      const headers = { 'x-causeway-lab': '1' };
      const answer = await fetch(`${lab.endpoint}/_causeway/env`, { method: 'POST', headers, body: JSON.stringify({ as }) });
      const { credentials: c } = (await answer.json()) as EnvAnswer;
      lines.push(`[${name}]`, `aws_access_key_id=${c.accessKeyId}`, `aws_secret_access_key=${c.secretAccessKey}`);
      if (c.sessionToken !== undefined) lines.push(`aws_session_token=${c.sessionToken}`);
    }
    writeFileSync(join(home, '.aws/credentials'), `${lines.join('\n')}\n`, { mode: 0o600 });
    writeFileSync(join(home, '.aws/config'), `[profile target]\nrole_arn=${TARGET}\nsource_profile=ci\n`);
  });
  afterAll(async () => {
    await lab.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('clients, profiles, pages, waiters, errors and the usual recipe for a token', { timeout: 300_000 }, async () => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      AWS_ENDPOINT_URL: lab.endpoint,
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_MAX_ATTEMPTS: '1',
    };
    const printed = await new Promise<string>((resolve, reject) => {
      execFile('python3', [join(import.meta.dirname, 'python/lab.py')], { env }, (error, out, complaint) =>
        error === null ? resolve(out) : reject(new Error(complaint)),
      );
    });
    const { callers, ...rest } = JSON.parse(printed) as { readonly callers: readonly string[] };
    expect(callers).toEqual([
      'arn:aws:iam::111111111111:user/admin',
      'arn:aws:sts::222222222222:assumed-role/ci-runner/lab',
      expect.stringMatching(/^arn:aws:sts::111111111111:assumed-role\/ci-deploys-my-app\/botocore-session-\d+$/),
    ]);
    expect(rest).toEqual({
      role: ['R&D <é>', RUNNER],
      created: true,
      roles: ['boto', 'ci-deploys-my-app', 'security-audits'],
      attached: [{ PolicyName: 'boto', PolicyArn: 'arn:aws:iam::111111111111:policy/boto' }],
      details: expect.arrayContaining(['boto', 'ci-deploys-my-app', 'security-audits']),
      clusters: ['prod'],
      entries: expect.arrayContaining(['arn:aws:iam::111111111111:role/boto', TARGET]),
      entry: { team: 'a' },
      refused: [
        ['NoSuchEntity', 404, 'NoSuchEntityException'],
        ['EntityAlreadyExists', 409, 'EntityAlreadyExistsException'],
        ['ResourceNotFoundException', 404, 'ResourceNotFoundException'],
        ['AccessDeniedException', 403, expect.any(String)],
        ['AccessDenied', 403, 'ClientError'],
        ['NotImplemented', 501, 'ClientError'],
      ],
      pods: [
        [200, 'PodList'],
        [403, 'Forbidden'],
        [401, 'Unauthorized'],
        [401, 'Unauthorized'],
      ],
    });
  });
});
