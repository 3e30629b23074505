import { describe, expect, it } from 'vitest';
import { answer } from '../../src/edge/lab/answer.ts';
import { newRole } from '../../src/edge/lab/iam/make.ts';
import { makeRequest } from '../../src/edge/lab/server.ts';
import type { Change } from '../../src/edge/lab/state/store.ts';
import { as, credentialsIn, labOf, NOW, query, signed } from './make.ts';

const CI = '222222222222/ci-runner';
const TARGET = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';

/** A role of account 111111111111 that ci-runner may assume under a condition. */
function guarded(condition: unknown, longest = 3600): Change {
  const place = { partition: 'aws', account: '111111111111', at: NOW };
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::222222222222:root' },
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  ];
  const role = newRole(place, { name: 'guarded', trust: { Version: '2012-10-17', Statement }, longest });
  return { scope: 'account:111111111111', kind: 'role', name: 'guarded', document: role };
}

const GUARDED = 'arn:aws:iam::111111111111:role/guarded';
const DELIVERY_ADMIN = '222222222222/admin';

function assume(lab: ReturnType<typeof labOf>, who: string, parameters: Record<string, string>) {
  return query(lab, as(lab, who), 'sts', { Action: 'AssumeRole', RoleSessionName: 'test', RoleArn: GUARDED, ...parameters });
}

