import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/edge/lab/answer.ts';
import { answerDiscovery, issueToken, underOwnName } from '../../src/edge/lab/oidc.ts';
import { makeRequest } from '../../src/edge/lab/server.ts';
import { as, credentialsIn, labOf, query } from './make.ts';

type Lab = ReturnType<typeof labOf>;
const HOST = 'token.actions.githubusercontent.com';
const SUBJECT = 'repo:org/app:environment:prod';
const PROVIDER = `arn:aws:iam::222222222222:oidc-provider/${HOST}`;

/** A lab in which 222222222222 trusts GitHub, and its role `deploy` the environment `prod` of one repository. */
function trusting({ actions = ['sts:AssumeRoleWithWebIdentity'], condition = {} } = {}): Lab {
  const lab = labOf();
  const admin = as(lab, '222222222222/admin');
  const provider = {
    Action: 'CreateOpenIDConnectProvider',
    Url: `https://${HOST}`,
    'ClientIDList.member.1': 'sts.amazonaws.com',
  };
  expect(query(lab, admin, 'iam', provider).status).toBe(200);
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: PROVIDER },
        Action: actions,
        Condition: { StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:sub`]: SUBJECT, ...condition } },
      },
    ],
  };
  const role = { Action: 'CreateRole', RoleName: 'deploy', AssumeRolePolicyDocument: JSON.stringify(trust) };
  expect(query(lab, admin, 'iam', role).status).toBe(200);
  return lab;
}

function clusterIssuer(lab: Lab): string {
  const arn = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';
  const identity = lab.store.get(`cluster:${arn}`, 'cluster', arn)?.cluster['identity'];
  return (identity as { oidc: { issuer: string } }).oidc.issuer;
}

function tokenOf(lab: Lab, more: Readonly<Record<string, unknown>> = {}): string {
  const made = issueToken(lab, { issuer: `https://${HOST}`, subject: SUBJECT, ...more });
  if ('error' in made) throw new Error(made.error);
  return made.token;
}

function become(lab: Lab, token: string, role = 'arn:aws:iam::222222222222:role/deploy') {
  const form = {
    ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleArn: role },
    ...{ RoleSessionName: 'GitHubActions', WebIdentityToken: token },
  };
  const headers = [
    ['host', 'sts.eu-west-1.amazonaws.com'],
    ['accept', 'application/json'],
  ] as const;
  const sent = makeRequest('POST', '/', '', headers, Buffer.from(new URLSearchParams(form).toString()));
  const { status, body } = answer(lab, sent);
  return { status, body, json: JSON.parse(body) as unknown };
}

