import { describe, expect, test } from 'vitest';
import { type Identity, readIdentity } from '../../src/rules/arn/index.ts';
import {
  assumedSession,
  isChaining,
  isSelfAssumption,
  longestSession,
  type PrincipalRecord,
  startSession,
  wrongParameter,
} from '../../src/rules/sts/index.ts';

function identity(arn: string): Identity {
  const read = readIdentity(arn);
  if ('error' in read) throw new Error(read.error);
  return read;
}

const ci = identity('arn:aws:iam::222222222222:role/teams/platform/ci');
const deploy = identity('arn:aws:iam::111111111111:role/deploy');
const record = (more: Partial<PrincipalRecord> = {}): PrincipalRecord => ({ tags: {}, managementAccount: false, ...more });
const nothing = { tags: {}, transitiveTagKeys: [] };

describe('the session a caller starts with', () => {
  test('a role ARN means any session of it', () => {
    const { principal } = startSession(ci, record({ uniqueId: 'AROACI' }));
    expect(principal).toMatchObject({ kind: 'assumed-role', arn: ci.arn, roleArn: ci.arn, uniqueId: 'AROACI' });
    expect(principal.sessionName).toBeUndefined();
  });

  test('a session ARN has lost the path of its role, and only a record knows it', () => {
    const session = identity('arn:aws:sts::222222222222:assumed-role/ci/build-7');
    expect(startSession(session).principal.roleArn).toBeUndefined();
    expect(startSession(session, record({ arn: ci.arn })).principal.roleArn).toBe(ci.arn);
    expect(startSession(session).principal.sessionName).toBe('build-7');
  });

  test.each([
    ['arn:aws:iam::222222222222:root', 'root'],
    ['arn:aws:iam::222222222222:user/a/dora', 'user'],
    ['arn:aws-us-gov:sts::222222222222:federated-user/dora', 'federated-user'],
    ['arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com', 'federated'],
    ['arn:aws:iam::222222222222:saml-provider/okta', 'federated'],
  ])('%s is a %s', (arn, kind) => {
    expect(startSession(identity(arn)).principal).toMatchObject({ kind, arn, account: '222222222222' });
  });

  test('a service-linked role is told by its path', () => {
    const linked = identity('arn:aws:iam::222222222222:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS');
    expect(startSession(linked).principal.serviceLinkedRole).toBe(true);
    expect(startSession(ci).principal.serviceLinkedRole).toBe(false);
  });
});

describe('what a session is known by', () => {
  test('a role with its path, be it known from the ARN or from a record', () => {
    const bare = identity('arn:aws:iam::222222222222:role/ci');
    expect(startSession(bare).principal.arn).toBe(bare.arn);
    expect(startSession(bare, record({ arn: ci.arn })).principal).toMatchObject({ arn: ci.arn, roleArn: ci.arn });
    const session = identity('arn:aws:sts::222222222222:assumed-role/ci/build-7');
    expect(startSession(session, record({ arn: ci.arn })).principal.arn).toBe(session.arn);
  });

  test('how it came to be', () => {
    const provider = startSession(identity('arn:aws:iam::111111111111:oidc-provider/token.example.com'));
    expect(startSession(ci).origin).toBe('start');
    expect(assumedSession(deploy, record(), startSession(ci), nothing).origin).toBe('assumed');
    expect(assumedSession(deploy, record(), provider, nothing).origin).toBe('web-identity');
  });

  test('when its principal was made, and whether that is of the management account', () => {
    const createDate = '2026-01-01T00:00:00Z';
    expect(startSession(ci, record({ createDate })).createDate).toBe(createDate);
    expect(assumedSession(deploy, record({ createDate }), startSession(ci), nothing).createDate).toBe(createDate);
    expect('createDate' in assumedSession(deploy, record(), startSession(ci, record({ createDate })), nothing)).toBe(false);
    expect(startSession(ci, record({ managementAccount: true })).principal.managementAccount).toBe(true);
    expect(startSession(ci).principal.managementAccount).toBe(false);
    expect('sessionName' in startSession(ci).principal).toBe(false);
  });

  test('a transitive key without a tag makes no tag', () => {
    const odd = assumedSession(ci, record(), startSession(ci), { ...nothing, transitiveTagKeys: ['team'] });
    const next = assumedSession(deploy, record(), odd, nothing);
    expect([...next.tags]).toEqual([]);
    expect(next.transitive.has('team')).toBe(true);
  });

  test('that nobody said whether a source identity is set is kept', () => {
    expect(assumedSession(deploy, record(), startSession(ci), nothing).sourceIdentity).toBeUndefined();
    expect(assumedSession(deploy, record(), { ...startSession(ci), sourceIdentity: null }, nothing).sourceIdentity).toBeNull();
  });

  test('a bare session is of no role that one could compare', () => {
    const session = startSession(identity('arn:aws:sts::222222222222:assumed-role/ci/build-7'));
    expect(isSelfAssumption(session, 'undefined')).toBe(false);
    expect(isSelfAssumption(session, ci.arn)).toBe(false);
  });
});

