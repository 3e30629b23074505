import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type CredentialsRequest,
  callerIdentity,
  isCredentialsError,
  resolveCredentials,
  type Surroundings,
} from '../../src/edge/credentials/index.ts';
import { type Mishap, type StsDouble, startSts } from '../loopback/sts.ts';

const alice = {
  accessKeyId: 'AKIAALICE',
  secretAccessKey: 'secret/of+alice',
  arn: 'arn:aws:iam::222222222222:user/dev/alice',
  userId: 'AIDAALICE',
};
const jump = 'arn:aws:iam::222222222222:role/jump';
const admin = 'arn:aws:iam::111111111111:role/team/admin';

let mishap: Mishap | undefined;
/** It happens to one call alone. */
let once = false;
let sts: StsDouble;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-credentials-'));
  sts = await startSts({
    callers: [alice, { ...alice, accessKeyId: 'ASIAOLD', sessionToken: 'old', expires: new Date(0) }],
    roles: [
      { arn: jump, tags: { team: 'a' }, sourceIdentity: 'alice' },
      { arn: admin, trusts: ['arn:aws:sts::222222222222:assumed-role/jump/alice'], externalId: 'c0ffee' },
      { arn: 'arn:aws:iam::111111111111:role/mfa', mfaCode: '123456' },
      { arn: 'arn:aws:iam::111111111111:role/web' },
    ],
    webIdentities: { 'x.eyJzdWIiOiJyZXBvOm9jdG8vYXBwOnJlZjpyZWZzL2hlYWRzL21haW4ifQ.x': 'repo:octo/app' },
    mishap: () => {
      const now = mishap;
      if (once) mishap = undefined;
      return now;
    },
  });
});
afterAll(async () => {
  await sts.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  mishap = undefined;
  once = false;
});

const keys = { AWS_ACCESS_KEY_ID: alice.accessKeyId, AWS_SECRET_ACCESS_KEY: alice.secretAccessKey };

function around(env: Record<string, string>, config = '', more: Partial<Surroundings> = {}): Surroundings {
  writeFileSync(join(folder, 'config'), config);
  return {
    env: {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: sts.url,
      AWS_CONFIG_FILE: 'config',
      AWS_SHARED_CREDENTIALS_FILE: 'none',
      ...env,
    },
    home: folder,
    cwd: folder,
    now: () => new Date(),
    note: () => undefined,
    ...more,
  };
}

const resolve = (request: Partial<CredentialsRequest>, world: Surroundings) =>
  resolveCredentials({ roles: [], cache: false, ...request }, world);

describe('credentials', () => {
  it('of the environment need nobody', async () => {
    const from = sts.calls.length;
    expect(await resolve({}, around(keys))).toEqual({
      credentials: { accessKeyId: 'AKIAALICE', secretAccessKey: 'secret/of+alice' },
      region: 'eu-west-1',
      source: 'the environment (AWS_ACCESS_KEY_ID)',
      hops: [],
    });
    expect(sts.calls.length).toBe(from);
  });

  it('go through two roles, with what each asks for, under the name of the caller', async () => {
    const from = sts.calls.length;
    const world = around(keys);
    const resolved = await resolve(
      {
        roles: [
          { arn: jump, tags: [['team', 'a']], sourceIdentity: 'alice', durationSeconds: 900 },
          { arn: admin, externalId: 'c0ffee' },
        ],
      },
      world,
    );
    expect(resolved.hops.map(({ how, session }) => [how, session])).toEqual([
      ['assumed', 'arn:aws:sts::222222222222:assumed-role/jump/alice'],
      ['assumed', 'arn:aws:sts::111111111111:assumed-role/admin/alice'],
    ]);
    expect(sts.calls.slice(from).map(({ action }) => action)).toEqual(['GetCallerIdentity', 'AssumeRole', 'AssumeRole']);
    expect(await callerIdentity(resolved, world)).toEqual({
      arn: 'arn:aws:sts::111111111111:assumed-role/admin/alice',
      account: '111111111111',
      userId: 'AROAADMIN:alice',
    });
  });

  it('of a profile chain start with the keys at its end, and a role that one already is is not assumed again', async () => {
    const config = `[profile deploy]
role_arn = ${admin}
source_profile = jump
external_id = c0ffee
[profile jump]
credential_process = /bin/echo '{"Version": 1, "AccessKeyId": "AKIAALICE", "SecretAccessKey": "secret/of+alice"}'
`;
    const world = around({}, config);
    await expect(resolve({ profile: 'deploy' }, world)).rejects.toThrow(
      `hop 1 of 1, profile deploy ${admin}: STS refuses AssumeRole (AccessDenied)`,
    );
    const jumped = await resolve(
      { profile: 'jump', roles: [{ arn: jump, tags: [['team', 'a']], sourceIdentity: 'alice' }, { arn: jump }] },
      world,
    );
    expect(jumped.hops.map(({ how }) => how)).toEqual(['assumed', 'already']);
  });

  it('of a web identity are asked for without a signature, named after the token’s subject', async () => {
    writeFileSync(join(folder, 'token'), 'x.eyJzdWIiOiJyZXBvOm9jdG8vYXBwOnJlZjpyZWZzL2hlYWRzL21haW4ifQ.x');
    const env = { AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/web', AWS_WEB_IDENTITY_TOKEN_FILE: 'token' };
    expect((await resolve({}, around(env))).hops).toMatchObject([
      { session: 'arn:aws:sts::111111111111:assumed-role/web/repo-octo-app-ref-refs-heads-main' },
    ]);
  });

  it('ask for an MFA code on the terminal', async () => {
    const roles = [{ arn: 'arn:aws:iam::111111111111:role/mfa', mfaSerial: 'arn:aws:iam::222222222222:mfa/alice' }];
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return '123456';
    };
    expect((await resolve({ roles }, around(keys, '', { ask }))).hops).toHaveLength(1);
    expect(asked).toEqual(['MFA code of arn:aws:iam::222222222222:mfa/alice: ']);
    await expect(resolve({ roles }, around(keys))).rejects.toThrow(/there is no terminal to ask on/);
  });

  it('are asked for again when STS is throttled for a moment', async () => {
    const from = sts.calls.length;
    once = true;
    mishap = { status: 400, code: 'Throttling', message: 'Rate exceeded' };
    const roles = [{ arn: jump, tags: [['team', 'a']] as const, sourceIdentity: 'alice', sessionName: 'me' }];
    expect((await resolve({ roles }, around(keys))).hops).toHaveLength(1);
    expect(sts.calls.length - from).toBe(2);
  });
});

