import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { ring } from './client.ts';

ring('aws', ['--version'], () => {
  let lab: RunningLab;
  let home: string;
  beforeAll(async () => {
    lab = await startLab({ port: 0, now: () => new Date() });
    home = mkdtempSync(join(tmpdir(), 'causeway-organizations-'));
  });
  afterAll(async () => {
    await lab.close();
    rmSync(home, { recursive: true, force: true });
  });

  /** Runs aws as somebody; gives what it printed, as JSON, or its complaint. The lab runs in this process, so it waits beside it. */
  async function aws(who: string, ...args: readonly string[]): Promise<unknown> {
    const init = { method: 'POST', headers: { 'x-causeway-lab': '1' }, body: JSON.stringify({ as: who }) };
    const answer = (await (await fetch(`${lab.endpoint}/_causeway/env`, init)).json()) as {
      readonly credentials: Readonly<Record<string, string>>;
    };
    const { accessKeyId = '', secretAccessKey = '', sessionToken } = answer.credentials;
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      AWS_ENDPOINT_URL: lab.endpoint,
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_MAX_ATTEMPTS: '1',
      ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    };
    return new Promise((resolve) => {
      execFile('aws', [...args, '--output', 'json'], { env, encoding: 'utf8' }, (_error, out, error) =>
        resolve(out.trim() === '' ? error : JSON.parse(out)),
      );
    });
  }

  it('an SCP that the management account attaches binds a member at the next call', { timeout: 300_000 }, async () => {
    const [manager, member] = ['444444444444/admin', '111111111111/admin'];
    const own = (...args: readonly string[]) => aws(manager, 'organizations', ...args);
    expect(await own('list-accounts', '--max-items', '2')).toMatchObject({ Accounts: [{ Id: '111111111111' }, {}] });
    const unit = (await own('create-organizational-unit', '--parent-id', 'r-lab1', '--name', 'Workloads')) as {
      readonly OrganizationalUnit: { readonly Id: string };
    };
    const to = unit.OrganizationalUnit.Id;
    const where = ['--source-parent-id', 'r-lab1', '--destination-parent-id', to];
    expect(await own('move-account', '--account-id', '111111111111', ...where)).toBe('');
    const content = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'eks:*', Resource: '*' }] };
    const type = ['--type', 'SERVICE_CONTROL_POLICY', '--content', JSON.stringify(content)];
    const made = (await own('create-policy', '--name', 'NoClusters', '--description', 'none', ...type)) as {
      readonly Policy: { readonly PolicySummary: { readonly Id: string } };
    };
    expect(await aws(member, 'eks', 'list-clusters')).toEqual({ clusters: ['prod'] });
    const id = made.Policy.PolicySummary.Id;
    expect(await own('attach-policy', '--policy-id', id, '--target-id', to)).toBe('');
    expect(await aws(member, 'eks', 'list-clusters')).toContain('with an explicit deny in a service control policy');
    expect(await own('list-targets-for-policy', '--policy-id', id)).toMatchObject({
      Targets: [{ TargetId: to, Name: 'Workloads', Type: 'ORGANIZATIONAL_UNIT' }],
    });
    expect(await own('delete-policy', '--policy-id', id)).toContain('PolicyInUseException');
    expect(await aws(member, 'organizations', 'list-accounts')).toContain('AccessDeniedException');
    expect(await aws(member, 'organizations', 'describe-organization')).toMatchObject({
      Organization: { MasterAccountId: '444444444444' },
    });
  });
});
