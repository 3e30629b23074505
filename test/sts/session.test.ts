import { describe, expect, test } from 'vitest';
import { type Identity, readIdentity } from '../../src/rules/arn/index.ts';
import {
  assumedSession,
  isChaining,
  isSelfAssumption,
  longestSession,
  type PrincipalRecord,
  startSession,
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