describe('what STS refuses in a call', () => {
  const good = { sessionName: 'build-7', externalId: 'c0/ff:ee', sourceIdentity: 'dora@example.com' };

  test('what fits is taken', () => {
    const tags = { 'team key': '', 'Größe=1': 'a/b:c_d' };
    expect(wrongParameter({ ...nothing, ...good, tags })).toBeUndefined();
    expect(wrongParameter(nothing)).toBeUndefined();
    expect(wrongParameter({ ...nothing, sessionName: 'ab', externalId: 'x'.repeat(1224) })).toBeUndefined();
    expect(wrongParameter({ ...nothing, sessionName: 'x'.repeat(64) })).toBeUndefined();
  });

  test.each([
    [{ sessionName: 'a' }, '"a" cannot be a session name, which has 2 to 64 characters (this has 1)'],
    [{ sessionName: 'x'.repeat(65) }, 'cannot be a session name, which has 2 to 64 characters (this has 65)'],
    [{ sessionName: 'a b' }, '"a b" cannot be a session name: STS does not take its characters'],
    [{ externalId: 'x' }, 'an external ID, which has 2 to 1224 characters'],
    [{ externalId: 'a b' }, 'cannot be an external ID: STS does not take its characters'],
    [{ sourceIdentity: 'aws:me' }, '"aws:me" cannot be a source identity'],
    [{ sourceIdentity: 'a/b' }, '"a/b" cannot be a source identity'],
    [{ tags: { 'aws:x': '1' } }, '"aws:x" cannot be a tag key'],
    [{ tags: { ['k'.repeat(129)]: '1' } }, 'cannot be a tag key, which has 1 to 128 characters'],
    [{ tags: { k: 'v'.repeat(257) } }, 'cannot be a tag value, which has 0 to 256 characters'],
    [{ tags: { k: 'a*b' } }, '"a*b" cannot be a tag value'],
    [{ tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, ''])) }, '51 session tags are passed'],
  ])('%j', (parameters, message) => {
    expect(wrongParameter({ ...nothing, ...good, ...parameters })).toContain(message);
  });
});

describe('the session that AssumeRole makes', () => {
  const caller = startSession(ci, record({ tags: { Team: 'red' } }));

  test('its ARN has the session name and no path', () => {
    const { principal } = assumedSession(ci, record(), startSession(deploy), { ...nothing, sessionName: 'build-7' });
    expect(principal.arn).toBe('arn:aws:sts::222222222222:assumed-role/ci/build-7');
    expect(principal.roleArn).toBe(ci.arn);
  });

  test("the caller's tags stay behind, transitive ones go along, passed ones win ignoring case", () => {
    const first = assumedSession(ci, record({ tags: { Team: 'red', Env: 'dev' } }), caller, {
      tags: { Project: 'x', team: 'blue' },
      transitiveTagKeys: ['PROJECT'],
    });
    expect(Object.fromEntries(first.tags)).toEqual({ team: 'blue', env: 'dev', project: 'x' });
    const second = assumedSession(deploy, record({ tags: { project: 'own' } }), first, nothing);
    expect(Object.fromEntries(second.tags)).toEqual({ project: 'x' });
    expect([...second.transitive]).toEqual(['project']);
  });

  test('a source identity that is set stays, whatever the next call says', () => {
    const first = assumedSession(deploy, record(), caller, { ...nothing, sourceIdentity: 'dora' });
    expect(first.sourceIdentity).toBe('dora');
    expect(assumedSession(ci, record(), first, { ...nothing, sourceIdentity: 'eve' }).sourceIdentity).toBe('dora');
    expect(assumedSession(deploy, record(), caller, nothing).sourceIdentity).toBeUndefined();
  });

  test('chaining lasts one hour at most; a user is not chaining', () => {
    const user = startSession(identity('arn:aws:iam::222222222222:user/dora'));
    expect([isChaining(caller), isChaining(user)]).toEqual([true, false]);
    expect([longestSession(caller, 43200), longestSession(user, 43200), longestSession(caller, 1800)]).toEqual([
      3600, 43200, 1800,
    ]);
  });

  test('self-assumption is told by the role with its path', () => {
    expect(isSelfAssumption(caller, ci.arn)).toBe(true);
    expect(isSelfAssumption(caller, 'arn:aws:iam::222222222222:role/ci')).toBe(false);
  });
});
