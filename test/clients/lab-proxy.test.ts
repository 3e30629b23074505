import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { ring } from './client.ts';

interface Ran {
  readonly out: string;
  readonly error: string;
}

/** The oldest kubectl that the lab is for and the newest, where several are installed; else the one on the PATH. */
function kubectls(): readonly string[] {
  try {
    const own = realpathSync(execFileSync('which', ['kubectl'], { encoding: 'utf8' }).trim());
    const beside = ['1.29', '1.33'].map((version) => join(dirname(own), `kubectl.${version}`)).filter(existsSync);
    return beside.length === 0 ? ['kubectl'] : beside;
  } catch {
    return ['kubectl'];
  }
}

const ROLE = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
const LONG = 300_000;

ring('aws', ['--version'], () => {
  let lab: RunningLab;
  let home: string;
  beforeAll(async () => {
    lab = await startLab({ port: 0, now: () => new Date() });
    home = mkdtempSync(join(tmpdir(), 'causeway-lab-'));
  });
  afterAll(async () => {
    await lab.close();
    rmSync(home, { recursive: true, force: true });
  });

  async function control(name: string, body: unknown): Promise<unknown> {
    const headers = { 'x-causeway-lab': '1' };
    return (await fetch(`${lab.endpoint}/_causeway/${name}`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  }

  /** What `causeway lab env --proxy` exports. */
  async function shell(who: string): Promise<Readonly<Record<string, string>>> {
    const answer = (await control('env', { as: who })) as { authority: string; credentials: Record<string, string> };
    const file = join(home, 'ca.pem');
    writeFileSync(file, answer.authority);
    const { accessKeyId = '', secretAccessKey = '', sessionToken } = answer.credentials;
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      ...{ HTTPS_PROXY: lab.endpoint, https_proxy: lab.endpoint, NO_PROXY: '127.0.0.1,localhost', AWS_CA_BUNDLE: file },
      ...{ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1', AWS_MAX_ATTEMPTS: '1' },
      ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
      ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    };
  }

  /** The lab runs in this process, so a client has to run beside it. */
  function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
    return new Promise((resolve) => {
      execFile(program, [...args], { env: { ...env }, encoding: 'utf8' }, (_error, out, error) => resolve({ out, error }));
    });
  }

  it('aws asks the hosts of AWS, in every form, and nothing else', { timeout: LONG }, async () => {
    const ci = await shell('222222222222/ci-runner');
    const who = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'];
    const arn = 'arn:aws:sts::222222222222:assumed-role/ci-runner/lab\n';
    expect((await run('aws', who, ci)).out).toBe(arn);
    expect((await run('aws', who, { ...ci, AWS_USE_DUALSTACK_ENDPOINT: 'true', AWS_USE_FIPS_ENDPOINT: 'true' })).out).toBe(arn);
    const other = ['--endpoint-url', 'https://sts.us-east-1.amazonaws.com'];
    expect((await run('aws', [...who, ...other], ci)).error).toContain('Credential should be scoped to a valid region');
    const elsewhere = ['--endpoint-url', 'https://sts.example.com'];
    expect((await run('aws', [...who, ...elsewhere], ci)).error).toContain('Failed to connect to proxy URL');
  });

  it('update-kubeconfig and kubectl work as they would at AWS', { timeout: LONG }, async () => {
    const ci = await shell('222222222222/ci-runner');
    const kubeconfig = join(home, 'kubeconfig');
    const assume = ['--role-arn', ROLE, '--role-session-name', 'build-7', '--output', 'json'];
    const assumed = JSON.parse((await run('aws', ['sts', 'assume-role', ...assume], ci)).out) as {
      Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
    };
    const { AccessKeyId, SecretAccessKey, SessionToken } = assumed.Credentials;
    const role = { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey, AWS_SESSION_TOKEN: SessionToken };
    const made = ['eks', 'update-kubeconfig', '--name', 'prod', '--kubeconfig', kubeconfig];
    expect((await run('aws', made, { ...ci, ...role })).out).toContain('cluster/prod');
    const text = readFileSync(kubeconfig, 'utf8');
    expect(text).toMatch(/server: https:\/\/[0-9a-f]{32}\.gr7\.eu-west-1\.eks\.amazonaws\.com/);
    // The same with the role in get-token, as --role-arn would have written it.
    writeFileSync(kubeconfig, text.replace('- prod\n', `- prod\n      - --role-arn\n      - ${ROLE}\n`));
    for (const kubectl of kubectls()) {
      const pods = (...args: string[]) => run(kubectl, ['--kubeconfig', kubeconfig, 'get', 'pods', ...args], ci);
      expect((await pods('-n', 'my-app-ns')).error).toContain('No resources found in my-app-ns namespace.');
      expect((await pods('-n', 'default')).error).toContain('cannot list resource "pods"');
    }
  });

  it('a kubeconfig of the lab names the lab as its proxy', { timeout: LONG }, async () => {
    const { kubeconfig: text } = (await control('kubeconfig', { proxy: true, role: ROLE })) as { kubeconfig: string };
    const kubeconfig = join(home, 'own-kubeconfig');
    writeFileSync(kubeconfig, text);
    const env = await shell('222222222222/ci-runner');
    const { error } = await run('kubectl', ['--kubeconfig', kubeconfig, 'get', 'pods', '-n', 'my-app-ns'], env);
    expect(error).toContain('No resources found in my-app-ns namespace.');
  });
});
