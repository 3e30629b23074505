import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askLab, credentialsIn, enter, keysOf, type Printed } from '../loopback/lab.ts';
import { beside, labBeside, shellAt, type Variables } from './beside.ts';
import { ring } from './client.ts';
import { kubectls } from './kubectls.ts';

const ROLE = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
const LONG = 300_000;

ring('aws', ['--version'], () => {
  const lab = labBeside();

  /** What `causeway lab env --proxy` exports. */
  async function shell(who: string): Promise<Variables> {
    const { authority, credentials } = await enter(lab, who);
    const file = join(lab.home, 'ca.pem');
    writeFileSync(file, authority);
    return {
      ...shellAt(lab.home),
      ...{ HTTPS_PROXY: lab.endpoint, https_proxy: lab.endpoint, NO_PROXY: '127.0.0.1,localhost', AWS_CA_BUNDLE: file },
      ...keysOf(credentials),
    };
  }

  const run = (program: string, args: readonly string[], env: Variables) => beside(program, args, { env });

  it('aws asks the hosts of AWS, in every form, and nothing else', { timeout: LONG }, async () => {
    const ci = await shell('222222222222/ci-runner');
    const who = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'];
    const arn = 'arn:aws:sts::222222222222:assumed-role/ci-runner/lab\n';
    expect((await run('aws', who, ci)).out).toBe(arn);
    expect((await run('aws', who, { ...ci, AWS_USE_DUALSTACK_ENDPOINT: 'true', AWS_USE_FIPS_ENDPOINT: 'true' })).out).toBe(arn);
    const other = ['--endpoint-url', 'https://sts.us-east-1.amazonaws.com'];
    expect((await run('aws', [...who, ...other], ci)).err).toContain('Credential should be scoped to a valid region');
    const elsewhere = ['--endpoint-url', 'https://sts.example.com'];
    expect((await run('aws', [...who, ...elsewhere], ci)).err).toContain('Failed to connect to proxy URL');
  });

  it('update-kubeconfig and kubectl work as they would at AWS', { timeout: LONG }, async () => {
    const ci = await shell('222222222222/ci-runner');
    const kubeconfig = join(lab.home, 'kubeconfig');
    const assume = ['--role-arn', ROLE, '--role-session-name', 'build-7', '--output', 'json'];
    const assumed = JSON.parse((await run('aws', ['sts', 'assume-role', ...assume], ci)).out) as {
      readonly Credentials: Printed;
    };
    const role = keysOf(credentialsIn(assumed.Credentials));
    const made = ['eks', 'update-kubeconfig', '--name', 'prod', '--kubeconfig', kubeconfig];
    expect((await run('aws', made, { ...ci, ...role })).out).toContain('cluster/prod');
    const text = readFileSync(kubeconfig, 'utf8');
    expect(text).toMatch(/server: https:\/\/[0-9a-f]{32}\.gr7\.eu-west-1\.eks\.amazonaws\.com/);
    // The same with the role in get-token, as --role-arn would have written it.
    writeFileSync(kubeconfig, text.replace('- prod\n', `- prod\n      - --role-arn\n      - ${ROLE}\n`));
    // The oldest that the lab is for and the newest.
    for (const kubectl of kubectls(['1.29', '1.33'])) {
      const pods = (...args: string[]) => run(kubectl, ['--kubeconfig', kubeconfig, 'get', 'pods', ...args], ci);
      expect((await pods('-n', 'my-app-ns')).err).toContain('No resources found in my-app-ns namespace.');
      expect((await pods('-n', 'default')).err).toContain('cannot list resource "pods"');
    }
  });

  it('a kubeconfig of the lab names the lab as its proxy', { timeout: LONG }, async () => {
    const { kubeconfig: text } = await askLab<{ readonly kubeconfig: string }>(lab, 'kubeconfig', { proxy: true, role: ROLE });
    const kubeconfig = join(lab.home, 'own-kubeconfig');
    writeFileSync(kubeconfig, text);
    const env = await shell('222222222222/ci-runner');
    const { err } = await run('kubectl', ['--kubeconfig', kubeconfig, 'get', 'pods', '-n', 'my-app-ns'], env);
    expect(err).toContain('No resources found in my-app-ns namespace.');
  });
});