describe('GetCallerIdentity', () => {
  it('names a user, a session and the root user as STS does', () => {
    const lab = labOf();
    const arnOf = (who: string): unknown => query(lab, as(lab, who), 'sts', { Action: 'GetCallerIdentity' }).json;
    expect(arnOf('333333333333/admin')).toMatchObject({
      GetCallerIdentityResponse: {
        GetCallerIdentityResult: { Arn: 'arn:aws:iam::333333333333:user/admin', Account: '333333333333' },
      },
    });
    expect(arnOf(CI)).toMatchObject({
      GetCallerIdentityResponse: { GetCallerIdentityResult: { Arn: 'arn:aws:sts::222222222222:assumed-role/ci-runner/lab' } },
    });
    expect(arnOf('111111111111/root')).toMatchObject({
      GetCallerIdentityResponse: { GetCallerIdentityResult: { Arn: 'arn:aws:iam::111111111111:root', UserId: '111111111111' } },
    });
  });

  it('answers XML unless JSON is asked for', () => {
    const lab = labOf();
    const { body } = query(lab, as(lab, CI), 'sts', { Action: 'GetCallerIdentity' }, { headers: { accept: '*/*' } });
    expect(body).toMatch(/^<GetCallerIdentityResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/">/);
    expect(body).toContain('<Account>222222222222</Account>');
  });
});

describe('signatures', () => {
  const lab = labOf();
  const ci = as(lab, CI);
  const identity = { Action: 'GetCallerIdentity' };
  const other = { ...ci, secretAccessKey: `${ci.secretAccessKey.slice(1)}A` };
  const minutes = (by: number): Date => new Date(NOW.getTime() + by * 60_000);
  const shorter = as(lab, DELIVERY_ADMIN);

  it.each([
    ['another secret', () => query(lab, other, 'sts', identity), 403, 'SignatureDoesNotMatch'],
    [
      'a body that was altered',
      () =>
        query(lab, ci, 'sts', identity, {
          alter: (request) => makeRequest('POST', '/', '', request.headers, Buffer.from(`${request.body}&X=1`)),
        }),
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'a key that nobody has',
      () => query(lab, { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x' }, 'sts', identity),
      403,
      'InvalidClientTokenId',
    ],
    [
      'a temporary key without its token',
      () => query(lab, { accessKeyId: ci.accessKeyId, secretAccessKey: ci.secretAccessKey }, 'sts', identity),
      403,
      'InvalidClientTokenId',
    ],
    [
      'the token of another session',
      () => query(lab, { ...ci, sessionToken: as(lab, '333333333333/SecurityAudit').sessionToken ?? '' }, 'sts', identity),
      403,
      'InvalidClientTokenId',
    ],
    [
      'a long-term key with a token',
      () => query(lab, { ...shorter, sessionToken: ci.sessionToken ?? '' }, 'sts', identity),
      403,
      'InvalidClientTokenId',
    ],
    [
      'a token with one letter changed',
      () => query(lab, { ...ci, sessionToken: `A${(ci.sessionToken ?? '').slice(1)}` }, 'sts', identity),
      403,
      'InvalidClientTokenId',
    ],
    ['a clock six minutes behind', () => query(lab, ci, 'sts', identity, { at: minutes(-6) }), 403, 'SignatureDoesNotMatch'],
    ['a clock six minutes ahead', () => query(lab, ci, 'sts', identity, { at: minutes(6) }), 403, 'SignatureDoesNotMatch'],
    [
      'no signature',
      () => ({ ...answer(lab, makeRequest('POST', '/', '', [['host', 'x']], Buffer.from('Action=GetCallerIdentity'))) }),
      403,
      'MissingAuthenticationToken',
    ],
  ])('%s is refused', (_, call, status, code) => {
    const reply = call();
    expect(reply.status).toBe(status);
    expect(reply.body).toMatch(new RegExp(`<Code>${code}<|"Code":"${code}"`));
  });

  it('a clock four minutes off works', () => {
    expect(query(lab, ci, 'sts', identity, { at: minutes(-4) }).status).toBe(200);
    expect(query(lab, ci, 'sts', identity, { at: minutes(4) }).status).toBe(200);
  });

  it('a session ends when its time is over, and an altered role takes its sessions along', () => {
    const mine = labOf();
    const session = as(mine, CI);
    mine.moveClock(13 * 3600_000);
    expect(query(mine, session, 'sts', identity).body).toContain('ExpiredToken');
    const fresh = as(mine, CI);
    mine.store.commit({ scope: 'account:222222222222', kind: 'role', name: 'ci-runner', document: null });
    expect(query(mine, fresh, 'sts', identity).body).toContain('InvalidClientTokenId');
  });

  it('a token of another lab is unknown', () => {
    expect(query(labOf(), ci, 'sts', identity).body).toContain('InvalidClientTokenId');
  });
});

describe('AssumeRole', () => {
  it('gives credentials that work, and names the session without the path of the role', () => {
    const lab = labOf();
    const made = query(lab, as(lab, CI), 'sts', { Action: 'AssumeRole', RoleArn: TARGET, RoleSessionName: 'build-7' });
    expect(made.json).toMatchObject({
      AssumeRoleResponse: {
        AssumeRoleResult: {
          AssumedRoleUser: { Arn: 'arn:aws:sts::111111111111:assumed-role/ci-deploys-my-app/build-7' },
          Credentials: { Expiration: '2026-11-25T13:00:00Z' },
        },
      },
    });
    const again = query(lab, credentialsIn(made.json), 'sts', { Action: 'GetCallerIdentity' });
    expect(again.body).toContain('assumed-role/ci-deploys-my-app/build-7');
  });

  const external = { StringEquals: { 'sts:ExternalId': 'c0ffee' } };
  it.each([
    ['the right external ID', external, { ExternalId: 'c0ffee' }, 200, 'Credentials'],
    ['a wrong external ID', external, { ExternalId: 'decaf' }, 403, 'AccessDenied'],
    ['no external ID', external, {}, 403, 'AccessDenied'],
    [
      'a session tag that is wanted',
      { StringEquals: { 'aws:RequestTag/team': 'a' } },
      { 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'a' },
      200,
      'Credentials',
    ],
    [
      'another session tag',
      { StringEquals: { 'aws:RequestTag/team': 'a' } },
      { 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'b' },
      403,
      'AccessDenied',
    ],
    [
      'a source identity that is wanted',
      { StringLike: { 'sts:SourceIdentity': '*' } },
      { SourceIdentity: 'jane' },
      200,
      '"SourceIdentity":"jane"',
    ],
    ['a time that is over', { DateLessThan: { 'aws:CurrentTime': '2026-11-25T11:59:59Z' } }, {}, 403, 'AccessDenied'],
    ['a time that is not over', { DateLessThan: { 'aws:CurrentTime': '2026-11-25T12:00:01Z' } }, {}, 200, 'Credentials'],
    ['MFA that a user did not show', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, {}, 403, 'AccessDenied'],
    ['an operator that nobody knows', { StringSounds: { 'aws:PrincipalArn': 'x' } }, {}, 403, 'cannot judge'],
    [
      'a duration beyond the role',
      undefined,
      { DurationSeconds: '3601' },
      400,
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ],
    [
      'a duration that no role has',
      undefined,
      { DurationSeconds: '899' },
      400,
      "Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [
      'a session name with a blank',
      undefined,
      { RoleSessionName: 'a b' },
      400,
      "Value 'a b' at 'roleSessionName' failed to satisfy constraint",
    ],
    ['a session policy that is no JSON', undefined, { Policy: '{' }, 400, 'MalformedPolicyDocument'],
    [
      'a role that is not there',
      undefined,
      { RoleArn: `${GUARDED}2` },
      403,
      `is not authorized to perform: sts:AssumeRole on resource: ${GUARDED}2`,
    ],
  ])('%s', (_, condition, parameters, status, text) => {
    const lab = labOf({ more: [guarded(condition)] });
    const reply = assume(lab, DELIVERY_ADMIN, parameters);
    expect(reply.body).toContain(text);
    expect(reply.status).toBe(status);
  });

  it('chained sessions last one hour at most', () => {
    const lab = labOf({ more: [guarded(undefined, 43_200)] });
    const long = { DurationSeconds: '3601' };
    expect(assume(lab, DELIVERY_ADMIN, long).status).toBe(200);
    const chained = query(lab, as(lab, CI), 'sts', { Action: 'AssumeRole', RoleArn: TARGET, RoleSessionName: 'me', ...long });
    expect(chained.body).toContain('exceeds the 1 hour session limit for roles assumed by role chaining');
    expect(chained.status).toBe(400);
  });

  it('the root user may not assume roles', () => {
    expect(assume(labOf({ more: [guarded(undefined)] }), '222222222222/root', {}).body).toContain(
      'Roles may not be assumed by root accounts.',
    );
  });

  it('transitive tags and the source identity go along, and cannot be changed', () => {
    const lab = labOf({ more: [guarded(undefined)] });
    const tags = {
      'Tags.member.1.Key': 'Team',
      'Tags.member.1.Value': 'a',
      'TransitiveTagKeys.member.1': 'Team',
      SourceIdentity: 'jane',
    };
    const first = credentialsIn(assume(lab, DELIVERY_ADMIN, tags).json);
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: GUARDED },
          Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
          Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a', 'aws:SourceIdentity': 'jane' } },
        },
      ],
    };
    const next = newRole({ partition: 'aws', account: '111111111111', at: NOW }, { name: 'next', trust });
    lab.store.commit({ scope: 'account:111111111111', kind: 'role', name: 'next', document: next });
    const go = (more: Record<string, string>) =>
      query(lab, first, 'sts', { Action: 'AssumeRole', RoleArn: next.Arn, RoleSessionName: 'me', ...more });
    expect(go({}).status).toBe(200);
    expect(go({ SourceIdentity: 'john' }).status).toBe(403);
    expect(go({ 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'b' }).status).toBe(403);
  });

  it('a session policy limits what the session may do', () => {
    const lab = labOf();
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'eks:ListClusters', Resource: '*' }],
    });
    const made = query(lab, as(lab, CI), 'sts', { Action: 'AssumeRole', RoleArn: TARGET, RoleSessionName: 'me', Policy: policy });
    const describe = answer(lab, signed(credentialsIn(made.json), 'eks', { method: 'GET', path: '/clusters/prod' }));
    expect(describe.status).toBe(403);
    expect(describe.body).toContain('because no session policy allows the eks:DescribeCluster action');
  });
});

