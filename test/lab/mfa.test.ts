import { describe, expect, it } from 'vitest';
import { codeOf, newSeed, stepAt, stepOf } from '../../src/edge/lab/sts/totp.ts';
import { as, credentialsIn, labOf, NOW, query } from './make.ts';

type Lab = ReturnType<typeof labOf>;
const SERIAL = 'arn:aws:iam::111111111111:mfa/phone';
const STEP = stepAt(NOW);

describe('a code', () => {
  // RFC 6238 Appendix B, SHA-1, the last six of its eight digits; the seed is "12345678901234567890" in base32.
  const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at second %d is %s', (second, code) => {
    expect(codeOf(SEED, stepAt(new Date(second * 1000)))).toBe(code);
  });

  it('is of now, or one step off', () => {
    const seed = newSeed();
    expect(seed).toMatch(/^[A-Z2-7]{64}$/);
    expect([-2, -1, 0, 1, 2].map((by) => stepOf(seed, codeOf(seed, STEP + by), NOW))).toEqual([
      ...[undefined, STEP - 1, STEP, STEP + 1],
      undefined,
    ]);
  });
});

function iam(lab: Lab, Action: string, parameters: Readonly<Record<string, string>> = {}, who = '111111111111/admin') {
  return query(lab, as(lab, who), 'iam', { Action, ...parameters });
}

function create(lab: Lab): string {
  const made = iam(lab, 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' });
  const { VirtualMFADevice: device } = (
    made.json as {
      CreateVirtualMFADeviceResponse: { CreateVirtualMFADeviceResult: { VirtualMFADevice: Record<string, string> } };
    }
  ).CreateVirtualMFADeviceResponse.CreateVirtualMFADeviceResult;
  expect(device['SerialNumber']).toBe(SERIAL);
  return Buffer.from(device['Base32StringSeed'] ?? '', 'base64').toString();
}

function enable(lab: Lab, seed: string, user = 'admin', by = -1) {
  return iam(lab, 'EnableMFADevice', {
    ...{ UserName: user, SerialNumber: SERIAL },
    ...{ AuthenticationCode1: codeOf(seed, STEP + by - 1), AuthenticationCode2: codeOf(seed, STEP + by) },
  });
}

/** A lab whose administrator has a device, with a role for whoever has used one. */
function withDevice(): { readonly lab: Lab; readonly code: (by?: number) => string } {
  const lab = labOf();
  const seed = create(lab);
  expect(enable(lab, seed).status).toBe(200);
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111111111111:root' }, Action: 'sts:AssumeRole' },
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, NumericLessThan: { 'aws:MultiFactorAuthAge': '600' } },
      },
    ],
  };
  iam(lab, 'CreateRole', { RoleName: 'careful', AssumeRolePolicyDocument: JSON.stringify(trust) });
  return { lab, code: (by = 0) => codeOf(seed, STEP + by) };
}

const ASSUME = { Action: 'AssumeRole', RoleArn: 'arn:aws:iam::111111111111:role/careful', RoleSessionName: 'me' };

