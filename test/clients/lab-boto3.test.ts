import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { enter, profileOf } from '../loopback/lab.ts';
import { labBeside, outputOf, shellAt } from './beside.ts';
import { ring } from './client.ts';

const TARGET = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
const RUNNER = 'arn:aws:iam::222222222222:role/ci-runner';

ring('python3', ['-c', 'import boto3'], () => {
  const lab = labBeside();
  beforeAll(async () => {
    const { home } = lab;
    mkdirSync(join(home, '.aws'));
    const admin = profileOf('admin', (await enter(lab, '111111111111/admin')).credentials);
    const ci = profileOf('ci', (await enter(lab, '222222222222/ci-runner')).credentials);
    writeFileSync(join(home, '.aws/credentials'), `${admin}${ci}`, { mode: 0o600 });
    writeFileSync(join(home, '.aws/config'), `[profile target]\nrole_arn=${TARGET}\nsource_profile=ci\n`);
  });

  it('clients, profiles, pages, waiters, errors and the usual recipe for a token', { timeout: 300_000 }, async () => {
    const env = { ...shellAt(lab.home), AWS_ENDPOINT_URL: lab.endpoint };
    const printed = await outputOf('python3', [join(import.meta.dirname, 'python/lab.py')], { env });
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
