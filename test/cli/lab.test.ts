import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { freePort } from '../loopback/free-port.ts';
import { exportedBy } from '../loopback/lab.ts';
import { cli } from './run.ts';

let lab: RunningLab;
let home: string;
beforeAll(async () => {
  lab = await startLab({ port: 0, now: () => new Date() });
  home = mkdtempSync(join(tmpdir(), 'causeway-home-'));
});
afterAll(async () => {
  await lab.close();
  rmSync(home, { recursive: true, force: true });
});

const at = (...words: readonly string[]) => ['lab', ...words, '--endpoint', lab.endpoint];

/** What eval gets where there is nothing to export. */
const NOTHING = 'false # nothing was exported\n';

describe('lab env --proxy', () => {
  it('exports the lab as the proxy, and a file with its authority', async () => {
    const { exit, out } = await cli(at('env', '--proxy'), { home });
    expect(exit).toBe(0);
    const file = /AWS_CA_BUNDLE=(\S+)/.exec(out)?.[1] ?? '';
    expect(file).toBe(join(home, '.cache/causeway/lab', `${new URL(lab.endpoint).port}.pem`));
    expect(readFileSync(file, 'utf8')).toContain('BEGIN CERTIFICATE');
    expect(out).toContain(`export HTTPS_PROXY=${lab.endpoint} https_proxy=${lab.endpoint}`);
    expect(out).toContain('unset AWS_ENDPOINT_URL\n');
    expect(out).not.toContain('export AWS_ENDPOINT_URL');
    // Where the others of `causeway lab` find it in that shell.
    expect((await cli(['lab', 'log'], { home, env: { CAUSEWAY_LAB: lab.endpoint } })).exit).toBe(0);
  });

  it('writes where it is told to, and over nothing that is no certificate', async () => {
    const file = join(home, 'ca.pem');
    for (let i = 0; i < 2; i++) {
      expect((await cli(at('env', '--proxy', '--ca-file', 'ca.pem'), { home, cwd: home })).out).toContain(
        `AWS_CA_BUNDLE=${file}`,
      );
    }
    writeFileSync(file, 'precious');
    const refused = await cli(at('env', '--proxy', '--ca-file', file), { home });
    expect(refused).toMatchObject({ exit: 2, out: NOTHING, err: expect.stringContaining('holds no certificate') });
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  it.each([
    ['a file without --proxy', ['env', '--ca-file', 'x'], 2],
    ['a folder that cannot be made', ['env', '--proxy', '--ca-file', '/dev/null/x'], 4],
  ])('%s is refused', async (_, words, exit) => {
    expect(await cli(at(...words), { home })).toMatchObject({ exit, out: NOTHING });
  });

  it('without a home wants to be told where', async () => {
    expect(await cli(at('env', '--proxy'), { home: '' })).toMatchObject({ exit: 2, err: expect.stringContaining('--ca-file') });
  });

  it('without it nothing is written, and the endpoint is exported', async () => {
    const { out } = await cli(at('env'), { home: '' });
    expect(out).toContain(`export AWS_ENDPOINT_URL=${lab.endpoint}`);
    expect(out).not.toContain('PROXY');
  });
});

it('lab oidc-token prints the token and nothing else, so that a file of it can be sent as it is', async () => {
  const words = at(
    'oidc-token',
    '--issuer',
    'https://gitlab.example.com',
    '--sub',
    'project:1',
    '--claim',
    'n=[1]',
    '--claim',
    'a=b=c',
  );
  const { exit, out } = await cli(words, { home });
  expect(exit).toBe(0);
  expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect((await cli(words, { home, isTTY: true })).out).toMatch(/\n$/);
  expect(JSON.parse(Buffer.from(out.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({
    ...{ iss: 'https://gitlab.example.com', sub: 'project:1', aud: 'sts.amazonaws.com', n: [1], a: 'b=c' },
  });
  for (const [issuer, claim] of [
    ['gitlab.example.com', 'a=b'],
    ['https://x', 'iss=https://y'],
    ['https://x', 'a'],
    ['https://x', 'a={'],
  ] as const) {
    const refused = await cli(at('oidc-token', '--issuer', issuer, '--sub', 's', '--claim', claim), { home });
    expect(refused).toMatchObject({ exit: 2, out: '' });
  }
});

it('lab kubeconfig --proxy names the cluster as AWS does, and the lab as its proxy', async () => {
  const { out } = await cli(at('kubeconfig', '--proxy'), { home });
  expect(out).toMatch(/server: https:\/\/[0-9a-f]{32}\.gr7\.eu-west-1\.eks\.amazonaws\.com/);
  expect(out).toContain(`proxy-url: ${lab.endpoint}`);
  expect((await cli(at('kubeconfig'), { home })).out).toContain('server: https://127.0.0.1:');
});

describe('lab env', () => {
  it('makes eval fail where nothing can be exported, so that nothing after it meets the real AWS', async () => {
    const { exit, out } = await cli(['lab', 'env', '--endpoint', 'http://127.0.0.1:1']);
    expect(exit).toBe(4);
    const run = (text: string) => spawnSync('sh', ['-c', 'eval "$1" && echo went on', 'sh', text], { encoding: 'utf8' }).stdout;
    expect(run(out)).toBe('');
    expect(await cli(at('env', '--sa', '222222222222/ci-runner'))).toMatchObject({ exit: 2, out: NOTHING });
    expect((await cli(at('env', '--help'))).out).not.toContain(NOTHING);
    expect(run((await cli(at('env'))).out)).toBe('went on\n');
  });

  it('makes the others ask that lab, whatever the shell was told before', async () => {
    const stale = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', CAUSEWAY_LAB: 'http://127.0.0.1:1' };
    const { out } = await cli(at('env'), { env: stale });
    expect((await cli(['lab', 'log'], { env: { ...stale, ...exportedBy(out) } })).exit).toBe(0);
  });

  it('goes past the proxy of the shell, and takes away what would win over it', async () => {
    const { out } = await cli(at('env'), { env: { http_proxy: 'http://proxy.example:3128', NO_PROXY: 'localhost,.example' } });
    expect(out).toContain('export NO_PROXY=localhost,.example,127.0.0.1\nexport no_proxy=127.0.0.1,localhost\n');
    for (const name of ['AWS_PROFILE', 'AWS_ENDPOINT_URL_STS', 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'])
      expect(out).toMatch(new RegExp(`^unset (.* )?${name}( |$)`, 'm'));
    expect((await cli(at('env'))).out).not.toContain('NO_PROXY');
  });

  it('waits for a lab that is only starting', async () => {
    const port = await freePort();
    const asked = cli(['lab', 'env', '--wait', '--endpoint', `http://127.0.0.1:${port}`]);
    const late = await startLab({ port, now: () => new Date() });
    const { exit, out } = await asked;
    await late.close();
    expect({ exit, out }).toEqual({ exit: 0, out: expect.stringContaining(`AWS_ENDPOINT_URL=http://127.0.0.1:${port}`) });
  });

  it.each([
    [
      'nobody',
      ['--as', '222222222222/nobody'],
      {},
      'account 222222222222 has no user and no role "nobody"; it has admin, ci-runner',
    ],
    ['no account', ['--as', '999999999999/admin'], {}, 'the lab has no account 999999999999; it has 111111111111,'],
    ['a name alone', ['--as', 'ci-runner'], {}, '"ci-runner" is no ACCOUNT/NAME and no ARN of a user or role'],
    [
      'AWS itself',
      [],
      { AWS_ENDPOINT_URL: 'https://sts.amazonaws.com' },
      '"https://sts.amazonaws.com" (from AWS_ENDPOINT_URL) is no lab',
    ],
    [
      'nothing there',
      [],
      { CAUSEWAY_LAB: 'http://127.0.0.1:1' },
      'no lab answers at http://127.0.0.1:1 (from CAUSEWAY_LAB) (ECONNREFUSED) hint: ',
    ],
  ])('%s is said plainly', async (_, words, env, says) => {
    const where = Object.keys(env).length === 0 ? ['--endpoint', lab.endpoint] : [];
    const { exit, err } = await cli(['lab', 'env', ...words, ...where], { env });
    expect(exit).toBeGreaterThan(1);
    expect(plain(err)).toContain(says);
  });
});

describe('lab kubeconfig --role-arn', () => {
  const ARN = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
  it.each([
    ['an ARN', ARN],
    ['ACCOUNT/NAME', '111111111111/ci-deploys-my-app'],
  ])('takes %s', async (_, role) => {
    expect((await cli(at('kubeconfig', '--role-arn', role))).out).toContain(`- ${ARN}\n`);
  });

  it.each([
    ['a role that is not there', '111111111111/ci-deploys-my-ap', 'has no 111111111111/ci-deploys-my-ap; it has'],
    [
      'a path that was forgotten',
      'arn:aws:iam::111111111111:role/ci-deploys-my-app',
      `role/causeway/platform-access/ci-deploys-my-app`,
    ],
    ['a user', '111111111111/admin', 'has no 111111111111/admin'],
    ['a session', 'arn:aws:sts::111111111111:assumed-role/ci-deploys-my-app/x', 'is no ARN of a role and no ACCOUNT/NAME'],
    ['another account', '999999999999/ops', 'the lab has no account 999999999999'],
  ])('refuses %s', async (_, role, says) => {
    const { exit, out, err } = await cli(at('kubeconfig', '--role-arn', role));
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(plain(err)).toContain(says);
  });

  it('takes a role of an account that the lab does not play as it is', async () => {
    const role = 'arn:aws:iam::999999999999:role/ops';
    expect((await cli(at('kubeconfig', '--role-arn', role))).out).toContain(`- ${role}\n`);
  });
});

describe('lab log', () => {
  it('says what AWS would not: why credentials are unknown, and where a cluster of that name is', async () => {
    const env = exportedBy((await cli(at('env'))).out);
    const around = { endpoint: lab.endpoint, region: 'us-east-1', maxAttempts: 1 };
    const credentials = { accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '' };
    const eks = new EKSClient({ ...around, credentials });
    await expect(eks.send(new DescribeClusterCommand({ name: 'prod' }))).rejects.toThrow('No cluster found for name: prod.');
    const stranger = new EKSClient({ ...around, credentials: { ...credentials, accessKeyId: 'AKIAEXAMPLEEXAMPLE12' } });
    await expect(stranger.send(new DescribeClusterCommand({ name: 'prod' }))).rejects.toThrow('security token');
    const log = await cli(at('log'));
    expect(log.out).toContain(
      'note: asked in account 111111111111, us-east-1; the lab has arn:aws:eks:eu-west-1:111111111111:cluster/prod\n',
    );
    expect(log.out).toContain('note: this lab gave out no such credentials');
    const lines = (await cli(at('log'), { isTTY: true, columns: 80, env: { NO_COLOR: '1' } })).out.split('\n');
    expect(lines.filter((line) => line.length > 80 && line.trim().includes(' '))).toEqual([]);
  });
});

describe('causeway lab', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'says where it runs and what to type, and ends with 0 at %s',
    async (signal) => {
      const { exit, out, err } = await cli(['lab', '--port', '0'], {
        now: () => new Date(),
        onSignal: (name, handler) => {
          if (name === signal) setImmediate(handler);
          return () => undefined;
        },
      });
      expect({ exit, err }).toEqual({ exit: 0, err: '' });
      expect(out).toMatch(/^The lab runs at http:\/\/127\.0\.0\.1:\d+ until Ctrl-C/);
    },
  );

  it.each([
    ['envv', 'hint: did you mean env?'],
    ['stop', 'hint: causeway lab has start, env,'],
  ])('has no command %s, and says what it has', async (word, hint) => {
    expect(await cli(['lab', word])).toMatchObject({ exit: 2, err: expect.stringContaining(hint) });
  });

  it('says what to write for an argument that it cannot read, and suggests no command that was said', async () => {
    const { exit, err } = await cli(['lab', 'clock', '30m']);
    expect({ exit, err }).toEqual({ exit: 2, err: expect.stringContaining('hint: write +30m, +2h') });
    expect(err).toContain('hint: causeway lab clock --help shows what it takes');
    expect(err).not.toContain('did you mean clock');
  });

  it('refuses a region that is none', async () => {
    const { exit, err } = await cli(['lab', '--port', '0', '--region', 'nowhere']);
    expect({ exit, err }).toEqual({
      exit: 2,
      err: expect.stringContaining('--region nowhere: no region of AWS looks like that'),
    });
  });

  it('says that a lab runs where it was to run, and how to use that one', async () => {
    const { port } = new URL(lab.endpoint);
    const { exit, err } = await cli(['lab', '--port', port]);
    expect(exit).toBe(4);
    expect(err).toContain(`error: a lab runs at ${lab.endpoint} already\nhint: use it: eval "$(causeway lab env --endpoint`);
  });

  it('leaves a state free again when it could not start', async () => {
    const state = mkdtempSync(join(home, 'state-'));
    const { port } = new URL(lab.endpoint);
    expect((await cli(['lab', '--port', port, '--state', state])).exit).toBe(4);
    expect(existsSync(join(state, 'lab.lock'))).toBe(false);
  });

  it('says that something else is there', async () => {
    const other = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { exit, err } = await cli(['lab', '--port', String(port)]);
    other.close();
    expect({ exit, err }).toEqual({ exit: 4, err: expect.stringContaining('is taken by something else\nhint: --port 0') });
  });

  it.each<readonly [string, (folder: string) => string, string]>([
    ['no folder', () => '/dev/null/x', '/dev/null/x cannot keep the state of a lab (ENOTDIR) hint: name a folder'],
    [
      'a folder in place of its file',
      (folder) => {
        mkdirSync(join(folder, 'lab.jsonl'));
        return folder;
      },
      'cannot keep the state of a lab (EISDIR)',
    ],
    [
      'a file that something else wrote to',
      (folder) => {
        writeFileSync(join(folder, 'lab.jsonl'), '[]\ngarbage\n[]\n');
        return folder;
      },
      'is no commit of a lab: the file was changed by something else hint: what stands before line 2 is whole',
    ],
    [
      'commits of something else',
      (folder) => {
        const scope = 'cluster:arn:aws:eks:eu-west-1:111111111111:cluster/x';
        writeFileSync(
          join(folder, 'lab.jsonl'),
          `[{"scope":"${scope}","kind":"cluster","name":"${scope.slice(8)}","document":{}}]\n`,
        );
        return folder;
      },
      'is no state of this lab',
    ],
    [
      'a folder of a lab that runs',
      (folder) => {
        writeFileSync(join(folder, 'lab.lock'), `${process.pid}\n`);
        return folder;
      },
      `a lab runs on this state already: process ${process.pid}`,
    ],
  ])('refuses a state that cannot be: %s', async (_, make, says) => {
    const { exit, err } = await cli(['lab', '--port', '0', '--state', make(mkdtempSync(join(home, 'state-')))]);
    expect(exit).toBe(4);
    expect(plain(err)).toContain(says);
  });
});

/** A message without its line breaks. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
