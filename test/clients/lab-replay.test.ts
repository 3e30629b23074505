import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { ring } from './client.ts';

const LONG = 300_000;

/** The lab runs in this process, so a client has to run beside it. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, [...args], { env: { ...env }, encoding: 'utf8' }, (_error, out, error) => resolve(`${out}${error}`));
  });
}

ring('aws', ['--version'], () => {
  let lab: RunningLab;
  let home: string;
  beforeAll(async () => {
    const inventory = fileURLToPath(new URL('../../examples/organisation/', import.meta.url));
    lab = await startLab({ port: 0, now: () => new Date(), inventory });
    home = mkdtempSync(join(tmpdir(), 'causeway-replay-'));
  });
  afterAll(async () => {
    await lab.close();
    rmSync(home, { recursive: true, force: true });
  });

  /** The environment of a shell that is somebody. */
  async function shell(as: string): Promise<Readonly<Record<string, string>>> {
    const init = { method: 'POST', headers: { 'x-causeway-lab': '1' }, body: JSON.stringify({ as }) };
    const answer = (await (await fetch(`${lab.endpoint}/_causeway/env`, init)).json()) as {
      readonly region: string;
      readonly credentials: Readonly<Record<string, string>>;
    };
    const { accessKeyId = '', secretAccessKey = '', sessionToken } = answer.credentials;
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      KUBECONFIG: join(home, 'kubeconfig'),
      AWS_ENDPOINT_URL: lab.endpoint,
      AWS_DEFAULT_REGION: answer.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_MAX_ATTEMPTS: '1',
      ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    };
  }

  it('update-kubeconfig of a replayed cluster leads kubectl to the lab', { timeout: LONG }, async () => {
    const admin = await shell('100000000005/AWSReservedSSO_PlatformAdmin_1111aaaa2222bbbb');
    expect(await run('aws', ['eks', 'update-kubeconfig', '--name', 'shop'], admin)).toContain(
      'arn:aws:eks:eu-west-1:100000000005:cluster/shop',
    );
    expect(await run('kubectl', ['get', 'namespaces', '-o', 'name'], admin)).toContain('namespace/shop');
    const deployer = await shell('arn:aws:iam::100000000005:role/deployer');
    expect(await run('kubectl', ['auth', 'can-i', 'patch', 'deployments', '-n', 'shop'], deployer)).toContain('yes');
    expect(await run('kubectl', ['get', 'secrets', '-n', 'shop'], deployer)).toContain('cannot list resource "secrets"');
  });

  it('an account of another partition works in its own region', { timeout: LONG }, async () => {
    const gov = await shell('200000000002/gov-deployer');
    expect(gov['AWS_DEFAULT_REGION']).toBe('us-gov-west-1');
    expect(await run('aws', ['sts', 'get-caller-identity'], gov)).toContain('arn:aws-us-gov:sts::200000000002:assumed-role/');
  });
});
