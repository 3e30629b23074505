import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli } from '../cli/run.ts';
import { exportedBy } from '../loopback/lab.ts';
import { beside, labBeside, shellAt, type Variables } from './beside.ts';
import { ring } from './client.ts';

const HOST = 'token.actions.githubusercontent.com';
const LONG = 300_000;

/** What an authenticator app shows so many steps from now (RFC 6238), written without the lab's own. */
function appCode(seed: string, by: number): string {
  const bits = [...seed]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = (Math.floor(Date.now() / 30_000) + by).toString(16).padStart(16, '0');
  const digest = createHmac('sha1', key).update(counter, 'hex').digest();
  const at = (digest[19] ?? 0) % 16;
  return String((digest.readUInt32BE(at) % 2 ** 31) % 1e6).padStart(6, '0');
}

ring('aws', ['--version'], () => {
  const lab = labBeside();

  async function shell(who?: string): Promise<Variables> {
    const common = { ...shellAt(lab.home), AWS_ENDPOINT_URL: lab.endpoint };
    if (who === undefined) return common;
    const { out } = await cli(['lab', 'env', '--as', who, '--endpoint', lab.endpoint], { home: lab.home });
    return { ...common, ...exportedBy(out) };
  }

  const aws = (env: Variables, ...args: readonly string[]) => beside('aws', [...args, '--output', 'json'], { env });

  it('a job of GitHub Actions becomes the role that trusts it, by a call, a variable and a profile', {
    timeout: LONG,
  }, async () => {
    const admin = await shell('222222222222/admin');
    const made = await aws(
      admin,
      ...['iam', 'create-open-id-connect-provider', '--url', `https://${HOST}`, '--client-id-list', 'sts.amazonaws.com'],
    );
    const { OpenIDConnectProviderArn: provider } = JSON.parse(made.out) as { OpenIDConnectProviderArn: string };
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          ...{ Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' },
          Condition: {
            StringLike: { [`${HOST}:sub`]: 'repo:org/app:*' },
            StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com' },
          },
        },
      ],
    };
    await aws(admin, 'iam', 'create-role', '--role-name', 'deploy', '--assume-role-policy-document', JSON.stringify(trust));
    const role = 'arn:aws:iam::222222222222:role/deploy';
    const issued = (sub: string, ...more: readonly string[]) =>
      cli(['lab', 'oidc-token', '--issuer', `https://${HOST}`, '--sub', sub, ...more, '--endpoint', lab.endpoint], {
        home: lab.home,
      });
    const { out: token } = await issued('repo:org/app:environment:prod', '--claim', 'environment=prod');
    const assume = ['sts', 'assume-role-with-web-identity', '--role-arn', role, '--role-session-name', 'job'];
    const nobody = await shell();
    expect((await aws(nobody, ...assume, '--web-identity-token', token)).out).toContain('assumed-role/deploy/job');
    const fork = (await issued('repo:fork/app:environment:prod')).out;
    expect((await aws(nobody, ...assume, '--web-identity-token', fork)).err).toContain(
      '(AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
    const other = (await issued('repo:org/app:x', '--aud', 'api://x')).out;
    expect((await aws(nobody, ...assume, '--web-identity-token', other)).err).toContain('Incorrect token audience');

    const file = join(lab.home, 'token');
    writeFileSync(file, token);
    const variables = { ...nobody, AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: role, AWS_ROLE_SESSION_NAME: 'variable' };
    expect((await aws(variables, 'sts', 'get-caller-identity')).out).toContain('assumed-role/deploy/variable');
    const config = join(lab.home, 'config');
    writeFileSync(config, `[profile ci]\nrole_arn = ${role}\nweb_identity_token_file = ${file}\nrole_session_name = profile\n`);
    const profile = { ...nobody, AWS_CONFIG_FILE: config, AWS_PROFILE: 'ci' };
    expect((await aws(profile, 'sts', 'get-caller-identity')).out).toContain('assumed-role/deploy/profile');
  });

  it('a user enables a device and uses its codes', { timeout: LONG }, async () => {
    const admin = await shell('111111111111/admin');
    const seedFile = join(lab.home, 'seed');
    const boot = ['--bootstrap-method', 'Base32StringSeed', '--outfile', seedFile];
    const made = await aws(admin, 'iam', 'create-virtual-mfa-device', '--virtual-mfa-device-name', 'phone', ...boot);
    expect(made.err).toBe('');
    const seed = readFileSync(seedFile, 'utf8');
    const serial = ['--serial-number', 'arn:aws:iam::111111111111:mfa/phone'];
    const code = (by: number): string => appCode(seed, by);
    const codes = ['--authentication-code1', code(-1), '--authentication-code2', code(0)];
    expect((await aws(admin, 'iam', 'enable-mfa-device', '--user-name', 'admin', ...serial, ...codes)).err).toBe('');
    expect((await aws(admin, 'iam', 'list-mfa-devices', '--user-name', 'admin')).out).toContain('mfa/phone');
    const session = ['sts', 'get-session-token', ...serial, '--token-code'];
    const used = code(1);
    expect((await aws(admin, ...session, used)).out).toContain('SessionToken');
    expect((await aws(admin, ...session, used)).err).toContain(
      'MultiFactorAuthentication failed with invalid MFA one time pass code',
    );
  });
});
