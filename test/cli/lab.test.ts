import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
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

describe('lab env --proxy', () => {
  it('exports the lab as the proxy, and a file with its authority', async () => {
    const { exit, out } = await cli(at('env', '--proxy'), { home });
    expect(exit).toBe(0);
    const file = /AWS_CA_BUNDLE=(\S+)/.exec(out)?.[1] ?? '';
    expect(file).toBe(join(home, '.cache/causeway/lab', `${new URL(lab.endpoint).port}.pem`));
    expect(readFileSync(file, 'utf8')).toContain('BEGIN CERTIFICATE');
    expect(out).toContain(`export HTTPS_PROXY=${lab.endpoint} https_proxy=${lab.endpoint}`);
    expect(out).toContain('unset AWS_ENDPOINT_URL ');
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
    expect(refused).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('holds no certificate') });
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  it.each([
    ['a file without --proxy', ['env', '--ca-file', 'x'], 2],
    ['a folder that cannot be made', ['env', '--proxy', '--ca-file', '/dev/null/x'], 4],
  ])('%s is refused', async (_, words, exit) => {
    expect(await cli(at(...words), { home })).toMatchObject({ exit, out: '' });
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

it('lab kubeconfig --proxy names the cluster as AWS does, and the lab as its proxy', async () => {
  const { out } = await cli(at('kubeconfig', '--proxy'), { home });
  expect(out).toMatch(/server: https:\/\/[0-9a-f]{32}\.gr7\.eu-west-1\.eks\.amazonaws\.com/);
  expect(out).toContain(`proxy-url: ${lab.endpoint}`);
  expect((await cli(at('kubeconfig'), { home })).out).toContain('server: https://127.0.0.1:');
});