describe('GetSessionToken', () => {
  it('serves users, and no session', () => {
    const lab = labOf();
    const made = query(lab, as(lab, DELIVERY_ADMIN), 'sts', { Action: 'GetSessionToken' });
    expect(query(lab, credentialsIn(made.json), 'sts', { Action: 'GetCallerIdentity' }).body).toContain(':user/admin');
    expect(query(lab, as(lab, CI), 'sts', { Action: 'GetSessionToken' }).status).toBe(403);
  });
});

it("a policy of AWS's that the lab holds limits a session, also where nobody has it attached", () => {
  const lab = labOf({ bare: true });
  const role = { Action: 'CreateRole', RoleName: 'wide' };
  const Statement = [{ Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'sts:AssumeRole' }];
  const admin = as(lab, DELIVERY_ADMIN);
  const trust = JSON.stringify({ Version: '2012-10-17', Statement });
  expect(query(lab, admin, 'iam', { ...role, AssumeRolePolicyDocument: trust }).status).toBe(200);
  const all = { Action: 'AttachRolePolicy', RoleName: 'wide', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' };
  expect(query(lab, admin, 'iam', all).status).toBe(200);
  const session = (name: string, partition = 'aws') => {
    const asked = { RoleArn: 'arn:aws:iam::222222222222:role/wide', RoleSessionName: 'me' };
    const policy = { 'PolicyArns.member.1.arn': `arn:${partition}:iam::aws:policy/${name}` };
    return credentialsIn(query(lab, admin, 'sts', { Action: 'AssumeRole', ...asked, ...policy }).json);
  };
  const lists = (name: string, Action: string) => query(lab, session(name), 'iam', { Action });
  expect(lists('IAMReadOnlyAccess', 'ListUsers').status).toBe(200);
  const made = query(lab, session('IAMReadOnlyAccess'), 'iam', { Action: 'CreateUser', UserName: 'x' });
  expect(made.body).toContain('because no session policy allows the iam:CreateUser action');
  const elsewhere = query(lab, session('AdministratorAccess', 'aws-cn'), 'iam', { Action: 'ListUsers' });
  expect(elsewhere.body).toContain('the lab cannot judge this call');
  expect(lists('SecurityAudit', 'ListUsers').body).toContain('the lab cannot judge this call');
});

describe('of a key that is refused without a reason', () => {
  const noted = (lab: ReturnType<typeof labOf>): string => lab.calls().at(-1)?.note ?? '';

  it('the log says that IAM takes no such session, and that its user is gone', () => {
    const lab = labOf();
    const user = credentialsIn(query(lab, as(lab, DELIVERY_ADMIN), 'sts', { Action: 'GetSessionToken' }).json);
    expect(query(lab, user, 'iam', { Action: 'ListUsers' }).body).toContain('InvalidClientTokenId');
    expect(noted(lab)).toContain('GetSessionToken that was made without MFA');
    lab.store.commit({ scope: 'account:222222222222', kind: 'user', name: 'admin', document: null });
    expect(query(lab, user, 'sts', { Action: 'GetCallerIdentity' }).body).toContain('InvalidClientTokenId');
    expect(noted(lab)).toContain('the user of the session is gone, or was made anew: arn:aws:iam::222222222222:user/admin');
  });

  it('the log says that it is of another partition', () => {
    const lab = labOf();
    const wire = { region: 'cn-north-1', headers: { host: 'sts.cn-north-1.amazonaws.com.cn' } };
    expect(query(lab, as(lab, DELIVERY_ADMIN), 'sts', { Action: 'GetCallerIdentity' }, wire).body).toContain(
      'InvalidClientTokenId',
    );
    expect(noted(lab)).toBe('the key is of partition aws, and the host is of aws-cn');
  });
});

describe('what the lab does not play', () => {
  it.each([
    ['an operation', 'sts', 'GetFederationToken', 'sts:GetFederationToken'],
    ['a method of objects', 'sts', 'constructor', 'sts:constructor'],
  ] as const)('%s is refused and named in the log', (_, service, Action, named) => {
    const lab = labOf();
    expect(query(lab, as(lab, CI), service, { Action }).status).toBe(501);
    expect(lab.calls().at(-1)).toMatchObject({ operation: Action, status: 501, message: expect.stringContaining(named) });
  });

  it('another service is refused', () => {
    const lab = labOf();
    expect(answer(lab, signed(as(lab, CI), 's3', { method: 'GET', path: '/bucket' })).status).toBe(501);
  });
});

it('no credential stands in the log', () => {
  const lab = labOf();
  const ci = as(lab, CI);
  query(lab, ci, 'sts', { Action: 'AssumeRole', RoleArn: TARGET, RoleSessionName: 'me', ExternalId: 'c0ffee' });
  query(lab, { ...ci, secretAccessKey: 'wrong' }, 'sts', { Action: 'GetCallerIdentity' });
  const text = JSON.stringify(lab.calls());
  for (const secret of [ci.secretAccessKey, ci.sessionToken ?? '', 'c0ffee']) expect(text).not.toContain(secret);
});
