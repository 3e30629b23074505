import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { ring } from './client.ts';

/** The lab runs in this process, so a client has to run beside it. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { env, encoding: 'utf8' }, (error, out, complaint) => {
      if (error === null) resolve(out);
      else reject(new Error(complaint));
    });
  });
}

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

  it('a cluster is made, waited for, used by kubectl and deleted', { timeout: 300_000 }, async () => {
    const answer = await fetch(`${lab.endpoint}/_causeway/env`, {
      method: 'POST',
      headers: { 'x-causeway-lab': '1' },
      body: JSON.stringify({ as: '111111111111/admin' }),
    });
    const { credentials } = (await answer.json()) as { credentials: Record<string, string> };
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      KUBECONFIG: join(home, 'kubeconfig'),
      AWS_ENDPOINT_URL: lab.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: credentials['accessKeyId'] ?? '',
      AWS_SECRET_ACCESS_KEY: credentials['secretAccessKey'] ?? '',
    };
    const aws = (...args: string[]) => run('aws', args, env);
    const trust = { Effect: 'Allow', Principal: { Service: 'eks.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    await aws('iam', 'create-role', '--role-name', 'cluster', '--assume-role-policy-document', document);
    const parts = [
      ['--role-arn', 'arn:aws:iam::111111111111:role/cluster'],
      ['--resources-vpc-config', 'subnetIds=subnet-a,subnet-b'],
      ['--access-config', 'authenticationMode=API'],
    ];
    await aws('eks', 'create-cluster', '--name', 'new', ...parts.flat());
    await aws('eks', 'wait', 'cluster-active', '--name', 'new');
    await aws('eks', 'update-kubeconfig', '--name', 'new');
    expect(await run('kubectl', ['get', 'namespaces', '-o', 'name'], env)).toContain('namespace/kube-system');
    expect(await aws('eks', 'delete-cluster', '--name', 'new', '--query', 'cluster.status', '--output', 'text')).toBe(
      'DELETING\n',
    );
    await expect(aws('eks', 'describe-cluster', '--name', 'new')).rejects.toThrow('No cluster found for name: new.');
  });
});