describe('what goes wrong names the hop and the remedy', () => {
  const cases: readonly {
    readonly name: string;
    readonly env?: Record<string, string>;
    readonly config?: string;
    readonly request?: Partial<CredentialsRequest>;
    readonly mishap?: Mishap;
    readonly message: RegExp;
    readonly hint?: RegExp;
  }[] = [
    { name: 'no region', env: { ...keys, AWS_REGION: '' }, message: /no region/, hint: /--region REGION/ },
    { name: 'half a key', env: { AWS_ACCESS_KEY_ID: 'AKIA' }, message: /no AWS_SECRET_ACCESS_KEY/ },
    {
      name: 'a key over two lines',
      env: { ...keys, AWS_SECRET_ACCESS_KEY: 'canary\nx' },
      message: /the secret access key holds blanks/,
    },
    { name: 'a broken line', config: '[default]\nregion = x\nnonsense canary\n', message: /config:3 cannot be understood/ },
    { name: 'no such profile', request: { profile: 'nobody' }, message: /there is no profile nobody/ },
    {
      name: 'a circle',
      config: '[profile a]\nrole_arn=x\nsource_profile=b\n[profile b]\nrole_arn=y\nsource_profile=a',
      request: { profile: 'a' },
      message: /leads back to a/,
    },
    {
      name: 'expired keys',
      env: { ...keys, AWS_ACCESS_KEY_ID: 'ASIAOLD', AWS_SESSION_TOKEN: 'old' },
      request: { roles: [{ arn: admin }] },
      message: /ExpiredToken/,
      hint: /renew the session/,
    },
    {
      name: 'a wrong secret',
      env: { ...keys, AWS_SECRET_ACCESS_KEY: 'canary' },
      request: { roles: [{ arn: admin }] },
      message: /SignatureDoesNotMatch/,
      hint: /not the one that belongs/,
    },
    {
      name: 'a denied role',
      env: keys,
      request: { roles: [{ arn: admin, externalId: 'canary' }] },
      message: /hop 1 of 1, --role .*team\/admin: STS refuses AssumeRole \(AccessDenied\)/,
      hint: /trust policy may ask for --external-id/,
    },
    {
      name: 'nobody there',
      env: { ...keys, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      request: { roles: [{ arn: admin }] },
      message: /127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/,
    },
    {
      name: 'a captive portal',
      env: keys,
      request: { roles: [{ arn: admin }] },
      mishap: { status: 200, raw: '<html>canary</html>' },
      message: /is not STS/,
    },
    {
      name: 'a cut line',
      env: keys,
      request: { roles: [{ arn: admin }] },
      mishap: 'cut',
      message: /cannot be reached \(ECONNRESET\)/,
    },
    {
      name: 'a message with the signed text',
      env: keys,
      request: { roles: [{ arn: admin }] },
      mishap: {
        status: 403,
        code: 'SignatureDoesNotMatch',
        message: 'No match.\nThe Canonical String for this request should have been canary',
      },
      message: /No match\.$/,
    },
    {
      name: 'a process that says nothing',
      config: '[default]\ncredential_process = /bin/echo canary',
      message: /what \/bin\/echo printed is not JSON/,
    },
    {
      name: 'a process that fails',
      config: '[default]\ncredential_process = /bin/false --canary',
      message: /\/bin\/false ended with exit code 1/,
    },
  ];
  it.each(cases)('$name', async ({ env = {}, config, request, mishap: met, message, hint }) => {
    const world = around(env, config);
    mishap = met;
    const error = await resolve(request ?? {}, world).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(isCredentialsError(error)).toBe(true);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    if (hint !== undefined) expect(error).toHaveProperty('hints', expect.arrayContaining([expect.stringMatching(hint)]));
    expect(JSON.stringify(error) + String(error)).not.toContain('canary');
  });
});
