import { describe, expect, test } from 'vitest';
import { canI, type Query } from '../../src/access/index.ts';
import { canonicalTrust } from '../../src/grants/canonical.ts';
import { user } from '../inventory/folder.ts';
import { A, applied, awayRole, B, grantFile, planOf, ROLE, wished, world } from './world.ts';

const CI = `arn:aws:iam::${B}:role/ci`;
const ANN = `arn:aws:iam::${B}:user/ann`;
const USER = user('ann', { Arn: ANN, Tags: [] });
const EVERYTHING = world({ home: [], away: [awayRole('ci')], awayUsers: [USER] });

/** The statements of the grant's trust policy. */
function trustOf(keys: string): unknown {
  const role = wished(planOf(grantFile(keys), EVERYTHING), 'role');
  return (role?.trust as { readonly Statement?: unknown } | undefined)?.Statement;
}

/** A policy document of these statements. */
const policy = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement });

const allow = (Principal: unknown, Condition?: unknown, Action: unknown = 'sts:AssumeRole'): unknown => ({
  Effect: 'Allow',
  Principal,
  Action,
  ...(Condition === undefined ? {} : { Condition }),
});

describe('the trust policy', () => {
  test.each([
    ['principals together', `to: ["${CI}", "${ANN}"]`, [allow({ AWS: [CI, ANN] })]],
    [
      'an external ID',
      `to: "${CI}", require: { externalId: abc }`,
      [allow({ AWS: CI }, { StringEquals: { 'sts:ExternalId': 'abc' } })],
    ],
    ['MFA', `to: "${ANN}", require: { mfa: true }`, [allow({ AWS: ANN }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })]],
    [
      'an organisation and a range',
      `to: "${CI}", require: { organization: o-a1b2c3d4e5, sourceIp: [10.0.0.0/8, 192.0.2.1] }`,
      [
        allow(
          { AWS: CI },
          { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.0.2.1'] }, StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
        ),
      ],
    ],
    [
      'an endpoint',
      `to: "${CI}", require: { vpcEndpoint: vpce-0123456789abcdef0 }`,
      [allow({ AWS: CI }, { StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } })],
    ],
    [
      'a session name that is the caller’s own',
      `to: ["${CI}", "${ANN}"], require: { sessionName: caller }`,
      [
        allow({ AWS: CI }, { StringLike: { 'aws:userid': '*:${sts:RoleSessionName}' } }),
        allow({ AWS: ANN }, { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } }),
      ],
    ],
    [
      'a source identity',
      `to: "${CI}", require: { sourceIdentity: [ann, bob] }`,
      [
        allow({ AWS: CI }, { StringEquals: { 'sts:SourceIdentity': ['ann', 'bob'] } }, [
          'sts:AssumeRole',
          'sts:SetSourceIdentity',
        ]),
      ],
    ],
    [
      'a name and a source identity that are both the caller’s own',
      `to: "${CI}", require: { sourceIdentity: caller, sessionName: caller }`,
      [
        allow(
          { AWS: CI },
          {
            StringLike: { 'aws:userid': '*:${sts:RoleSessionName}' },
            StringLikeIfExists: { 'aws:userid': '*:${sts:SourceIdentity}' },
          },
          ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        ),
      ],
    ],
    [
      'an end, less the last session',
      `to: "${CI}", session: 2h, expires: 2027-03-31`,
      [allow({ AWS: CI }, { DateLessThan: { 'aws:CurrentTime': '2027-03-30T22:00:00Z' } })],
    ],
    [
      'GitHub',
      'to: { github: { repo: o/r, ref: refs/heads/main, ownerId: 1, repoId: 2 } }',
      [
        allow(
          { Federated: `arn:aws:iam::${A}:oidc-provider/token.actions.githubusercontent.com` },
          {
            StringEquals: {
              'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
              'token.actions.githubusercontent.com:sub': 'repo:o@1/r@2:ref:refs/heads/main',
            },
          },
          'sts:AssumeRoleWithWebIdentity',
        ),
      ],
    ],
    [
      'a service account by Pod Identity',
      `to: { podIdentity: { cluster: prod, namespace: a, serviceAccount: b, role: "${CI}" } }`,
      [
        allow(
          { AWS: CI },
          {
            StringEquals: {
              'aws:PrincipalTag/eks-cluster-arn': `arn:aws:eks:eu-west-1:${A}:cluster/prod`,
              'aws:PrincipalTag/kubernetes-namespace': 'a',
              'aws:PrincipalTag/kubernetes-service-account': 'b',
            },
          },
          ['sts:AssumeRole', 'sts:TagSession'],
        ),
      ],
    ],
    [
      'a permission set that nobody sees',
      'to: { sso: { permissionSet: Dev, account: away } }',
      [
        allow(
          { AWS: `arn:aws:iam::${B}:root` },
          {
            ArnLike: {
              'aws:PrincipalArn': `arn:aws:iam::${B}:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Dev_????????????????`,
            },
          },
        ),
      ],
    ],
  ])('%s', (_, keys, expected) => {
    expect(trustOf(`${keys}, access: view`)).toEqual(expected);
  });
});

