import { describe, expect, test } from 'vitest';
import { simulateIam } from '../../src/rules/iam/index.ts';

const HOME = '111111111111';
const AWAY = '222222222222';
const ROLE = `arn:aws:iam::${HOME}:role/deploy`;
const CI = `arn:aws:sts::${AWAY}:assumed-role/ci/s1`;

type Fields = Readonly<Record<string, unknown>>;

const allow = (more: Fields = {}): Fields => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...more });
const policy = (...Statement: readonly Fields[]): Fields => ({ Version: '2012-10-17', Statement });
const trust = (...conditions: readonly unknown[]): Fields =>
  policy(...conditions.map((Condition) => allow({ Principal: { AWS: AWAY }, Condition })));

function ask(more: Fields): ReturnType<typeof simulateIam> {
  return simulateIam({
    principal: CI,
    action: 'sts:AssumeRole',
    resource: ROLE,
    resourceAccount: HOME,
    context: {},
    identityPolicies: [policy(allow({ Resource: '*' }))],
    resourcePolicy: trust({}),
    scps: [],
    rcps: [],
    boundary: null,
    sessionPolicy: null,
    ...more,
  });
}

const wants = (value: unknown, operator = 'StringEquals') => ({ [operator]: { 'sts:ExternalId': value } });
const NONE = `no statement of the trust policy allows sts:AssumeRole to ${CI}`;