describe('devices', () => {
  it('are made, enabled with two codes, listed, given back and deleted', () => {
    const lab = labOf();
    const seed = create(lab);
    expect(iam(lab, 'ListVirtualMFADevices', { AssignmentStatus: 'Unassigned' }).body).toContain(SERIAL);
    expect(enable(lab, seed).status).toBe(200);
    expect(iam(lab, 'ListMFADevices', { UserName: 'admin' }).body).toMatch(/"UserName":"admin","SerialNumber":"[^"]*phone"/);
    const assigned = iam(lab, 'ListVirtualMFADevices', { AssignmentStatus: 'Assigned' });
    expect(assigned.body).toContain('arn:aws:iam::111111111111:user/admin');
    expect(assigned.body).not.toContain(seed);
    expect(iam(lab, 'ListVirtualMFADevices', { AssignmentStatus: 'Unassigned' }).body).not.toContain(SERIAL);
    expect(iam(lab, 'ListVirtualMFADevices', {}, '222222222222/admin').body).not.toContain(SERIAL);
    expect(iam(lab, 'DeleteVirtualMFADevice', { SerialNumber: SERIAL })).toMatchObject({ status: 409 });
    expect(iam(lab, 'DeactivateMFADevice', { UserName: 'admin', SerialNumber: SERIAL }).status).toBe(200);
    expect(iam(lab, 'ListMFADevices').body).not.toContain(SERIAL);
    expect(iam(lab, 'DeleteVirtualMFADevice', { SerialNumber: SERIAL }).status).toBe(200);
    expect(iam(lab, 'DeleteVirtualMFADevice', { SerialNumber: SERIAL })).toMatchObject({ status: 404 });
  });

  it.each([
    [
      'a name that is taken',
      (lab: Lab) => iam(lab, 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' }),
      409,
      'EntityAlreadyExists',
    ],
    [
      'codes of long ago',
      (lab: Lab, seed: string) => enable(lab, seed, 'admin', -9),
      403,
      'Authentication code for device is not valid.',
    ],
    ['a user who is not there', (lab: Lab, seed: string) => enable(lab, seed, 'nobody'), 404, 'NoSuchEntity'],
    [
      'the same code twice',
      (lab: Lab, seed: string) => {
        const code = codeOf(seed, STEP);
        const codes = { AuthenticationCode1: code, AuthenticationCode2: code };
        return iam(lab, 'EnableMFADevice', { UserName: 'admin', SerialNumber: SERIAL, ...codes });
      },
      403,
      'InvalidAuthenticationCode',
    ],
    [
      'a device of another account',
      (lab: Lab) => iam(lab, 'DeleteVirtualMFADevice', { SerialNumber: SERIAL }, '222222222222/admin'),
      404,
      'NoSuchEntity',
    ],
  ] as const)('%s is refused', (_, act, status, text) => {
    const lab = labOf();
    const seed = create(lab);
    expect(act(lab, seed)).toMatchObject({ status, body: expect.stringContaining(text) });
  });

  it('follow their user to another name, and are counted', () => {
    const lab = labOf();
    const seed = create(lab);
    iam(lab, 'CreateUser', { UserName: 'dev' });
    const counted = () => iam(lab, 'GetAccountSummary').body;
    expect(counted()).toContain('"MFADevices":1,"MFADevicesInUse":0');
    enable(lab, seed, 'dev');
    expect(counted()).toContain('"MFADevices":1,"MFADevicesInUse":1');
    expect(iam(lab, 'UpdateUser', { UserName: 'dev', NewUserName: 'ops' }).status).toBe(200);
    expect(iam(lab, 'ListMFADevices', { UserName: 'ops' }).body).toContain(SERIAL);
  });

  it('that somebody has go to nobody else, and keep their owner from being deleted', () => {
    const lab = labOf();
    const seed = create(lab);
    iam(lab, 'CreateUser', { UserName: 'dev' });
    expect(enable(lab, seed, 'dev').status).toBe(200);
    expect(enable(lab, seed, 'admin')).toMatchObject({ status: 409, body: expect.stringContaining('already in use') });
    expect(iam(lab, 'DeactivateMFADevice', { UserName: 'admin', SerialNumber: SERIAL }).status).toBe(404);
    expect(iam(lab, 'DeleteUser', { UserName: 'dev' }).body).toContain('must delete MFA device first');
    expect(iam(lab, 'DeactivateMFADevice', { UserName: 'dev', SerialNumber: SERIAL }).status).toBe(200);
    expect(iam(lab, 'DeleteUser', { UserName: 'dev' }).status).toBe(200);
  });
});

describe('a call with a code', () => {
  it('of AssumeRole satisfies the trust policy; the same code a second time does not', () => {
    const { lab, code } = withDevice();
    const admin = as(lab, '111111111111/admin');
    const assume = (TokenCode: string) => query(lab, admin, 'sts', { ...ASSUME, SerialNumber: SERIAL, TokenCode });
    expect(query(lab, admin, 'sts', ASSUME).status).toBe(403);
    expect(assume(code()).status).toBe(200);
    for (const used of [code(), code(-1)]) {
      const again = assume(used);
      expect(again).toMatchObject({ status: 403 });
      expect(again.body).toContain('MultiFactorAuthentication failed with invalid MFA one time pass code.');
    }
    expect(assume(code(1)).status).toBe(200);
  });

  it('of GetSessionToken makes a session that has it', () => {
    const { lab, code } = withDevice();
    const admin = as(lab, '111111111111/admin');
    const plain = credentialsIn(query(lab, admin, 'sts', { Action: 'GetSessionToken' }).json);
    expect(query(lab, plain, 'sts', ASSUME).status).toBe(403);
    expect(query(lab, plain, 'iam', { Action: 'ListUsers' })).toMatchObject({
      ...{ status: 403, body: expect.stringContaining('InvalidClientTokenId') },
    });
    const asked = { Action: 'GetSessionToken', SerialNumber: SERIAL, TokenCode: code() };
    const careful = credentialsIn(query(lab, admin, 'sts', asked).json);
    expect(query(lab, careful, 'sts', ASSUME).status).toBe(200);
    expect(query(lab, careful, 'iam', { Action: 'ListUsers' }).status).toBe(200);
    // aws:MultiFactorAuthAge: the role takes a code of the last ten minutes.
    lab.moveClock(11 * 60_000);
    const at = { at: new Date(NOW.getTime() + 2000) };
    expect(query(lab, careful, 'sts', ASSUME, at).status).toBe(403);
  });

  it.each([
    ['a wrong code', { SerialNumber: SERIAL, TokenCode: 'WRONG' }, 'failed with invalid MFA one time pass code.'],
    ['a code without its device', { TokenCode: '123456' }, 'must provide both MFA serial number and one time pass code.'],
    ['a device without a code', { SerialNumber: SERIAL }, 'must provide both MFA serial number and one time pass code.'],
    ['a device that is not there', { SerialNumber: `${SERIAL}2`, TokenCode: '123456' }, 'unable to validate MFA code.'],
    ['a code of letters', { SerialNumber: SERIAL, TokenCode: '12345a' }, 'Member must satisfy regular expression pattern'],
    ['a code that is too long', { SerialNumber: SERIAL, TokenCode: '1234567' }, 'less than or equal to 6'],
  ])('with %s is refused', (_, parameters, text) => {
    const { lab, code } = withDevice();
    const wrong = ['000000', '111111', '222222', '333333'].find((text) => ![code(), code(1), code(-1)].includes(text)) ?? '';
    const admin = as(lab, '111111111111/admin');
    for (const what of [ASSUME, { Action: 'GetSessionToken' }]) {
      const { status, body } = query(lab, admin, 'sts', {
        ...{ ...what, ...parameters },
        ...('TokenCode' in parameters && parameters.TokenCode === 'WRONG' ? { TokenCode: wrong } : {}),
      });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).toContain(text);
    }
  });

  it('of somebody else, or of a role, is refused', () => {
    const { lab, code } = withDevice();
    for (const who of ['111111111111/root', '111111111111/ci-deploys-my-app', '222222222222/admin']) {
      const { body } = query(lab, as(lab, who), 'sts', { ...ASSUME, SerialNumber: SERIAL, TokenCode: code() });
      expect(body).toContain('MultiFactorAuthentication failed, unable to validate MFA code.');
    }
  });
});