describe('what is asked for is what decides', () => {
  const decide = (keys: string, as: string, given: Readonly<Record<string, string>>, now = '2026-11-25T00:00:00Z'): string => {
    const after = applied(planOf(grantFile(`${keys}, access: view`), EVERYTHING), EVERYTHING);
    const [cluster] = after.clusters;
    if (cluster === undefined) throw new Error('no cluster');
    const query: Query = {
      cluster,
      caller: { kind: 'aws', arn: as },
      path: { kind: 'via', roles: [ROLE] },
      request: { verb: 'get', apiGroup: '', resource: 'pods', namespace: 'web' },
      given: Object.entries(given).map(([key, value]) => ({ key, value })),
      assume: ['no-scp', 'no-rcp'],
      now: new Date(now),
    };
    const answer = canI(after, query);
    return 'code' in answer ? answer.code : answer.decision;
  };

  test.each([
    ['the right external ID', `to: "${CI}", require: { externalId: abc }`, CI, { 'sts:ExternalId': 'abc' }, 'allow'],
    ['another external ID', `to: "${CI}", require: { externalId: abc }`, CI, { 'sts:ExternalId': 'abd' }, 'deny'],
    ['another role', `to: "${CI}"`, `arn:aws:iam::${B}:role/ops`, {}, 'deny'],
    ['the user’s own name', `to: "${ANN}", require: { sessionName: caller }`, ANN, { 'sts:RoleSessionName': 'ann' }, 'allow'],
    ['another’s name', `to: "${ANN}", require: { sessionName: caller }`, ANN, { 'sts:RoleSessionName': 'bob' }, 'deny'],
    [
      'the name of the role’s own session',
      `to: "${CI}", require: { sessionName: caller }`,
      `arn:aws:sts::${B}:assumed-role/ci/ann`,
      { 'sts:RoleSessionName': 'ann' },
      'allow',
    ],
    [
      'another session’s name',
      `to: "${CI}", require: { sessionName: caller }`,
      `arn:aws:sts::${B}:assumed-role/ci/ann`,
      { 'sts:RoleSessionName': 'bob' },
      'deny',
    ],
    ['without MFA', `to: "${ANN}", require: { mfa: true }`, ANN, { 'aws:MultiFactorAuthPresent': 'false' }, 'deny'],
    ['another address', `to: "${CI}", require: { sourceIp: 10.0.0.0/8 }`, CI, { 'aws:SourceIp': '11.0.0.1' }, 'deny'],
  ])('%s', (_, keys, as, given, expected) => {
    expect(decide(keys, as, given)).toBe(expected);
  });

  test('after the end nobody gets in', () => {
    const keys = `to: "${CI}", expires: 2027-03-31`;
    expect(decide(keys, CI, {}, '2027-03-30T23:00:01Z')).toBe('deny');
    expect(decide(keys, CI, {}, '2027-03-30T22:59:00Z')).not.toBe('deny');
  });
});

describe('two trust policies that say the same', () => {
  const one = policy(allow({ AWS: CI }, { StringEquals: { 'sts:ExternalId': 'abc' } }));
  test.each([
    [
      'lists of one, another order, a Sid, other letters',
      {
        Statement: {
          Sid: 'x',
          Effect: 'Allow',
          Action: ['STS:AssumeRole'],
          Principal: { AWS: [CI] },
          Condition: { StringEquals: { 'STS:externalId': ['abc'] } },
        },
        Version: '2012-10-17',
      },
      true,
    ],
    [
      'the account under the name of the role',
      policy(
        allow(
          { AWS: `arn:aws:iam::${B}:root` },
          { StringEquals: { 'sts:ExternalId': 'abc' }, ArnLike: { 'aws:PrincipalArn': CI } },
        ),
      ),
      true,
    ],
    ['the account alone', policy(allow({ AWS: `arn:aws:iam::${B}:root` }, { StringEquals: { 'sts:ExternalId': 'abc' } })), false],
    [
      'another account under the name of the role',
      policy(
        allow(
          { AWS: `arn:aws:iam::${A}:root` },
          { StringEquals: { 'sts:ExternalId': 'abc' }, ArnLike: { 'aws:PrincipalArn': CI } },
        ),
      ),
      false,
    ],
    [
      'a pattern',
      policy(
        allow(
          { AWS: `arn:aws:iam::${B}:root` },
          { StringEquals: { 'sts:ExternalId': 'abc' }, ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${B}:role/*` } },
        ),
      ),
      false,
    ],
    ['one condition less', policy(allow({ AWS: CI })), false],
    ['one statement more', policy(...one.Statement, allow({ AWS: '*' })), false],
    ['a Deny', policy(...one.Statement, { Effect: 'Deny', Principal: { AWS: CI }, Action: 'sts:AssumeRole' }), false],
    ['another version, in which variables are none', { ...one, Version: '2008-10-17' }, false],
    ['NotPrincipal', policy({ Effect: 'Allow', NotPrincipal: { AWS: CI }, Action: 'sts:AssumeRole' }), false],
  ])('%s', (_, other, same) => {
    const text = (document: unknown): string => JSON.stringify(canonicalTrust(JSON.parse(JSON.stringify(document))));
    expect(text(other) === text(one)).toBe(same);
  });
});