describe('a refusal names the condition that is not met', () => {
  test.each([
    [wants('a'), { 'sts:ExternalId': 'b' }, 'StringEquals sts:ExternalId "a", and the request has "b"'],
    [wants('a'), {}, 'StringEquals sts:ExternalId "a", and the request has none'],
    [wants(['a', 'b']), {}, 'StringEquals sts:ExternalId ["a", "b"], and the request has none'],
    [wants('a*', 'StringLike'), { 'sts:ExternalId': 'b' }, 'StringLike sts:ExternalId "a*", and the request has "b"'],
    [wants('true', 'Null'), { 'sts:ExternalId': 'b' }, 'Null sts:ExternalId "true", and the request has "b"'],
    [
      { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' } },
      { 'aws:TagKeys': ['b', 'c'] },
      'ForAnyValue:StringEquals aws:TagKeys "a", and the request has ["b","c"]',
    ],
    [
      { StringEquals: { 'aws:PrincipalTag/a': '${aws:PrincipalTag/b}' } },
      { 'aws:PrincipalTag/a': 'x' },
      'StringEquals aws:PrincipalTag/a "${aws:PrincipalTag/b}", and the request has "x"',
    ],
  ])('%j against %j', (condition, context, text) => {
    expect(ask({ resourcePolicy: trust(condition), context }).reason).toBe(
      `${NONE}: statement 1 of the trust policy wants ${text}`,
    );
  });

  test('every one that fails, and none that is met', () => {
    const condition = { StringEquals: { 'sts:ExternalId': 'a', 'aws:PrincipalOrgID': 'o-1', 'aws:PrincipalAccount': AWAY } };
    const { reason } = ask({ resourcePolicy: trust(condition), context: { 'aws:PrincipalOrgID': 'o-2' } });
    expect(reason).toBe(
      `${NONE}: statement 1 of the trust policy wants StringEquals sts:ExternalId "a", and the request has none, ` +
        'and StringEquals aws:PrincipalOrgID "o-1", and the request has "o-2"',
    );
  });

  test('of three statements at most', () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map((value) => wants(value));
    const { reason } = ask({ resourcePolicy: trust(...five) });
    expect(reason.match(/statement \d of the trust policy wants/g)).toHaveLength(3);
    expect(reason).toMatch(/; and 2 more$/);
    expect(ask({ resourcePolicy: trust(...five.slice(0, 3)) }).reason).not.toContain('more');
  });

  test('not of statements that are about something else', () => {
    const others = policy(
      allow({ Principal: { AWS: HOME }, Condition: wants('a') }),
      allow({ Principal: { AWS: AWAY }, Action: 'sts:TagSession', Condition: wants('a') }),
      { Effect: 'Deny', Principal: { AWS: AWAY }, Action: 'sts:TagSession', Condition: wants('a') },
    );
    expect(ask({ resourcePolicy: others }).reason).toBe(NONE);
    const elsewhere = policy(allow({ Resource: `${ROLE}2`, Condition: wants('a') }));
    expect(ask({ identityPolicies: [elsewhere] }).reason).toBe(`no identity policy of ${CI} allows sts:AssumeRole on ${ROLE}`);
  });

  test.each([
    ['identity', { identityPolicies: [policy(allow({ Resource: '*', Condition: wants('a') }))] }, 'identity policy 1'],
    ['boundary', { boundary: policy(allow({ Resource: '*', Condition: wants('a') })) }, 'boundary policy 1'],
    ['session', { sessionPolicy: policy(allow({ Resource: '*', Condition: wants('a') })) }, 'session policy 1'],
    [
      'scp',
      {
        scps: [
          [policy(allow({ Resource: '*' })), policy(allow({ Resource: '*', Condition: wants('z') }))],
          [policy(allow({ Resource: '*', Condition: wants('a') }))],
        ],
      },
      'service control policy 1',
    ],
  ])('in the %s too', (layer, more, name) => {
    const answer = ask(more);
    expect(answer.layer).toBe(layer);
    expect(answer.reason).toContain(`: statement 1 of ${name} wants StringEquals sts:ExternalId "a", and the request has none`);
  });

  test('of a policy of another resource', () => {
    const repository = `arn:aws:ecr:eu-west-1:${HOME}:repository/app`;
    const pull = { Action: 'ecr:BatchGetImage', Principal: { AWS: AWAY } };
    const answer = ask({
      action: 'ecr:BatchGetImage',
      resource: repository,
      identityPolicies: [policy({ Effect: 'Allow', Action: 'ecr:*', Resource: '*' })],
      resourcePolicy: policy({ Effect: 'Allow', ...pull, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
    });
    expect(answer).toMatchObject({ decision: 'implicitDeny', layer: 'resource' });
    expect(answer.reason).toContain('wants StringEquals aws:PrincipalOrgID "o-1", and the request has none');
  });
});

describe('what nobody can say', () => {
  const host = 'token.actions.githubusercontent.com';
  const provider = `arn:aws:iam::${HOME}:oidc-provider/${host}`;
  const action = 'sts:AssumeRoleWithWebIdentity';
  const web = (condition: unknown, context: Fields = { [`${host}:sub`]: 'repo:a/b:x' }) =>
    ask({
      principal: provider,
      action,
      identityPolicies: [],
      context,
      resourcePolicy: policy({ Effect: 'Allow', Principal: { Federated: provider }, Action: action, Condition: condition }),
    });

  test('is said as an open point', () => {
    expect(web({}).reason).toBe(
      `${action} may be allowed; nobody can say whether AWS lets in callers from ${host} without asking for ${host}:sub in statement 1 of the trust policy`,
    );
  });

  test.each([
    ['StringEquals', 'repo:a/b:x', 'allow'],
    ['StringLike', 'repo:a/*', 'allow'],
    ['StringLike', ['repo:a/*', 'repo:c/*'], 'allow'],
    ['ForAnyValue:StringLike', 'repo:a/*', 'allow'],
    ['StringLike', '*', 'unknown'],
    ['StringLike', ['repo:a/*', '*'], 'unknown'],
    ['StringLike', '*?', 'unknown'],
    ['StringLikeIfExists', 'repo:a/*', 'unknown'],
    ['StringNotEquals', 'repo:c/d:x', 'unknown'],
    ['Null', 'false', 'unknown'],
    ['StringEquals', [], 'unknown'],
  ])('the tenant claim under %s %j: %s', (operator, value, decision) => {
    expect(web({ [operator]: { [`${host}:sub`]: value } }).decision).toBe(decision);
  });

  test('the claim is the one of that provider', () => {
    expect(web({ StringLike: { 'gitlab.com:sub': 'repo:*' } }, { 'gitlab.com:sub': 'repo:a' }).decision).toBe('unknown');
    expect(web({ StringEquals: { [`${host}:aud`]: 'x' } }, { [`${host}:aud`]: 'x' }).decision).toBe('unknown');
  });
});