describe('a token of an issuer outside', () => {
  it('becomes the role whose trust policy takes its claims', () => {
    const lab = trusting();
    const made = become(lab, tokenOf(lab));
    expect(made.json).toMatchObject({
      AssumeRoleWithWebIdentityResponse: {
        AssumeRoleWithWebIdentityResult: {
          ...{ SubjectFromWebIdentityToken: SUBJECT, Audience: 'sts.amazonaws.com', Provider: PROVIDER },
          AssumedRoleUser: { Arn: 'arn:aws:sts::222222222222:assumed-role/deploy/GitHubActions' },
        },
      },
    });
    const { body } = query(lab, credentialsIn(made.json), 'sts', { Action: 'GetCallerIdentity' });
    expect(body).toContain('assumed-role/deploy/GitHubActions');
  });

  it.each([
    [
      'another branch',
      { subject: 'repo:org/app:ref:refs/heads/main' },
      403,
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    ],
    ['another audience', { audience: 'api://other' }, 400, 'Incorrect token audience'],
    [
      'another issuer',
      { issuer: 'https://gitlab.com' },
      400,
      'No OpenIDConnect provider found in your account for https://gitlab.com',
    ],
    ['a path of the issuer', { issuer: `https://${HOST}/org` }, 400, `found in your account for https://${HOST}/org`],
    ['a token that is over', { claims: { exp: 1 } }, 400, 'Token expired: current date/time'],
    ['a token that is not yet', { claims: { nbf: 4e9 } }, 400, 'not yet valid'],
    ['tags without sts:TagSession', tags({ principal_tags: { team: ['a'] } }), 403, 'Not authorized'],
    ['tags of another form', tags({ principal_tags: { team: ['a', 'b'] } }), 400, 'malformed'],
    ['tags that go along and are not there', tags({ principal_tags: {}, transitive_tag_keys: ['x'] }), 400, 'malformed'],
    [
      'a source identity without its action',
      { claims: { 'https://aws.amazon.com/source_identity': 'me' } },
      403,
      'Not authorized',
    ],
    ['a source identity of another form', { claims: { 'https://aws.amazon.com/source_identity': 'not me' } }, 400, 'malformed'],
  ])('with %s is refused', (_, more, status, text) => {
    const lab = trusting();
    expect(become(lab, tokenOf(lab, more))).toMatchObject({ status, body: expect.stringContaining(text) });
  });

  function tags(claim: unknown) {
    return { claims: { 'https://aws.amazon.com/tags': claim } };
  }

  it('brings its tags and its source identity along where the trust policy lets it', () => {
    const actions = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'];
    const claims = {
      'https://aws.amazon.com/tags': { principal_tags: { team: ['blue'] }, transitive_tag_keys: ['team'] },
      'https://aws.amazon.com/source_identity': 'jane',
    };
    for (const [team, status] of [
      ['blue', 200],
      ['red', 403],
    ] as const) {
      const lab = trusting({ actions, condition: { 'aws:RequestTag/team': team, 'sts:SourceIdentity': 'jane' } });
      const made = become(lab, tokenOf(lab, { claims }));
      expect(made.status).toBe(status);
      if (status === 200) expect(made.body).toContain('"SourceIdentity":"jane"');
    }
  });

  it('that another lab signed, or nobody, is refused', () => {
    const lab = trusting();
    tokenOf(lab);
    expect(become(lab, tokenOf(trusting())).status).toBe(400);
    const [head, body] = tokenOf(lab).split('.');
    expect(become(lab, `${head}.${body}.`).status).toBe(400);
  });

  it('opens no role of another account, and none that does not exist', () => {
    const lab = trusting();
    for (const role of ['111111111111:role/causeway/platform-access/ci-deploys-my-app', '222222222222:role/nothing']) {
      expect(become(lab, tokenOf(lab), `arn:aws:iam::${role}`).status).toBeGreaterThanOrEqual(400);
    }
  });

  it.each([
    ['a plain issuer', { issuer: 'http://x.com' }],
    ['an issuer with a query', { issuer: 'https://x.com/a?b' }],
    ['no subject', { subject: '' }],
    ['claims with a flag of their own', { claims: { sub: 'x' } }],
    ['claims that are none', { claims: 'x' }],
  ])('is not made with %s', (_, more) => {
    expect(issueToken(labOf(), { issuer: `https://${HOST}`, subject: SUBJECT, ...more })).toHaveProperty('error');
  });

  it('is not made for the issuer of a cluster, which has its own', () => {
    const lab = labOf();
    const issuer = clusterIssuer(lab);
    expect(issueToken(lab, { issuer, subject: SUBJECT })).toHaveProperty('error');
    expect(issueToken(lab, { issuer: `${issuer}/`, subject: SUBJECT })).toHaveProperty('error');
  });
});

describe('discovery', () => {
  const ask = (lab: Lab, path: string, base = underOwnName(HOST), method = 'GET') =>
    answerDiscovery(lab, makeRequest(method, path, '', [], Buffer.alloc(0)), base);

  it('leads to the key that tokens hold by', () => {
    const lab = trusting();
    const token = tokenOf(lab);
    const found = JSON.parse(ask(lab, '/.well-known/openid-configuration')?.body ?? '') as Record<string, string>;
    expect(found).toMatchObject({ issuer: `https://${HOST}`, jwks_uri: `https://${HOST}/.well-known/jwks` });
    const { keys } = JSON.parse(ask(lab, '/.well-known/jwks')?.body ?? '') as { keys: [Record<string, string>] };
    expect(keys[0]).not.toHaveProperty('d');
    const [head = '', body = '', signature = ''] = token.split('.');
    const key = createPublicKey({ key: keys[0], format: 'jwk' });
    expect(verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('is there below the lab, too, for issuers that it gave out tokens of and for those of its clusters', () => {
    const lab = trusting();
    tokenOf(lab);
    tokenOf(lab);
    const base = { host: '', lead: '/_causeway/oidc', origin: 'http://127.0.0.1:4640' };
    const { body = '' } = ask(lab, `/_causeway/oidc/${HOST}/.well-known/openid-configuration`, base) ?? {};
    expect(JSON.parse(body)).toMatchObject({ jwks_uri: `http://127.0.0.1:4640/_causeway/oidc/${HOST}/.well-known/jwks` });
    for (const [path, method] of [
      ['/_causeway/oidc/gitlab.com/.well-known/openid-configuration', 'GET'],
      [`/_causeway/oidc/${HOST}/.well-known/openid-configuration`, 'POST'],
      [`/other/${HOST}/.well-known/jwks`, 'GET'],
      ['/.well-known/jwks', 'GET'],
    ] as const) {
      expect(ask(lab, path, base, method)).toBeUndefined();
    }
    const issuer = clusterIssuer(lab);
    const { host, pathname } = new URL(issuer);
    expect(ask(lab, `${pathname}/.well-known/openid-configuration`, underOwnName(host))?.body).toContain(issuer);
  });
});
